"""A few searches beside SPIN that are short enough for every change: `python -m benchmarks.small`.

It ends with status 1 where a count is another one than is known, or where SPIN's processor time divided by ours, from
command to verdict and in the same run, is below a floor: about half of what was measured when it was set. A run below
its floor is made again, twice at most, and the smallest times of each count, so that a busy moment decides nothing.
Without SPIN only counts are compared.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from benchmarks import pair, peers, run
from benchmarks.peers import Measured
from benchmarks.promela import promela
from benchmarks.reference import COUNTS

__all__ = ["SEARCHES", "Search", "compared", "main"]

TRIES = 3


@attrs.frozen
class Search:
    """One model.

    Attributes:
        name: of the model.
        counts: its states and transitions.
        ours, spin: run one search.
        floor: the least of SPIN's processor time divided by ours.
    """

    name: str
    counts: tuple[int, int]
    ours: Callable[[], Measured]
    spin: Callable[[], Measured]
    floor: float


def _of_reference(k: int, floor: float) -> Search:
    counts = COUNTS[k][:2]

    def spin() -> Measured:
        with tempfile.TemporaryDirectory() as place:
            return peers.spin(promela(k), *counts, Path(place))

    return Search(f"reference, k = {k}", counts, lambda: run.ours("numpy")(k, Path()), spin, floor)


def _of_pair(model: str, counts: tuple[int, int], floor: float) -> Search:
    def spin() -> Measured:
        text = pair.exported(model, "promela")
        with tempfile.TemporaryDirectory() as place:
            return peers.spin(text, *counts, Path(place), peers.SPIN_BUILDS[0])

    return Search(model, counts, lambda: pair.ours(model, "compiled"), spin, floor)


SEARCHES = (
    _of_reference(3, floor=3.5),
    _of_pair("models/active-active.toml", (10_442, 98_154), floor=0.08),
)


def compared(search: Search, with_spin: bool) -> tuple[str, bool]:
    """One line about a search, and whether all is well."""
    least: dict[str, float] = {}
    explorers = {"ours": search.ours, "SPIN": search.spin} if with_spin else {"ours": search.ours}
    for _ in range(TRIES):
        for name, explorer in explorers.items():
            found = explorer()
            if (found.states, found.transitions) != search.counts:
                counted = f"{found.states:,} states, {found.transitions:,} transitions"
                expected = "{:,} and {:,}".format(*search.counts)
                return f"{search.name}: {name} counted {counted}; expected: {expected}", False
            least[name] = min(found.cpu, least.get(name, found.cpu))
        if not with_spin:
            return f"{search.name}: {search.counts[0]:,} states, {least['ours']:.2f} s; SPIN is not installed", True
        ratio = least["SPIN"] / least["ours"]
        if ratio >= search.floor:
            break
    seconds = f"ours {least['ours']:.2f} s, SPIN {least['SPIN']:.2f} s of processor time"
    return f"{search.name}: {seconds}, ratio {ratio:.2f}, floor {search.floor}", ratio >= search.floor


def main(searches: Sequence[Search] = SEARCHES) -> int:
    """Compare and print; return 1 if something is not well, else 0."""
    status = 0
    for search in searches:
        line, well = compared(search, shutil.which("spin") is not None and shutil.which("gcc") is not None)
        print(line if well else f"FAILED {line}", flush=True)
        status = status if well else 1
    return status


if __name__ == "__main__":
    raise SystemExit(main())
