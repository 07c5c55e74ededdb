"""A run: what is to be tried, whom to ask in which order, and the results, which are kept at once."""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import CodeType

import attrs

from benchmarks.functions.baseline import Known, import_everything, looked
from benchmarks.functions.children import in_child, spreading
from benchmarks.functions.install import Live, code_of, import_with
from benchmarks.functions.killers import CLASSES, Killer, killers
from benchmarks.functions.modules import is_of_promises, unit_tests_importing, unit_tests_of_folder
from benchmarks.functions.results import Result, Results
from benchmarks.functions.sites import ROOT, Edit, Part
from benchmarks.functions.trial import ALIKE, GRACE, LIVES, NO_CODE, NOT_REACHED, UNDECIDED, Left, Trial, asked
from benchmarks.functions.unit_tests import TestTrial, failing_tests, in_session

__all__ = ["BEGUN", "NOT_RUN", "PENDING", "Run", "in_rounds"]

NOT_RUN = "not run"
"""A mistake of a function in the middle of which the time was over."""

BEGUN = "begun"
"""A mistake about which some were asked and did not notice it, when the run was ended; the next one goes on."""

PENDING = "pending"
"""A mistake that the process with the imported package has left to the other one."""

OPEN = (ALIKE, LIVES, NOT_REACHED, UNDECIDED, BEGUN, PENDING, NOT_RUN)

BY_TEST = "test:"
"""Begins the verdict on a mistake that a unit test notices; where only others are asked, they are asked about it."""


@attrs.define(eq=False)
class _Tried:
    """A function whose mistakes are tried: their verdicts so far, and the wrong codes of those that are open."""

    part: Part
    verdicts: list[str]
    open: dict[int, CodeType]
    left: dict[int, Left] = attrs.field(factory=dict)
    late: set[int] = attrs.field(factory=set)
    seconds: float = 0.0

    def take(self, found: Mapping[int, str | Left], seconds: float) -> None:
        """Notes what was found about open mistakes."""
        self.seconds += seconds
        for number, answer in found.items():
            if isinstance(answer, Left):
                self.left[number] = self.left.get(number, Left()).with_(answer)
                if answer.over:
                    self.late.add(number)
            else:
                self.verdicts[number] = PENDING if answer == NO_CODE else answer
                del self.open[number]

    def open_to(self, killer: Killer) -> dict[int, CodeType]:
        """What a class of killers is asked about: scenarios no more where the time for them is over.

        Made-up steps and wrong protocols notice that a promise has become weaker, and are asked about promises only.
        """
        if not killer.speaks_of(self.part.module):
            return {}
        if killer.of_class != "scenario":
            return self.open
        return {number: code for number, code in self.open.items() if number not in self.late}

    def end(self, at_import: bool) -> None:
        """Everybody was asked: what is open still lives; where an import runs the function, it is tried there."""
        for number in self.open:
            if not self.verdicts[number].startswith(BY_TEST):
                self.verdicts[number] = PENDING if at_import else self.left.get(number, Left()).verdict
        self.open = {}

    def result(self) -> Result:
        """What is kept; of what is tried again, what was known before as long as nothing else is."""
        begun = {number for number in self.open if self.verdicts[number] == NOT_RUN}
        verdicts = (BEGUN if number in begun else verdict for number, verdict in enumerate(self.verdicts))
        return Result(*self.part.key, self.part.digest, tuple(verdicts), self.seconds)


class Run:
    """One run of the command."""

    def __init__(self, options: argparse.Namespace, wanted: Mapping[str, tuple[ast.Module, Sequence[Part]]]) -> None:
        self._options = options
        self._wanted = wanted
        self._results = Results()
        self._ends = None if options.minutes is None else time.monotonic() + 60 * options.minutes
        self._for_promises = any(parts and is_of_promises(module) for module, (_, parts) in wanted.items())

    # -- in functions that are imported ------------------------------------------------------------------

    def imported(self) -> None:
        """Tries mistakes in functions of a package that is imported."""
        called = import_everything()
        live = Live()
        tried = [each for module in self._wanted for each in self._tried(module)]
        self._tell(f"{sum(len(each.open) for each in tried)} mistakes in {len(tried)} functions")
        if not tried:
            return
        everybody = [each for each in killers(for_promises=self._for_promises) if self._options.asking in each.name]
        in_child(everybody[0].ask, 60)
        everybody[0].ask()  # what is read and imported only once is there before the forks
        gc.freeze()
        rounds = in_rounds([each for each in everybody if not self._is_left_out(each, tried)])
        for each in rounds:
            if not self._stage(each, live, tried):
                return
        if self._tests_are_asked and not self._test_stage(live, tried):
            return
        for each in tried:
            each.end((each.part.module, code_of(each.part).co_firstlineno) in called)
            self._results.add(each.result())

    @property
    def _tests_are_asked(self) -> bool:
        return "test" in self._options.only and not self._options.asking

    def _is_left_out(self, killer: Killer, tried: Sequence[_Tried]) -> bool:
        """Whether a killer is not asked: one of a class that is not wanted, or another search than the plain one.

        The compiled explorer, and searches on observations, see the graph that the plain one sees, unless the mistake
        is in what they make of it.
        """
        if killer.of_class not in self._options.only or not any(killer.speaks_of(each.part.module) for each in tried):
            return True
        is_other = killer.name.startswith(("promise:compiled", "promise:finds"))
        return is_other and not any("/model/" in each.part.module for each in tried)

    def _tried(self, module: str) -> Iterator[_Tried]:
        """The functions of a module of which mistakes are to be tried."""
        options = self._options
        drawn = self._drawn(module, at_import=False)
        for part in self._wanted[module][1]:
            known = self._results.of(part)
            stale = part.key in self._results.found
            if not part.is_function or (options.changed and (known is not None or not stale)):
                continue
            verdicts = [NOT_RUN] * len(part.edits) if known is None else list(known.verdicts)
            asked = [
                number
                for number, verdict in enumerate(verdicts)
                if self._is_asked(verdict) and (part.name, number) in drawn
            ]
            if asked:
                right = code_of(part)
                tried = _Tried(part, verdicts, {}, seconds=0.0 if known is None else known.seconds)
                if options.only != CLASSES or options.asking:
                    tried.left = {
                        number: Left.of(verdicts[number])
                        for number in asked
                        if verdicts[number] in OPEN and verdicts[number] not in (NOT_RUN, BEGUN)
                    }
                for number in asked:
                    wrong = _wrong(part, part.edits[number])
                    if wrong is None:
                        tried.verdicts[number] = "error: SyntaxError"
                    elif wrong == right:
                        tried.verdicts[number] = ALIKE
                    else:
                        tried.open[number] = wrong
                yield tried

    def _is_asked(self, verdict: str) -> bool:
        """Whether a mistake with such a verdict is tried, or tried again."""
        if not self._options.survivors:
            return verdict in (NOT_RUN, BEGUN)
        by_test = verdict.startswith(BY_TEST) and not self._tests_are_asked
        return by_test or (verdict in OPEN and verdict != NOT_RUN)

    def _drawn(self, module: str, *, at_import: bool) -> frozenset[tuple[str, int]]:
        """The mistakes of a module by part and number, in functions or beside them; with --sample, always the same."""
        everything = [(part.name, number) for part in self._wanted[module][1] if part.is_function is not at_import
                      for number in range(len(part.edits))]  # fmt: skip
        if self._options.sample is not None:
            random.Random(module).shuffle(everything)
            everything = everything[: self._options.sample]
        return frozenset(everything)

    def _stage(self, asked: Sequence[Killer], live: Live, tried: Sequence[_Tried]) -> bool:
        """Asks some of the killers about what is open; False where the time is over."""
        chosen = [(each.part, each.open_to(asked[0])) for each in tried if asked]
        chosen = [(part, wrong) for part, wrong in chosen if wrong]
        if not chosen:
            return True
        known = looked(asked, live, chosen, self._options.processes, calls_again=not self._options.asking)
        self._tell(f"{len(known)} {asked[0].of_class}s: {_noticed(known)} mistakes could be noticed")
        return self._ask(known, live, tried)

    def _test_stage(self, live: Live, tried: Sequence[_Tried]) -> bool:
        """Asks the unit tests: for all modules of a folder those of the folder, and those that import the modules."""
        for folder in dict.fromkeys(unit_tests_of_folder(each.part.module) for each in tried):
            mine = [each for each in tried if each.open and unit_tests_of_folder(each.part.module) == folder]
            beside = [path for each in mine for path in unit_tests_importing(each.part.module)]
            paths = [*folder, *(path for path in dict.fromkeys(beside) if not path.startswith(tuple(folder)))]
            if paths and mine:
                in_session(paths, live, partial(self._test, tried, mine))
            if self._is_over():
                return False
        return True

    def _test(self, tried: Sequence[_Tried], mine: Sequence[_Tried], trial: TestTrial) -> None:
        self._tell(f"{len(trial.tests)} unit tests pass")
        self._share(mine, trial)
        self._tell(f"{sum(len(each.open) for each in tried)} mistakes are open")

    def _ask(self, known: Sequence[Known], live: Live, tried: Sequence[_Tried]) -> bool:
        """Asks about what is open; False where the time is over."""
        self._share([each for each in tried if each.open], Trial(live, known, self._options.seconds))
        self._tell(f"{sum(len(each.open) for each in tried)} mistakes are open")
        return not self._is_over()

    def _share(self, mine: Sequence[_Tried], trial: Trial | TestTrial) -> None:
        """Has several processes try what is open, and keeps what is known of each function at once."""

        def work(each: _Tried) -> tuple[dict[int, str | Left], float]:
            begun = _spent()
            if self._is_over():
                return {}, 0.0
            return trial.verdicts(each.part, each.open), _spent() - begun

        for index, (found, seconds) in spreading(mine, work, self._options.processes):
            mine[index].take(found, seconds)
            self._results.add(mine[index].result())

    def _is_over(self) -> bool:
        return self._ends is not None and time.monotonic() > self._ends

    def _tell(self, text: str) -> None:
        print(f"{_spent():6.0f} processor seconds: {text}", file=sys.stderr, flush=True)

    # -- in what takes effect at import -------------------------------------------------------------------

    def at_import(self) -> None:
        """Tries mistakes that take effect when the package is imported, in processes that import it with them."""
        known = in_child(partial(_as_shipped, self._options, self._for_promises), 600)
        if isinstance(known, str):
            sys.exit(f"the killers cannot be asked about the package as it ships: {known}")
        cold = [each for module in self._wanted for each in self._cold(module)]
        self._tell(f"{sum(len(each.numbers) for each in cold)} mistakes that take effect at import")

        for name in ("pytest", "hypothesis"):  # once, before the forks
            importlib.import_module(name)
        passing = {paths: _pass(paths) for paths in dict.fromkeys(_cold_tests(each.part.module) for each in cold)}

        def work(each: _Cold) -> tuple[dict[int, str], float]:
            begun = _spent()
            order = [one for one in self._best_first(each.part.module, known) if one.killer.speaks_of(each.part.module)]
            tests = _cold_tests(each.part.module)
            tests = tests if passing[tests] and "test" in self._options.only else ()
            found = {
                number: self._cold_verdict(each, number, order, tests) for number in each.numbers if not self._is_over()
            }
            return found, _spent() - begun

        for index, (found, seconds) in spreading(cold, work, self._options.processes):
            each = cold[index]
            verdicts = [found.get(number, verdict) for number, verdict in enumerate(each.verdicts)]
            self._results.add(Result(*each.part.key, each.part.digest, tuple(verdicts), each.seconds + seconds))

    def _best_first(self, module: str, known: Sequence[Known]) -> list[Known]:
        """The killers, first those that noticed most mistakes in the functions of a module, then the cheap ones."""
        mine = [each.verdicts for each in self._results.found.values() if each.module == module]
        noticed = Counter(verdict.rpartition("/")[0] for verdicts in mine for verdict in verdicts)
        return sorted(known, key=lambda each: (-noticed[each.killer.name], each.seconds))

    def _cold(self, module: str) -> Iterator[_Cold]:
        tree, parts = self._wanted[module]
        drawn = self._drawn(module, at_import=True)
        for part in parts:
            known = self._results.of(part)
            if known is None and part.is_function:
                continue
            verdicts = (NOT_RUN,) * len(part.edits) if known is None else known.verdicts
            asked = (PENDING,) if part.is_function else (NOT_RUN, PENDING)
            numbers = [
                number
                for number, verdict in enumerate(verdicts)
                if verdict in asked and (part.is_function or (part.name, number) in drawn)
            ]
            if numbers:
                yield _Cold(part, tree, verdicts, numbers, 0.0 if known is None else known.seconds)

    def _cold_verdict(self, cold: _Cold, number: int, known: Sequence[Known], tests: Sequence[str]) -> str:
        edit = cold.part.edits[number]
        edit.put()
        try:
            wrong = compile(cold.tree, str(ROOT / cold.part.module), "exec")
        except SyntaxError:
            return "error: SyntaxError"
        finally:
            edit.put(edit.old)

        def run() -> str | Left:
            import_with(cold.part.module, wrong)
            return asked(known, self._options.seconds)

        def run_tests() -> str:
            import_with(cold.part.module, wrong)
            failed = failing_tests(tests)
            return f"test:{min(failed)}" if failed else ""

        found = in_child(run, self._options.seconds + GRACE)
        if not isinstance(found, Left):
            return str(found)
        failed = in_child(run_tests, COLD_TEST_SECONDS) if tests else ""
        return failed if failed.startswith("test:") else found.verdict


@attrs.frozen(eq=False)
class _Cold:
    """A part, with its tree, whose mistakes with these numbers are tried as the package is imported."""

    part: Part
    tree: ast.Module
    verdicts: tuple[str, ...]
    numbers: Sequence[int]
    seconds: float


def in_rounds(everybody: Sequence[Killer]) -> Iterator[Sequence[Killer]]:
    """The killers in the order in which they are asked: some scenarios, more of them, the others.

    The scenarios of a round are drawn from all folders, so that each round is of everything.
    """
    scenarios = [each for each in everybody if each.of_class == "scenario"]
    random.Random(0).shuffle(scenarios)
    begin = 0
    for end in (*ROUNDS, len(scenarios)):
        yield scenarios[begin:end]
        begin = end
    for others in ("session:", "promise:", "judged:promise", "judged:beside", "wrong:"):
        yield [each for each in everybody if each.name.startswith(others)]


ROUNDS = (12, 36, 100)
"""After so many scenarios, what they have noticed is known, and need not be looked at in the others."""


COLD_TEST_SECONDS = 30
"""So many processor seconds the tests of a module may take with a mistake that takes effect at import."""


def _cold_tests(module: str) -> tuple[str, ...]:
    """Few unit tests: each mistake imports the package anew."""
    return unit_tests_importing(module)[:2]


def _pass(paths: Sequence[str]) -> bool:
    """Whether unit tests pass as the package ships, in half of the time."""
    return not paths or in_child(partial(failing_tests, paths), COLD_TEST_SECONDS / 2) == set()


def _as_shipped(options: argparse.Namespace, for_promises: bool) -> list[Known]:
    import_everything()
    asked = [each for each in killers(for_promises=for_promises) if each.of_class in options.only]
    return looked(asked, Live(), (), options.processes)


def _wrong(part: Part, edit: Edit) -> CodeType | None:
    try:
        return code_of(part, edit)
    except SyntaxError:
        return None


def _noticed(known: Sequence[Known]) -> int:
    """How many mistakes one of the killers could notice."""
    return len({(key, number) for each in known for key, numbers in each.noticed.items() for number in numbers})


def _spent() -> float:
    """Processor seconds of this process and its children."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
