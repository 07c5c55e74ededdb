"""One mistake at a time, each in a process of its own: who notices it first."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Sequence
from types import CodeType

import attrs

from benchmarks.functions.baseline import Baseline, Known, nodes_that_reach
from benchmarks.functions.children import in_child
from benchmarks.functions.install import Live, import_with
from benchmarks.functions.killers import failing_tests
from benchmarks.functions.sites import ROOT, Edit, Part

__all__ = ["ALIKE", "LIVES", "NOT_REACHED", "UNDECIDED", "Trial"]

ALIKE, LIVES, NOT_REACHED, UNDECIDED = "alike", "lives", "not reached", "undecided"
"""What becomes of a mistake that nothing kills: all went the same way, or not, nothing runs it, the time was over."""

NO_CODE = "at import"
"""The mistake cannot be put into functions that are there already."""

FIRST_PAIRS = 2
"""So many small pairs are asked before the scenarios."""

GRACE = 20.0
"""So many processor seconds one killer may take beyond the time; then it goes on for ever."""


@attrs.frozen
class Trial:
    """Tries the mistakes of one module.

    Attributes:
        module: The path of the file.
        tree: Its syntax tree.
        baseline: What the shipped package does.
        live: The functions of this process; None in one that has not imported the package.
        with_tests: Whether unit tests are asked where nothing else kills.
        seconds: Processor seconds after which no further killer is asked about a mistake.
    """

    module: str
    tree: ast.Module
    baseline: Baseline
    live: Live | None
    with_tests: bool = True
    seconds: float = 60.0
    _killed: list[str] = attrs.field(factory=list, init=False)

    def begin(self) -> None:
        """A function begins: what noticed mistakes in the one before is not asked first any more."""
        self._killed.clear()

    def is_at_import(self, part: Part, edit: Edit) -> bool:
        """Whether the mistake takes effect when the package is imported."""
        imported = self.baseline.imported.get(self.module, frozenset())
        return not part.is_function or any(edit.lines[0] <= line <= edit.lines[1] for line in imported)

    def verdict(self, part: Part, edit: Edit) -> str:
        """The killer with what it says; ALIKE, LIVES or NOT_REACHED; NO_CODE where this process cannot tell."""
        wrong = self._wrong(edit)
        if isinstance(wrong, str):
            return wrong
        cold = self.live is None
        chosen = [each for each in self.baseline.known if self._is_asked(each, edit, cold=cold)]
        answer: object = NOT_REACHED
        if chosen:
            answer = self._in_child(wrong, lambda: _asked(self._in_order(chosen), self.seconds))
            self._killed.insert(0, str(answer).rpartition("/")[0])
        if answer in (NOT_REACHED, ALIKE, LIVES) and self.with_tests and not cold:
            nodes = [*nodes_that_reach(self.baseline.tests_of(self.module.split("/")[1]), self.module, *edit.lines)]
            failed = self._in_child(wrong, lambda: failing_tests(nodes, first=True)) if nodes else set()
            if failed == NO_CODE:
                return NO_CODE
            if isinstance(failed, str):
                return f"test:{failed}"
            if isinstance(failed, set) and failed:
                return f"test:{min(failed)}"
        return str(answer)

    def _is_asked(self, known: Known, edit: Edit, *, cold: bool) -> bool:
        if known.killer.of_class == "wrong" and not self.module.startswith("failover_fsm/promises/"):
            return False
        return cold or known.reaches(self.module, *edit.lines)

    def _in_order(self, chosen: Sequence[Known]) -> list[Known]:
        """Who noticed a mistake in this function; two small pairs, the scenarios, the others; from cheap to costly.

        Those that run the module stand before those that do not.
        """
        pairs = [each for each in chosen if each.killer.name.startswith("promise:pair")][:FIRST_PAIRS]
        ranks = {name: -number for number, name in enumerate(reversed(self._killed))}

        def rank(each: Known) -> tuple[int, bool, bool, bool]:
            is_scenario = each.killer.of_class == "scenario"
            return ranks.get(each.killer.name, 1), self.module not in each.lines, each not in pairs, not is_scenario

        return sorted(chosen, key=rank)

    def _wrong(self, edit: Edit) -> CodeType | str:
        edit.put()
        try:
            return compile(self.tree, str(ROOT / self.module), "exec")
        except SyntaxError as error:
            return f"error: {type(error).__name__}"
        finally:
            edit.put(edit.old)

    def _in_child(self, wrong: CodeType, work: Callable[[], object]) -> object:
        def run() -> object:
            if self.live is None:
                import_with(self.module, wrong)
            elif not self.live.install(self.module, self.tree, wrong):
                return NO_CODE
            return work()

        return in_child(run, self.seconds + GRACE)


def _asked(chosen: Sequence[Known], seconds: float) -> str:
    """Who says something else first; else whether all went the same way, or the time was over."""
    is_alike, end = True, time.process_time() + seconds
    for each in chosen:
        if time.process_time() > end:
            return UNDECIDED
        try:
            seen = each.killer.ask()
        except Exception as error:
            return f"{each.killer.name}/an error ({type(error).__name__})"
        differ = sorted(name for name in {**each.seen.answer, **seen.answer}
                        if each.seen.answer.get(name) != seen.answer.get(name))  # fmt: skip
        if differ:
            return f"{each.killer.name}/{','.join(differ)}"
        is_alike = is_alike and seen.trail == each.seen.trail
    return ALIKE if is_alike else LIVES
