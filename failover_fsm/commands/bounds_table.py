"""Writes `postmortem/bounds.json`: between which messages of one unit an event from outside must lie.

    python -m failover_fsm.commands.bounds_table

It explores a small Active/Standby pair completely, which takes a few minutes.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping

import attrs

from failover_fsm.commands.files import emit, write_bytes
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import SystemLog
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.pair.step import step
from failover_fsm.postmortem.bounds import TABLE, Key, is_bounded, key_of
from failover_fsm.postmortem.tokens import token_of_output

__all__ = ["Graph", "explored", "needs_event"]

CONFIG = """\
interface GigabitEthernet0/0
 nameif outside
 ip address 198.51.100.1 255.255.255.0 standby 198.51.100.2
interface GigabitEthernet0/1
 nameif inside
 ip address 10.0.1.1 255.255.255.0 standby 10.0.1.2
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/2
failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2
failover link statelink GigabitEthernet0/3
failover interface ip statelink 172.16.0.5 255.255.255.252 standby 172.16.0.6
"""
ENVIRONMENT = Environment(
    faults=("power", "failover-link", "ports"),
    operator=("failover-active", "reset", "disable", "write-standby", "reload"),
    max_faults=2,
)
Printed = tuple[tuple[Key, ...], tuple[Key, ...]]


@attrs.frozen(eq=False)
class Graph:
    """Every step of a pair: the numbers of the states around it, whether it comes from outside, what is printed."""

    states: int
    steps: tuple[tuple[int, int, bool, Printed], ...]


def explored(most: int | None = None) -> Graph:
    """The graph of the small pair, from both units off.

    Args:
        most: The most states that are asked for their steps; None for all.
    """
    settings = Settings.of(PairConfig.from_asa(CONFIG), Options())
    model = PairModel(settings, ENVIRONMENT)
    states: list[State] = list(model.initial_states())
    numbers = {state: number for number, state in enumerate(states)}
    found = []
    for at, state in enumerate(states):
        if at == most:
            break
        for event, after in model.successors(state):
            if after not in numbers:
                numbers[after] = len(states)
                states.append(after)
            printed = tuple(step(state, settings, event)[1])
            keys = tuple(tuple(_keys(printed, unit)) for unit in Unit)
            found.append((at, numbers[after], not isinstance(event, e.ProtocolStep), (keys[0], keys[1])))
    return Graph(len(states), tuple(found))


def _keys(printed: tuple[object, ...], unit: Unit) -> Iterator[Key]:
    for each in printed:
        if isinstance(each, SystemLog) and each.unit is unit and is_bounded(each.number):
            yield key_of(token_of_output(each))


def needs_event(graph: Graph) -> dict[tuple[Key, Key], bool]:
    """For each two kinds of messages of one unit, whether an event from outside must lie between them."""
    after: list[list[int]] = [[] for _ in range(graph.states)]
    for before, then, is_outside, _ in graph.steps:
        if not is_outside:
            after[before].append(then)
    found: dict[tuple[Key, Key], bool] = {}
    for side in (0, 1):
        prints: dict[Key, list[int]] = {}
        for number, (_, _, _, keys) in enumerate(graph.steps):
            for key in dict.fromkeys(keys[side]):
                prints.setdefault(key, []).append(number)
        for first in prints:
            _note(found, first, side, graph, after, prints)
    return found


def _note(
    found: dict[tuple[Key, Key], bool],
    first: Key,
    side: int,
    graph: Graph,
    after: list[list[int]],
    prints: Mapping[Key, list[int]],
) -> None:
    """Notes what can follow a kind of message without an event: later in its step, or by the units' own steps."""
    reached: dict[int, None] = {}
    for number in prints[first]:
        _, then, _, keys = graph.steps[number]
        reached[then] = None
        for key in keys[side][keys[side].index(first) + 1 :]:
            found[first, key] = False
    queue = deque(reached)
    while queue:
        for then in after[queue.popleft()]:
            if then not in reached:
                reached[then] = None
                queue.append(then)
    for key, numbers in prints.items():
        steps = (graph.steps[number] for number in numbers)
        by_itself = any(before in reached and not is_outside for before, _, is_outside, _ in steps)
        found[first, key] = found.get((first, key), True) and not by_itself


def main() -> None:
    """Writes the table."""
    table = needs_event(explored())
    kinds = sorted({key for pair in table for key in pair})
    rows = ["".join(str(int(table.get((one, other), False))) for other in kinds) for one in kinds]
    write_bytes(TABLE, (json.dumps({"kinds": kinds, "least": rows}, indent=1) + "\n").encode("ascii"))
    emit(f"{TABLE}: {len(kinds)} kinds of messages\n")


if __name__ == "__main__":
    main()
