"""One mistake at a time, each in a process of its own: who notices it first."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from types import CodeType

import attrs

from benchmarks.functions.baseline import Baseline, Known, nodes_that_reach
from benchmarks.functions.children import in_child
from benchmarks.functions.install import Live, import_with
from benchmarks.functions.killers import failing_tests
from benchmarks.functions.sites import ROOT, Edit, Part

__all__ = ["ALIKE", "LIVES", "NOT_REACHED", "Trial"]

ALIKE, LIVES, NOT_REACHED = "alike", "lives", "not reached"
"""What becomes of a mistake that nothing kills: all went the same way, or not, or nothing runs it."""

NO_CODE = "at import"
"""The mistake cannot be put into functions that are there already."""

FIRST_PAIRS = 2
"""So many small pairs are asked before the scenarios."""

LONGEST = 40.0
"""Processor seconds for one mistake."""


@attrs.frozen
class Trial:
    """Tries the mistakes of one module.

    Attributes:
        module: The path of the file.
        tree: Its syntax tree.
        baseline: What the shipped package does.
        live: The functions of this process; None in one that has not imported the package.
        with_tests: Whether unit tests are asked where nothing else kills.
    """

    module: str
    tree: ast.Module
    baseline: Baseline
    live: Live | None
    with_tests: bool = True

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
            answer = self._in_child(wrong, lambda: _asked(_in_order(chosen, self.module)))
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

        return in_child(run, LONGEST)


def _in_order(chosen: Sequence[Known], module: str) -> list[Known]:
    """Two small pairs, the scenarios, the others; from cheap to costly, but those that run the module first."""
    pairs = [each for each in chosen if each.killer.name.startswith("promise:pair")][:FIRST_PAIRS]
    rest = [each for each in chosen if each not in pairs]
    return sorted(
        [*pairs, *rest],
        key=lambda each: (module not in each.lines, each not in pairs, each.killer.of_class != "scenario"),
    )


def _asked(chosen: Sequence[Known]) -> str:
    """Who says something else first; else whether all went the same way."""
    is_alike = True
    for each in chosen:
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
