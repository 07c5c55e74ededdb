"""The command: tries the mistakes that have no result yet, and writes the page."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.functions.baseline import Baseline, import_everything
from benchmarks.functions.install import Live
from benchmarks.functions.modules import modules
from benchmarks.functions.page import PAGE, page
from benchmarks.functions.results import Result, Results
from benchmarks.functions.sites import Part, parts_of
from benchmarks.functions.trial import ALIKE, LIVES, NO_CODE, NOT_REACHED, Trial

PENDING = "pending"
"""A mistake that the process with the imported package has left to the other one."""

OPEN = (ALIKE, LIVES, NOT_REACHED, PENDING)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    options = _parser().parse_args(arguments)
    texts = {module: parts_of(module) for module in modules() if not options.module or options.module in module}
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.functions", description=__doc__)
    parser.add_argument("module", nargs="?", default="", help="only modules with this in their path")
    parser.add_argument("--changed", action="store_true", help="only functions that are not as they were")
    parser.add_argument("--survivors", action="store_true", help="only mistakes that nothing has killed, again")
    parser.add_argument("--imports", action="store_true", help="also what takes effect as the package is imported")
    parser.add_argument("--no-tests", action="store_true", help="ask no unit tests")
    parser.add_argument("--minutes", type=float, default=None, help="end after so many processor minutes")
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
    for module, (tree, parts) in texts.items():
        results = Results()
        trial = Trial(module, tree, baseline, live, not options.no_tests)
        for part in parts:
            if options.minutes is not None and _seconds() - spent > 60 * options.minutes:
                print("the time is over", file=sys.stderr)
                return
            if _is_wanted(part, results, options, live is None):
                result = _tried(trial, part, results.of(part))
                results.add(result)
                counts = {each: result.verdicts.count(each) for each in OPEN}
                print(
                    f"{module} {part.name}: {len(part.edits)} in {result.seconds:.1f} s, {counts}",
                    file=sys.stderr,
                    flush=True,
                )


def _is_wanted(part: Part, results: Results, options: argparse.Namespace, cold: bool) -> bool:
    known = results.of(part)
    if cold:
        return (known is None and not part.is_function) or (known is not None and PENDING in known.verdicts)
    if not part.is_function:
        return False
    if options.survivors:
        return known is not None and any(each in OPEN for each in known.verdicts)
    stale = (part.module, part.name) in results.found
    return known is None and (stale or not options.changed)


def _tried(trial: Trial, part: Part, known: Result | None) -> Result:
    """Tries the mistakes of a function; those that are known to be killed stay so."""
    begun, verdicts = _seconds(), []
    for index, edit in enumerate(part.edits):
        before = PENDING if known is None else known.verdicts[index]
        if before not in OPEN or (trial.live is None and before != PENDING):
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
