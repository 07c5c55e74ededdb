"""The command: tries the mistakes that have no result yet, and writes the page."""

from __future__ import annotations

import argparse
import ast
import os
import sys
from collections.abc import Sequence

from benchmarks.functions.children import apart
from benchmarks.functions.killers import CLASSES
from benchmarks.functions.modules import modules
from benchmarks.functions.page import PAGE, page
from benchmarks.functions.results import Results
from benchmarks.functions.run import Run
from benchmarks.functions.sites import Part, parts_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    options = _parser().parse_args(arguments)
    if not options.page:
        _alone()
        wanted = {module: _chosen(module, options.word) for module in modules()}
        apart(lambda: Run(options, wanted).imported())
        if options.imports:
            Run(options, wanted).at_import()
    everything = {module: parts_of(module)[1] for module in modules()}
    results = Results()
    results.write(everything)
    PAGE.write_text(page(everything, results), encoding="utf-8")
    return 0


def _chosen(module: str, word: str) -> tuple[ast.Module, tuple[Part, ...]]:
    """The tree of a module, and those of its parts that are asked for."""
    path, _, rest = word.partition(" ")
    if rest and not module.endswith(path):
        return ast.Module([], []), ()
    tree, parts = parts_of(module)
    return tree, tuple(each for each in parts if word in f"{each.module} {each.name}")


def _alone() -> None:
    """Begins anew unless hashes are the same each time and no folder keeps anything.

    The print of a graph is made of hashes; and what is found with a mistake must not be kept for a user, nor what was
    found without it be answered.
    """
    wanted = {"PYTHONHASHSEED": "0", "XDG_CACHE_HOME": os.devnull}
    if not wanted.items() <= os.environ.items():
        environment = {**os.environ, **wanted}
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.functions", *sys.argv[1:]], environment)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.functions", description=__doc__)
    parser.add_argument(
        "word", nargs="?", default="", help="only functions with this in path and name: `pair/health.py st`"
    )
    parser.add_argument("--changed", action="store_true", help="only functions that are not as they were")
    parser.add_argument(
        "--survivors", action="store_true", help="only mistakes that none of those asked has noticed, again"
    )
    parser.add_argument("--imports", action="store_true", help="also what takes effect as the package is imported")
    parser.add_argument(
        "--only", type=_classes, default=CLASSES, metavar="CLASS,...",
        help=f"ask these alone: {', '.join(CLASSES)}; the rest of them about --survivors later",
    )  # fmt: skip
    parser.add_argument(
        "--asking", default="", metavar="WORD",
        help="ask only killers with this in their name, about all mistakes in what they call, and no unit tests; "
        "the rest of them about --survivors",
    )  # fmt: skip
    parser.add_argument("--sample", type=int, default=None, help="at most so many of each module, drawn by its name")
    parser.add_argument("--processes", type=int, default=2, help="so many at once (default: 2)")
    parser.add_argument("--minutes", type=float, default=None, help="end after so many minutes")
    parser.add_argument(
        "--seconds", type=float, default=2.0, help="processor seconds for one mistake and class of killers (default: 2)"
    )
    parser.add_argument("--page", action="store_true", help="only write the page from the results")
    return parser


def _classes(text: str) -> tuple[str, ...]:
    chosen = text.split(",")
    if not set(chosen) <= set(CLASSES):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of {', '.join(CLASSES)}")
    return tuple(each for each in CLASSES if each in chosen)


if __name__ == "__main__":
    sys.exit(main())
