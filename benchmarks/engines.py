"""Both engines on models of every size, in seconds of CPU: `python -m benchmarks.engines`.

The models are published ones (`tests/published`), some with queues (`tests/checker/richer.py`), and VRRP; nothing is
claimed of them, so that only the search is measured, with the learning of the rules in the compiled engine's time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from failover_fsm.checker import Checker, PlainModel
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.vrrp import Vrrp, pair, three
from tests.checker.richer import Offices, SlidingWindow, Workshop
from tests.published.chameneos import CASES as CHAMENEOS
from tests.published.coffee_can import CASES as COFFEE_CAN
from tests.published.kanban import Kanban
from tests.published.lost_updates import CASES as LOST_UPDATES
from tests.published.philosophers import Philosophers
from tests.vrrp.cases import FOUR


def models() -> Iterator[tuple[str, Any]]:
    """The models with their names, from small to large."""
    yield "VRRP, two routers", pair()
    yield "sliding window, two queues", SlidingWindow()
    yield "VRRP, three routers", three()
    yield "queues in two records", Offices()
    yield "a queue of records", Workshop()
    yield "VRRP, four routers", Vrrp(FOUR)
    yield "five philosophers", Philosophers(5)
    yield "beans in a can, 100", COFFEE_CAN[0].model
    yield "six philosophers", Philosophers(6)
    yield "Kanban, three cards", Kanban(3)
    yield "chameneos", CHAMENEOS[-1].model
    yield "lost updates", LOST_UPDATES[-1].model


def seconds(search: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of CPU that a search takes, and its result."""
    begun = time.process_time()
    result = search()
    return time.process_time() - begun, result


def main() -> None:
    """Measure and print a table."""
    print("| model | states | plain | compiled |\n|---|---|---|---|")
    for name, model in models():
        plain, result = seconds(lambda model=model: Checker(PlainModel(model)).verify())
        compiled, other = seconds(lambda model=model: CompiledChecker(model).verify())
        assert (result.states, result.transitions) == (other.states, other.transitions), name
        print(f"| {name} | {result.states:,} | {plain:.2f} s | {compiled:.2f} s |", flush=True)


if __name__ == "__main__":
    main()
