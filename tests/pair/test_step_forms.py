"""A step in its three forms: to a new state, on a draft of a state, and only asked about; and units on one host."""

from __future__ import annotations

import random
from collections.abc import Iterator

import attrs
import pytest

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible, StepError
from failover_fsm.pair.event_kind import Places
from failover_fsm.pair.outputs import RoleChanged
from failover_fsm.pair.pair import cold
from failover_fsm.pair.registry import KINDS
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase, Role, State
from failover_fsm.pair.step import apply_event, can_happen, next_state, step
from failover_fsm.records import edit
from failover_fsm.topology import read_topology
from tests.pairs import NAMES, PRIMARY, SECONDARY, UNITS, active_active, settings

LINES = ("no monitor-interface inside", "interface GigabitEthernet0/1; shutdown", "hostname other", "frobnicate")
TYPED = """\
interface GigabitEthernet0/1
 nameif inside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
failover
failover lan unit primary
failover lan interface fo GigabitEthernet0/2
failover interface ip fo 10.0.0.1 255.255.255.0 standby 10.0.0.2
"""
ONE_HOST = read_topology("asav-on-one-host", NAMES).laid(settings(2))
PAIRS: dict[str, Settings] = {
    "commands and connections": attrs.evolve(
        settings(1, stateful=StatefulLink.DEDICATED), follow=("commands", "sessions")
    ),
    "groups": attrs.evolve(active_active(), follow=("commands",)),
    "a running configuration": Pair.cold(read_asa(TYPED)).settings,
    "a topology": read_topology("figure-13-3", NAMES).laid(settings(2)),
    "one host": ONE_HOST,
}
BOOT = (e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))


def everything(pair: Settings) -> tuple[e.Event, ...]:
    """Every event of every class, and command lines."""
    places = Places(
        groups=pair.group_count,
        interfaces=tuple(port.name for port in pair.ports),
        ports=tuple(carrier.name for carrier in pair.carriers),
        elements=() if pair.topology is None else pair.topology.elements,
    )
    typed = (e.CommandEntered(unit=unit, text=line) for unit in UNITS for line in LINES)
    return (*(event for kind in KINDS for event in kind.at(places)), *typed)


def taken(state: State, pair: Settings, event: e.Event) -> State | None:
    """The state after an event; None where it is refused or cannot happen."""
    try:
        return next_state(state, pair, event).state
    except StepError:
        return None


def met(pair: Settings, most: int = 50) -> Iterator[State]:
    """States of a pair that boots and then meets what was drawn at random."""
    draw, state = random.Random(4), cold(pair)
    events = everything(pair)
    for event in (*BOOT, *draw.choices(events, k=12 * most)):
        after = taken(state, pair, event)
        if after is not None and after != state:
            yield state
            state, most = after, most - 1
        if most == 0:
            return


@pytest.mark.parametrize("name", PAIRS)
def test_a_step_is_the_same_in_each_form(name: str) -> None:
    pair = PAIRS[name]
    seen, events = 0, everything(pair)
    for state in met(pair):
        for event in events:
            after = taken(state, pair, event)
            assert can_happen(state, pair, event) is (after is not None), (state, event)
            draft = edit(state)
            if after is None:
                with pytest.raises(StepError):
                    apply_event(draft, pair, event)
                assert draft.freeze() == state, "a draft that refuses is as it was"
                continue
            apply_event(draft, pair, event)
            assert draft.freeze() == after, (state, event)
            seen += after != state
    assert seen > 100


def told(state: State, *events: e.Event) -> tuple[State, list[RoleChanged]]:
    """The pair on one host after some events, and the changes of roles on the way."""
    changes: list[RoleChanged] = []
    for event in events:
        state, outputs = step(state, ONE_HOST, event)
        changes += [each for each in outputs if isinstance(each, RoleChanged)]
    return state, changes


HOST = next(
    name for name, units in (ONE_HOST.topology.hosts if ONE_HOST.topology is not None else ()) if len(units) == 2
)


def test_units_stop_with_their_host_and_boot_with_it() -> None:
    """TRG-2: and a unit that had stopped before stays as it is."""
    both, _ = told(cold(ONE_HOST), *BOOT)
    down, _ = told(both, e.ElementFailed(element=HOST))
    assert (down.primary.phase, down.secondary.phase) == (Phase.DOWN, Phase.DOWN)
    with pytest.raises(NotPossible, match="its host is down"):
        step(down, ONE_HOST, e.UnitRestored(unit=PRIMARY))
    again, _ = told(down, e.ElementRestored(element=HOST))
    assert (again.primary.phase, again.secondary.phase) == (Phase.NEGOTIATION, Phase.NEGOTIATION)

    alone, _ = told(both, e.UnitFailed(unit=SECONDARY))
    result = next_state(alone, ONE_HOST, e.ElementFailed(element=HOST))
    assert [unit for unit, _ in result.units] == [PRIMARY], "the other one does not run"
    assert result.state.secondary == alone.secondary


def test_the_active_unit_gives_its_role_up_as_its_host_stops() -> None:
    state, changes = told(cold(ONE_HOST), e.UnitRestored(unit=PRIMARY), e.NegotiationExpired(unit=PRIMARY))
    assert [(each.unit, each.after) for each in changes] == [(PRIMARY, Role.ACTIVE)]
    _, changes = told(state, e.ElementFailed(element=HOST))
    assert [(each.unit, each.before) for each in changes] == [(PRIMARY, Role.ACTIVE)]
