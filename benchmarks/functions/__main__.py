"""The command: tries the mistakes that have no result yet, and writes the page."""

from __future__ import annotations

import argparse
import ast
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.functions.baseline import Baseline, import_everything
from benchmarks.functions.install import Live
from benchmarks.functions.modules import modules
from benchmarks.functions.page import PAGE, page
from benchmarks.functions.results import Result, Results
from benchmarks.functions.sites import Part, parts_of
from benchmarks.functions.trial import ALIKE, LIVES, NO_CODE, NOT_REACHED, UNDECIDED, Trial

NOT_RUN = "not run"
"""A mistake of a function in the middle of which the time was over."""

PENDING = "pending"
"""A mistake that the process with the imported package has left to the other one."""

OPEN = (ALIKE, LIVES, NOT_REACHED, UNDECIDED, PENDING, NOT_RUN)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    options = _parser().parse_args(arguments)
    texts = {module: _chosen(module, options.word) for module in modules()}
    texts = {module: found for module, found in texts.items() if found[1]}
    if not options.page:
        spent = _seconds()
        baseline = Baseline.read(for_promises=any(each.startswith("failover_fsm/promises/") for each in texts))
        print(f"{len(baseline.known)} killers; {_seconds() - spent:.0f} processor seconds", file=sys.stderr)
        _apart(lambda: _try_all(texts, baseline, options, spent, Live))
        if options.imports:
            _try_all(texts, baseline, options, spent, None)
    results = Results()
    everything = {module: parts_of(module)[1] for module in modules()}
    results.write(everything)
    PAGE.write_text(page(everything, results), encoding="utf-8")
    return 0


def _chosen(module: str, word: str) -> tuple[ast.Module, tuple[Part, ...]]:
    """The module with those of its parts that are asked for."""
    tree, parts = parts_of(module)
    return tree, tuple(each for each in parts if word in f"{each.module} {each.name}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.functions", description=__doc__)
    parser.add_argument(
        "word", nargs="?", default="", help="only functions with this in path and name: `pair/health.py st`"
    )
    parser.add_argument("--changed", action="store_true", help="only functions that are not as they were")
    parser.add_argument("--survivors", action="store_true", help="only mistakes that nothing has killed, again")
    parser.add_argument("--imports", action="store_true", help="also what takes effect as the package is imported")
    parser.add_argument("--no-tests", action="store_true", help="ask no unit tests")
    parser.add_argument("--minutes", type=float, default=None, help="end after so many processor minutes")
    parser.add_argument("--seconds", type=float, default=60.0, help="processor seconds for one mistake (default: 60)")
    parser.add_argument("--page", action="store_true", help="only write the page from the results")
    return parser


def _apart(work: Any) -> None:
    """Does the work in a child, so that this process has not imported the package."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit("the process that tries mistakes in imported functions has failed")


def _try_all(texts: Any, baseline: Baseline, options: argparse.Namespace, spent: float, live_of: Any) -> None:
    """Tries what is to be tried: in imported functions, or with no Live those that take effect at import."""
    live = None
    if live_of is not None:
        import_everything()
        live = live_of()
        gc.freeze()

    def is_over() -> bool:
        return options.minutes is not None and _seconds() - spent > 60 * options.minutes

    asked = (PENDING, NOT_RUN) if live is None else OPEN if options.survivors else (NOT_RUN,)
    for module, (tree, parts) in texts.items():
        results = Results()
        trial = Trial(module, tree, baseline, live, not options.no_tests, options.seconds)
        for part in parts:
            if is_over():
                print("the time is over", file=sys.stderr)
                return
            if _is_wanted(part, results, options, live is None):
                result = _tried(trial, part, results.of(part), asked, is_over)
                results.add(result)
                counts = {each: result.verdicts.count(each) for each in OPEN if each in result.verdicts}
                line = f"{module} {part.name}: {len(part.edits)} in {result.seconds:.1f} s, {counts or 'all killed'}"
                print(line, file=sys.stderr, flush=True)


def _is_wanted(part: Part, results: Results, options: argparse.Namespace, cold: bool) -> bool:
    known = results.of(part)
    if cold:
        return (known is None and not part.is_function) or (known is not None and PENDING in known.verdicts)
    if not part.is_function:
        return False
    if options.survivors:
        return known is not None and any(each in OPEN for each in known.verdicts)
    if known is not None and NOT_RUN in known.verdicts and not options.changed:
        return True
    stale = (part.module, part.name) in results.found
    return known is None and (stale or not options.changed)


def _tried(
    trial: Trial, part: Part, known: Result | None, asked: tuple[str, ...], is_over: Callable[[], bool]
) -> Result:
    """Tries the mistakes of a function of which one of `asked` is known, until the time is over."""
    begun, verdicts = _seconds(), []
    trial.begin()
    for index, edit in enumerate(part.edits):
        before = NOT_RUN if known is None else known.verdicts[index]
        if before not in asked or is_over():
            verdicts.append(before)
        elif trial.live is not None and trial.is_at_import(part, edit):
            verdicts.append(PENDING)
        else:
            found = trial.verdict(part, edit)
            verdicts.append(PENDING if found == NO_CODE else found)
    seconds = _seconds() - begun + (0.0 if known is None else known.seconds)
    return Result(part.module, part.name, part.digest, tuple(verdicts), seconds)


def _seconds() -> float:
    """Processor seconds of this process and its children."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


if __name__ == "__main__":
    sys.exit(main())
