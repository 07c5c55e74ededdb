"""How strong the scenarios and promises of Auto Update are: every row, guard and effect of its table is mutated.

    python -m benchmarks.autoupdate_mutation              # some minutes; prints the figures and what is not killed
    python -m benchmarks.autoupdate_mutation hand_over    # only mutants with these words in their name

The mutants are those of `failover_fsm/testing/pair/machine_mutation.py`. One is *killed* if a scenario fails on it or a
promise has another verdict in a small search; *equivalent* if it answers its row's event alike in every state of the
scenarios and searches; else it *survives*. docs/howto/auto-update.md has the figures.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any
from unittest import mock

import attrs

from failover_fsm.checker import Checker, Verdict
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.model import update_model
from failover_fsm.services.autoupdate.promises import update_promises
from failover_fsm.services.autoupdate.settings import UpdateSettings
from failover_fsm.services.autoupdate.table import UPDATE_TABLE
from failover_fsm.testing.pair.machine_mutation import MachineMutant, machine_mutants
from tests.services.autoupdate import kit
from tests.services.autoupdate.scenarios import SCENARIOS, Change

__all__ = ["ALL", "SURVIVORS", "figures", "verdict"]

ALL = tuple(machine_mutants({UPDATE_TABLE.name: UPDATE_TABLE}))
Search = tuple[str, bool]

SEARCHES: tuple[Search, ...] = (("power", True), ("failover-link", True), ("power", False))
"""The fault of the pair in each small search, and whether the update is hitless; faults of the server in the first."""

SURVIVORS = {
    "boots_apart dropped": "a process that gives up while both units load does nothing else that it would not do; the "
    "next poll time finds them loaded",
}
"""By a part of the mutant's name, why it may live."""

State = Any
Scenario = Callable[[Change], None]


def _shipped(machine: AutoUpdate) -> AutoUpdate:
    return machine


def _wrong(mutant: MachineMutant) -> Change:
    return lambda machine: attrs.evolve(machine, table=mutant.tables[UPDATE_TABLE.name])


def _search(search: Search, change: Change) -> tuple[AutoUpdate, Any]:
    """The machine of a small search, and its model."""
    fault, hitless = search
    server = {} if search is SEARCHES[0] else {"faults": ()}
    machine = change(AutoUpdate(settings=UpdateSettings(pair=kit.PAIR, hitless=hitless), **server))
    return machine, update_model(machine, (fault,))


def _scenes(scenario: Scenario) -> list[kit.Scene]:
    """The scenes of a scenario, played to their ends."""
    scenes: list[kit.Scene] = []
    built = kit.Scene.__init__

    def keep(self: kit.Scene, *args: Any, **more: Any) -> None:
        built(self, *args, **more)
        scenes.append(self)

    with mock.patch.object(kit.Scene, "__init__", keep):
        scenario(_shipped)
    return scenes


Visited = tuple[tuple[AutoUpdate, Any, tuple[State, ...]], ...]


@cache
def visited(place: Any) -> Visited:
    """Of a scenario or a search: its machines, how the pair moves, and the states that occur."""
    if place in SEARCHES:
        machine, model = _search(place, _shipped)
        return ((machine, model.pair_step, tuple(_reached(model))),)
    return tuple(
        (scene.model.machine, scene.model.pair_step, tuple(dict.fromkeys(each.before for each in scene.ran)))
        for scene in _scenes(place)
    )


def _reached(model: Any) -> list[State]:
    """Every state of a search."""
    states = list(dict.fromkeys(model.initial_states()))
    seen = set(states)
    for state in states:
        for _, after in model.successors(state):
            if after not in seen:
                seen.add(after)
                states.append(after)
    return states


@cache
def _answers(place: Any, number: int, event: Any) -> tuple[tuple[State, object], ...]:
    """What the shipped machine answers to an event in every state there."""
    machine, step, states = visited(place)[number]
    return tuple((state, _answer(machine, state, event, step)) for state in states)


def _answer(machine: AutoUpdate, state: State, event: Any, step: Any) -> object:
    """The answer without the rows, and whether the event is offered at all; or the type of an error."""
    try:
        offered = machine.table.cell(state.own.step, type(event)).select(machine._context(state, event)) is not None
        answer = machine.answer(state, event, step)
    except Exception as error:
        return type(error)
    return offered, answer.joint, answer.lines, answer.outputs, answer.refused


def _differs(mutant: MachineMutant, place: Any) -> bool:
    event = mutant.row.event()
    for number, (machine, step, _) in enumerate(visited(place)):
        wrong = _wrong(mutant)(machine)
        for state, right in _answers(place, number, event):
            if state.own.step in mutant.row.states and _answer(wrong, state, event, step) != right:
                return True
    return False


@cache
def _kept(faults: Search) -> dict[str, Verdict]:
    return _verdicts(faults, _shipped)


def _verdicts(faults: Search, change: Change) -> dict[str, Verdict]:
    machine, model = _search(faults, change)
    found = Checker(model).verify(*(each.as_property() for each in update_promises(machine)), max_states=40_000)
    return {each.name: each.verdict for each in found.findings}


def verdict(mutant: MachineMutant, *, search: bool = True) -> str:
    """killed, survives, or equivalent; of a killed one, by what.

    Args:
        mutant: The mutant.
        search: Whether mutants that no scenario kills are searched.
    """
    differs = False
    for scenario in SCENARIOS:
        if _differs(mutant, scenario):
            differs = True
            try:
                scenario(_wrong(mutant))
            except Exception:
                return f"killed by {scenario.__name__}"
    for faults in SEARCHES if search else ():
        if _differs(mutant, faults):
            differs = True
            try:
                now = _verdicts(faults, _wrong(mutant))
            except Exception:
                return "killed by an error in a search"
            changed = [name for name, known in _kept(faults).items() if now[name] != known]
            if changed:
                return f"killed by promise {changed[0]}"
    return "survives" if differs else "equivalent"


def figures(verdicts: Iterable[str]) -> str:
    """The figures in one line."""
    found = Counter(each.split()[0] for each in verdicts)
    share = 100 * found["killed"] / max(1, found["killed"] + found["survives"])
    return (
        f"{found.total()} mutants: {found['killed']} killed, {found['survives']} survive, "
        f"{found['equivalent']} equivalent; score {share:.1f} %"
    )


def main(words: Sequence[str]) -> None:
    """Prints every mutant that is not killed, and the figures."""
    chosen = [mutant for mutant in ALL if all(word in mutant.name for word in words)]
    verdicts = []
    for number, mutant in enumerate(chosen, start=1):
        verdicts.append(verdict(mutant))
        if not verdicts[-1].startswith("killed"):
            print(f"{verdicts[-1]}: {mutant.name}", flush=True)
        if number % 100 == 0:
            print(f"{number}/{len(chosen)}", file=sys.stderr, flush=True)
    by_promise = sum("promise" in each or "search" in each for each in verdicts)
    print(f"{figures(verdicts)}; {by_promise} by a search alone")


if __name__ == "__main__":
    main(sys.argv[1:])
