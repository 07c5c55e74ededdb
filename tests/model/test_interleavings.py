"""Every order of outside events and the units' own steps: each reach set holds what single steps reach, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model import interleavings
from failover_fsm.model.interleavings import Arrival, Explorer, ReachSet, Units, every_start, replayed, starts
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Role, State
from failover_fsm.pair.step import next_state
from failover_fsm.topology import read_topology
from tests.pairs import PRIMARY, SECONDARY, UNITS, active_active, settings

FOLLOWED = attrs.evolve(settings(1), follow=("commands", "sessions"))
ON_DATA = Settings.of(read_config(Path(__file__).parents[1] / "traces" / "state-on-data.cfg"))
CARRYING = attrs.evolve(
    ON_DATA,
    follow=("sessions",),
    ports=(ON_DATA.ports[0], attrs.evolve(ON_DATA.ports[1], monitored=False)),
    options=Options(probe="monitored"),
)
"""The units sense nothing of the interface that carries connections."""

ON_ONE_HOST = read_topology("asav-on-one-host", ("outside",)).laid(settings(1))
PAIRS: dict[str, Settings] = {
    "no interface": settings(),
    "one interface": settings(1),
    "history that is followed": FOLLOWED,
    "connections over a data interface": CARRYING,
    "a Stateful Failover link": attrs.evolve(settings(1, stateful=StatefulLink.DEDICATED), follow=("sessions",)),
    "groups": active_active(),
    "units on one host": ON_ONE_HOST,
}
GOES_DOWN = e.InterfaceLinkFailed(unit=PRIMARY, interface="outside")
COMES_UP = e.InterfaceLinkRestored(unit=PRIMARY, interface="outside")
CARRIER_DOWN = e.InterfaceLinkFailed(unit=SECONDARY, interface="inside")
CABLE = "failover cable"
OUTSIDE: dict[str, tuple[e.Event, ...]] = {
    "a port and the failover link": (GOES_DOWN, e.FailoverLinkFailed(), COMES_UP, e.FailoverLinkRestored()),
    "a unit": (e.UnitFailed(unit=PRIMARY), e.UnitRestored(unit=PRIMARY)),
    "a unit that hangs while it boots": (
        e.Reload(unit=PRIMARY),
        e.UnitPaused(unit=PRIMARY),
        e.UnitResumed(unit=PRIMARY),
    ),
    "commands": (e.FailoverActive(unit=SECONDARY), e.FailoverDisabled(unit=PRIMARY), e.FailoverReset(unit=SECONDARY)),
    "a command while a message is on its way": (e.NoFailoverActive(unit=PRIMARY), e.FailoverLinkFailed()),
}
RUNS: list[tuple[str, tuple[e.Event, ...]]] = [
    (name, events)
    for name in PAIRS
    for what, events in OUTSIDE.items()
    if PAIRS[name].ports or "port" not in what
] + [
    ("units on one host", (e.Reload(unit=PRIMARY), e.ElementFailed(element="host"), e.ElementRestored(element="host"))),
    ("units on one host", (e.Reload(unit=PRIMARY), e.ElementFailed(element=CABLE), e.ElementRestored(element=CABLE))),
    ("a Stateful Failover link", (GOES_DOWN, e.StatefulLinkFailed(), e.StatefulLinkRestored())),
    ("connections over a data interface", (GOES_DOWN, CARRIER_DOWN, e.FailoverActive(unit=SECONDARY))),
]  # fmt: skip


@cache
def explorer_of(name: str) -> Explorer:
    """The explorer of a pair, which keeps what it has found."""
    return Explorer(PAIRS[name])


def own_steps(explorer: Explorer, state: State) -> Iterator[tuple[e.Event, Units]]:
    """The units' own steps that change a state, each computed afresh by the protocol."""
    for event in protocol_steps(state, explorer.settings):
        if not isinstance(event, e.SynchronizationAdvanced):  # searches take the states of a join in one step
            after = explorer.units(next_state(state, explorer.settings, event).state)
            if after != explorer.units(state):
                yield event, after


def depths(explorer: Explorer, shared: State, begin: dict[Units, int]) -> dict[Units, int]:
    """What the units' own steps reach, with the fewest steps."""
    found = dict(sorted(begin.items(), key=lambda item: item[1]))
    waiting = list(found)
    for units in waiting:
        for _, after in own_steps(explorer, explorer.within(shared, units)):
            if after not in found or found[after] > found[units] + 1:
                found[after] = found[units] + 1
                waiting.append(after)
    return found


def closed(explorer: Explorer, shared: State, begin: dict[Units, Arrival], number: int) -> tuple[ReachSet, list[Units]]:
    """The reach set with these arrivals, and its states in the order in which they come."""
    reach_set = ReachSet(shared)
    return reach_set, list(explorer.close(reach_set, begin.items(), number))


def entered(explorer: Explorer, reach_set: ReachSet, event: e.Event) -> Iterator[tuple[State, Units, int, Units]]:
    """What comes after an outside event, each state by itself: the state, the records, their cost, those before it."""
    for units, arrival in reach_set.reached.items():
        state = explorer.within(reach_set.shared, units)
        try:
            after = next_state(state, explorer.settings, event).state
        except NotPossible:
            continue
        except Refused:
            after = state
        yield after, explorer.units(after), arrival.cost + 1, units


def rest_of(state: State) -> State:
    """A state without its units."""
    return attrs.evolve(state, primary=BLANK.primary, secondary=BLANK.secondary)


BLANK = every_start(settings())[0].state


@pytest.mark.parametrize(("name", "events"), RUNS)
def test_reach_sets_hold_what_single_steps_reach_with_the_fewest_steps(name: str, events: tuple[e.Event, ...]) -> None:
    explorer = explorer_of(name)
    start = starts(explorer.settings)[0].state
    level = [closed(explorer, start, {explorer.units(start): Arrival(0, 0)}, 0)[0]]
    for number, event in enumerate(events, start=1):
        following = []
        for reach_set in level:
            posted = list(explorer.post(reach_set, number - 1, event))
            expected = list(entered(explorer, reach_set, event))
            assert [(rest_of(state), units, (each.cost, each.before)) for state, units, each in posted] == [
                (rest_of(state), units, (cost, before)) for state, units, cost, before in expected
            ]
            assert {(each.reach_set, each.event) for *_, each in posted} <= {(number - 1, event)}
            begin: dict[State, dict[Units, Arrival]] = {}
            for state, units, arrival in posted:
                begin.setdefault(rest_of(state), {}).setdefault(units, arrival)
            for shared, arrivals in begin.items():
                after, order = closed(explorer, shared, arrivals, number)
                costs = [after.reached[units].cost for units in order]
                assert dict(zip(order, costs, strict=True)) == depths(
                    explorer, shared, {units: each.cost for units, each in arrivals.items()}
                )
                assert costs == sorted(costs) and len({*order}) == len(order), "each once, the nearest first"
                for units, arrival in after.reached.items():
                    if arrival.reach_set == number:  # it came by a step of the units
                        assert (arrival.event, units) in list(
                            own_steps(explorer, explorer.within(shared, arrival.before or units))
                        )
                        assert after.reached[arrival.before or units].cost == arrival.cost - 1
                    else:
                        assert arrivals[units] == arrival
                following.append(after)
        level = following


@pytest.mark.parametrize("name", PAIRS)
def test_at_rest_are_the_states_without_a_step(name: str) -> None:
    explorer = explorer_of(name)
    start = starts(explorer.settings)[0].state
    after = next_state(start, explorer.settings, e.UnitFailed(unit=PRIMARY)).state
    reach_set, order = closed(explorer, after, {explorer.units(after): Arrival(0, 0)}, 0)
    calm = [units for units in order if not list(own_steps(explorer, explorer.within(after, units)))]
    assert explorer.at_rest(reach_set) == tuple(calm) != ()


def test_a_port_that_is_down_already_has_no_way_to_fail() -> None:
    explorer = explorer_of("one interface")
    down = next_state(starts(explorer.settings)[0].state, explorer.settings, GOES_DOWN).state
    reach_set, _ = closed(explorer, down, {explorer.units(down): Arrival(0, 0)}, 0)
    assert list(explorer.post(reach_set, 0, GOES_DOWN)) == []
    assert list(explorer.post(reach_set, 0, COMES_UP))


@pytest.mark.parametrize(
    ("events", "event"),
    [
        ((e.NoFailoverActive(unit=PRIMARY),), e.FailoverLinkFailed()),
        ((e.Reload(unit=PRIMARY), e.FailoverLinkFailed()), e.FailoverLinkRestored()),
    ],
)
def test_what_only_changes_links_and_interfaces_is_worked_out_once(
    monkeypatch: pytest.MonkeyPatch, events: tuple[e.Event, ...], event: e.Event
) -> None:
    """A message that is on its way may be lost with them, so that each state with one is looked at by itself."""
    explorer, worked_out = explorer_of("no interface"), list[State]()
    state = starts(explorer.settings)[0].state
    for each in events:
        state = next_state(state, explorer.settings, each).state
    reach_set, order = closed(explorer, state, {explorer.units(state): Arrival(0, 0)}, 0)
    by_itself = [units for units in order if any(not unit.groups[0].quiet for unit in units) or units is order[0]]
    real = next_state

    def noting(state: State, pair: Settings, event: e.Event) -> Any:
        worked_out.append(state)
        return real(state, pair, event)

    monkeypatch.setattr(interleavings, "next_state", noting)
    assert len(list(explorer.post(reach_set, 0, event))) == len(order) > len(worked_out) == len(by_itself)


# -- what is remembered ----------------------------------------------------------------------------------


def test_each_step_is_computed_once_and_shared_where_the_units_sense_alike() -> None:
    """What a unit cannot sense of an interface that is not monitored makes no difference (IFM-20)."""
    pair = attrs.evolve(settings(2), ports=(settings(2).ports[0], attrs.evolve(settings(2).ports[1], monitored=False)))
    pair = attrs.evolve(pair, options=attrs.evolve(pair.options, probe="monitored"))
    explorer, asked = Explorer(pair), list[State]()
    known = explorer.model.successors
    explorer.model.successors = lambda state: (asked.append(state), known(state))[1]  # type: ignore
    start = starts(pair)[0].state
    unwatched = next_state(start, pair, e.InterfaceLinkFailed(unit=PRIMARY, interface="inside")).state
    watched = next_state(start, pair, GOES_DOWN).state
    begin = explorer.units(start)
    for shared, sees in ((start, 1), (start, 1), (unwatched, 1), (watched, 2), (start, 2), (watched, 2)):
        explorer.steps_of(shared, begin)
        assert len(asked) == sees
    assert explorer.own_steps(start) is explorer.own_steps(start) is explorer.own_steps(unwatched)
    assert explorer.own_steps(start) is not explorer.own_steps(watched)


def test_connections_over_a_data_interface_depend_on_more_than_units_sense() -> None:
    """LNK-11: with the Stateful Failover link on a data interface, each condition of it is looked at by itself."""
    explorer = explorer_of("connections over a data interface")
    start = starts(explorer.settings)[0].state
    other = next_state(start, explorer.settings, CARRIER_DOWN).state
    assert explorer.model.senses(start.interfaces) == explorer.model.senses(other.interfaces)
    for one, two, same in ((start, start, True), (start, other, False)):
        assert (explorer.own_steps(one) is explorer.own_steps(two)) is same
    models = [explorer._stepping(each.interfaces) for each in (start, other, start)]
    assert models[0] is models[2] is not models[1]
    plain = explorer_of("one interface")
    assert plain._stepping(start.interfaces) is plain._stepping(other.interfaces) is plain.model


def test_an_explorer_has_no_event_of_its_own() -> None:
    found = explorer_of("one interface")
    assert found.model.environment == Environment(faults=(), operator=())
    assert {type(event) for event in found.model.unit_events} == {e.UnitRestored}


@pytest.mark.parametrize("name", PAIRS)
def test_an_observer_sees_the_units_in_these_surroundings(name: str) -> None:
    explorer = explorer_of(name)
    start = starts(explorer.settings)[0].state
    seen = explorer.observers(start, explorer.units(start))
    assert [each.index for each in seen] == list(range(explorer.settings.group_count))
    assert all(each.healthy for each in seen)


# -- where an exploration begins -----------------------------------------------------------------------------

BOOTS = "the pair as it boots, at rest"
HANDED_OVER = "the same after `failover active` on the secondary, at rest"


def places(state: State) -> str:
    """Unit by unit, whether it is active for each group."""
    return "".join(str(int(group.active)) for unit in UNITS for group in state.unit(unit).groups)


def test_an_active_standby_pair_begins_as_it_boots_and_handed_over() -> None:
    found = every_start(settings())
    assert [(each.description, places(each.state)) for each in found] == [(BOOTS, "10"), (HANDED_OVER, "01")]
    assert found == starts(settings())
    assert found[0].events[:2] == (e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))


def test_a_pair_with_groups_begins_with_them_in_every_place_once() -> None:
    pair = active_active(preempt=False)
    begins = [(BOOTS, "1001"), (HANDED_OVER, "0011")]
    assert [(each.description, places(each.state)) for each in starts(pair)] == begins
    assert [(each.description, places(each.state)) for each in every_start(pair)] == [
        *begins,
        ("the same after `failover active group 2` on the primary, at rest", "1100"),
        (
            "the same after `failover active` on the secondary, then after `failover active group 2` on the primary, "
            "at rest",
            "0110",
        ),
    ]


def test_groups_that_boot_on_the_other_units_are_moved_too() -> None:
    found = every_start(active_active(preempt=False, preferred=(SECONDARY, PRIMARY)))
    assert [(each.description, places(each.state)) for each in found[1:3]] == [
        (HANDED_OVER, "0011"),
        ("the same after `failover active group 1` on the primary, at rest", "1100"),
    ]
    assert [places(each.state) for each in found] == ["0110", "0011", "1100", "1001"]


@pytest.mark.parametrize(
    ("pair", "active"),
    [
        (settings(enabled=False), "11"),  # without failover each unit works alone, and the command is refused (CFG-21)
        (active_active(preferred=(SECONDARY, SECONDARY)), "0011"),  # the secondary has both groups already
    ],
)
def test_a_command_that_changes_nothing_is_no_start(pair: Settings, active: str) -> None:
    assert [(each.description, places(each.state)) for each in starts(pair)] == [(BOOTS, active)]


@pytest.mark.parametrize("name", PAIRS)
def test_a_start_is_where_its_run_leads_and_nothing_happens_there_by_itself(name: str) -> None:
    pair = PAIRS[name]
    for start in every_start(pair):
        *_, last = replayed(pair, start.events)
        assert last.after == start.state
        explorer = explorer_of(name)
        assert list(own_steps(explorer, start.state)) == []
        for number in range(pair.group_count):
            roles = [start.state.unit(unit).groups[number].role for unit in UNITS]
            assert {*roles} == {Role.ACTIVE, Role.STANDBY_READY}


def test_a_command_that_leaves_all_as_it_is_is_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pair answers like this: it refuses the command on a unit that has every role."""
    real = next_state

    def idle(state: State, pair: Settings, event: e.Event) -> Any:
        return attrs.evolve(real(state, pair, event), state=state) if state.primary.up else real(state, pair, event)

    monkeypatch.setattr(interleavings, "next_state", idle)
    assert [each.description for each in starts(settings())] == [BOOTS]


def test_a_run_that_goes_round_ends_where_a_state_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pair goes round like this; the made-up steps take the pair from one state to two others in turn."""
    pair = active_active(preempt=False)
    first, second, third, _ = (start.state for start in every_start(pair))
    after = {first: second, second: third, third: second}
    step = e.InterfacesChecked(unit=PRIMARY)
    monkeypatch.setattr(interleavings, "changing_steps", lambda state, _: iter([(step, after[state])]))
    assert interleavings._settled(first, pair, []) == (second, (step, step, step))


# -- a run that is told again --------------------------------------------------------------------------------


def test_a_run_is_told_step_by_step_and_a_refused_command_changes_nothing() -> None:
    pair = settings(1)
    boot = starts(pair)[0]
    run = (*boot.events, GOES_DOWN, e.FailoverActive(unit=PRIMARY))
    told = list(replayed(pair, run))
    assert [each.event for each in told] == list(run)
    assert all(one.after == two.before for one, two in pairwise(told))
    assert (told[-1].before, told[-1].outputs) == (told[-1].after, ())
    assert any(each.outputs for each in told)
