"""One event of a pair beside one event of state-machine libraries, in one run: `python -m benchmarks.steps [FILE.cfg]`.

A settled pair is asked what can happen, takes each of these events, and comes to rest after both units boot and after
each event: *first*, where nothing is remembered of it, and *again*, from the memory of its history. Beside it stand
`transitions` and python-statemachine, as far as they are installed, with a machine of one group: two states, a guard
and a callback. Figures are processor time, the least of the rounds; rounds of all rows take turns.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from benchmarks.machine import machine
from failover_fsm import Pair, PairConfig, events
from failover_fsm.config.records.pair_config import Unit

__all__ = ["Row", "libraries", "main", "measure", "of_pair"]

ROOT = Path(__file__).parents[1]
TIMES = 200
"""How often a library's machine takes its event in one round."""


@attrs.frozen
class Row:
    """Something that is measured.

    Attributes:
        name: What it is called in the table.
        prepare: Makes what a round works on; not measured.
        work: One round.
        calls: How many calls that is.
    """

    name: str
    prepare: Callable[[], Any]
    work: Callable[[Any], object]
    calls: int


def afresh(pair: Pair) -> Pair:
    """The pair without what it remembers."""
    return Pair(config=pair.config, settings=pair.settings, state=pair.state)


def of_pair(config: PairConfig) -> Iterator[Row]:
    """What is measured of a configured pair."""
    booted = Pair.cold(config)
    for unit in Unit:
        booted, _ = booted.step(events.UnitRestored(unit=unit))
    rest, _ = booted.settle()
    choices = rest.possible()
    disturbed = [rest.step(event)[0] for event in choices]
    for word, ready in (("first", afresh), ("again", _as_it_is)):
        yield Row(f"possible, {word}", partial(_all, ready, [rest]), _possible, 1)
        yield Row(f"step, {word}", partial(_all, ready, [rest] * len(choices)), partial(_step, choices), len(choices))
        yield Row(f"settle after both boot, {word}", partial(_all, ready, [booted]), _settle, 1)
        yield Row(f"settle after one event, {word}", partial(_all, ready, disturbed), _settle, len(disturbed))


def _as_it_is(pair: Pair) -> Pair:
    return pair


def _all(ready: Callable[[Pair], Pair], pairs: list[Pair]) -> list[Pair]:
    return [ready(pair) for pair in pairs]


def _possible(pairs: list[Pair]) -> None:
    for pair in pairs:
        pair.possible()


def _step(choices: tuple[events.Event, ...], pairs: list[Pair]) -> None:
    for pair, event in zip(pairs, choices, strict=True):
        pair.step(event)


def _settle(pairs: list[Pair]) -> None:
    for pair in pairs:
        pair.settle()


def libraries() -> Iterator[Row]:
    """The same small machine in each library that is installed."""
    for name, module, make in (
        ("transitions", "transitions", _transitions),
        ("python-statemachine", "statemachine", _statemachine),
    ):
        if importlib.util.find_spec(module) is not None:
            yield Row(f"{name}, one event", make, _fire, TIMES)


def _fire(swap: Callable[[], object]) -> None:
    for _ in range(TIMES):
        swap()


class _Group:
    """What both machines are about."""

    heard = True
    told = 0

    def ready(self) -> bool:
        """The guard."""
        return self.heard

    def tell(self) -> None:
        """The callback."""
        self.told += 1


def _transitions() -> Callable[[], object]:
    from transitions import Machine

    group: Any = _Group()
    made = Machine(group, states=["active", "standby"], initial="standby")
    for before, after in (("standby", "active"), ("active", "standby")):
        made.add_transition("swap", before, after, conditions="ready", after="tell")
    swap: Callable[[], object] = group.swap
    return swap


def _statemachine() -> Callable[[], object]:
    from statemachine import State, StateMachine

    class Swapping(StateMachine):  # type: ignore[misc, unused-ignore]  # has no types where it is not installed
        standby = State(initial=True)
        active = State()
        swap = standby.to(active, cond="ready", after="tell") | active.to(standby, cond="ready", after="tell")

    made = Swapping(_Group())
    swap: Callable[[], object] = made.swap
    return swap


def measure(rows: list[Row], rounds: int) -> dict[str, float]:
    """Milliseconds of processor time a call, the least of the rounds."""
    least: dict[str, float] = {}
    for _ in range(rounds):
        for row in rows:
            ready = row.prepare()
            begun = time.process_time()
            row.work(ready)
            taken = 1000 * (time.process_time() - begun) / row.calls
            least[row.name] = min(taken, least.get(row.name, taken))
    return least


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=[ROOT / "models" / "active-standby.cfg"])
    parser.add_argument("--rounds", type=int, default=50, help="rounds of each row (default: 50)")
    chosen = parser.parse_args()
    where = machine()
    print("; ".join(f"{name} {value}" for name, value in where.items()) + f"; least of {chosen.rounds} rounds")
    for file in chosen.files:
        print(file.name)
        rows = [*of_pair(PairConfig.from_asa(file.read_text(encoding="utf-8"))), *libraries()]
        for name, taken in measure(rows, chosen.rounds).items():
            print(f"  {name:36} {taken:8.4f} ms")


if __name__ == "__main__":
    main()
