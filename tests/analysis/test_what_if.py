"""What-if: every outcome against plain enumeration, the worst first."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from failover_fsm.analysis.cut_sets import possible_faults
from failover_fsm.analysis.what_if import MOST_EVENTS, SEVERITIES, SettledOutcome, outcomes, severity
from failover_fsm.cli import main
from failover_fsm.model.interleavings import Arrival, Explorer, ReachSet, replayed, starts
from failover_fsm.model.observer import Observer
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import changing_steps
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import JOINING, Handover, State
from failover_fsm.pair.step import next_state
from tests.pairs import PRIMARY, SECONDARY, remembered, settings

EVERYTHING = Environment()
SWITCH = e.FailoverActive(unit=SECONDARY)
LINK, LINK_BACK = e.FailoverLinkFailed(), e.FailoverLinkRestored()
OFF, ON = e.UnitFailed(unit=PRIMARY), e.UnitRestored(unit=PRIMARY)
DOWN = e.InterfaceLinkFailed(unit=PRIMARY, interface="outside")


def roles(state: State) -> tuple[str, str]:
    """Searches take the synchronisation states in one step, so which of them a unit is stuck in is no difference."""
    units = [
        f"{'joining' if own.phase in JOINING else own.phase.value} {own.enabled} {own.groups[0].role.value}"
        for own in (state.primary, state.secondary)
    ]
    return units[0], units[1]


def plainly(pair: Settings, events: tuple[e.Event, ...]) -> set[tuple[str, str]]:
    """How the pair can end after these events in this order, the units' own steps anywhere in between."""
    handler = remembered()
    queue = [(starts(pair)[0].state, 0)]
    seen, endings = set(queue), set()
    for state, done in queue:
        following = [(after, done) for _, after in changing_steps(state, pair)]
        if not following and done == len(events):
            endings.add(roles(state))
        if done < len(events):
            try:
                following.append((next_state(state, pair, events[done], handler).state, done + 1))
            except Refused:
                following.append((state, done + 1))
            except NotPossible:
                pass
        for each in following:
            if each not in seen:
                seen.add(each)
                queue.append(each)
    return endings


@pytest.mark.parametrize("event", [LINK, OFF, DOWN, SWITCH])
def test_what_happens_to_a_pool_happens_to_each_of_its_states(event: e.Event) -> None:
    """Also where a message is on its way, which the failure of a link takes with it."""
    pair = settings(2)
    explorer, start = Explorer(pair), starts(pair)[0].state
    before = next_state(start, pair, e.InterfaceLinkFailed(unit=PRIMARY, interface="inside")).state
    reach_set = ReachSet(before)
    assert list(explorer.close(reach_set, [(explorer.units(before), Arrival(0, 0))], 0))
    assert any(
        group.handover is not Handover.NONE for units in reach_set.reached for own in units for group in own.groups
    )
    carried = {arrival.before: (around.links, around.interfaces, units)
               for around, units, arrival in explorer.post(reach_set, 0, event)}  # fmt: skip
    for units in reach_set.reached:
        state = explorer.within(before, units)
        try:
            after = next_state(state, pair, event).state
        except Refused:
            after = state
        assert carried[units] == (after.links, after.interfaces, explorer.units(after))


def found(outcome: SettledOutcome) -> tuple[str, str]:
    return roles(outcome.state)


CASES = [
    (SWITCH, OFF, ON), (LINK, DOWN, OFF), (LINK, LINK_BACK), (OFF, ON, LINK), (e.FailoverDisabled(unit=PRIMARY), OFF),
]  # fmt: skip


@pytest.mark.parametrize("events", CASES)
def test_the_outcomes_in_order_are_those_of_plain_enumeration(events: tuple[e.Event, ...]) -> None:
    pair = settings(1)
    assert set(map(found, outcomes(pair, events))) == plainly(pair, events)


@pytest.mark.parametrize("events", CASES)
def test_the_outcomes_in_any_order_are_those_of_every_permutation(events: tuple[e.Event, ...]) -> None:
    pair = settings(1)
    every = set().union(*(plainly(pair, order) for order in permutations(events)))
    assert set(map(found, outcomes(pair, events, any_order=True))) == every


def test_one_more_fault_comes_before_between_or_after() -> None:
    pair = settings(1)
    events = (SWITCH, OFF)
    faults = possible_faults(pair, EVERYTHING)
    every = outcomes(pair, events, faults=faults)
    for fault in (None, *faults):
        places = [events] if fault is None else [(*events[:at], fault, *events[at:]) for at in range(3)]
        wanted = set().union(*(plainly(pair, order) for order in places))
        assert {found(each) for each in every if each.fault == fault} == wanted, fault


def test_the_worst_outcome_comes_first() -> None:
    every = outcomes(settings(1), (OFF, ON), faults=possible_faults(settings(1), EVERYTHING))
    order = [each.severity for each in every]
    assert order == sorted(order) and set(order) == {1, 3, 4}
    assert every[0].fault == LINK and SEVERITIES[every[0].severity] == "both units are active"
    both_off = outcomes(settings(1), (OFF,), faults=(e.UnitFailed(unit=SECONDARY),))
    assert SEVERITIES[both_off[0].severity] == "no unit is active"


def test_an_interface_that_works_on_no_active_unit_is_worse_than_no_standby() -> None:
    """Policy 2 of 2: the peer is ready, and yet nobody serves the interface that is dead on the active unit."""
    (one,) = outcomes(settings(2, policy=2), (DOWN,))
    assert SEVERITIES[one.severity] == "one unit is active, an interface works on no active unit"
    (over,) = outcomes(settings(2), (DOWN,))
    assert SEVERITIES[over.severity] == "one unit is active, no standby is ready"


def test_each_outcome_has_a_run_that_ends_there() -> None:
    pair = settings(2)
    for outcome in outcomes(pair, (LINK, DOWN), any_order=True, faults=possible_faults(pair, EVERYTHING)):
        end = list(replayed(pair, outcome.events))[-1].after
        assert roles(end) == found(outcome) and not list(changing_steps(end, pair))
        assert severity((Observer(end, pair),)) == outcome.severity


def test_events_that_can_happen_in_no_order_have_no_outcome() -> None:
    assert outcomes(settings(1), (LINK, LINK), any_order=True) == ()
    assert len(outcomes(settings(1), (LINK_BACK, LINK))) == 0
    assert len(outcomes(settings(1), (LINK_BACK, LINK), any_order=True)) == 1


def test_a_refused_command_changes_nothing() -> None:
    (only,) = outcomes(settings(1), (e.FailoverActive(unit=PRIMARY),))
    assert only.severity == 4 and e.FailoverActive(unit=PRIMARY) in only.events


def test_too_many_events_are_refused() -> None:
    with pytest.raises(ValueError, match="11 events; allowed: at most 10"):
        outcomes(settings(1), (LINK,) * (MOST_EVENTS + 1))


def test_a_preempt_delay_that_still_runs_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """The run takes no time: both groups on the primary are not how it stays, as `--any-order` has it."""
    pair = "models/active-active.cfg"
    back = ["whatif", pair, "--after", "unit_failed unit=secondary; unit_restored unit=secondary"]
    says = "the preempt delay of group 2 on the secondary, 60 s; then it goes there"
    assert main(back) == 0
    assert capsys.readouterr().out.endswith(f"\n\nStill runs: {says}\n")
    assert main([*back, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["caveats"] == [says]
    assert main(["whatif", pair, "--after", "unit_failed unit=primary; unit_restored unit=primary"]) == 0
    assert "Still runs" not in capsys.readouterr().out
    failed = "interface_link_failed unit=secondary interface=machines; unit_failed unit=secondary"
    assert main(["whatif", pair, "--after", f"{failed}; unit_restored unit=secondary"]) == 0
    assert "Still runs" not in capsys.readouterr().out
