"""Promises as records: where they are asked, when they are met and kept, and what the checker gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Kind, Property
from failover_fsm.model.observer import Observer
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Group, State
from failover_fsm.promises.promise import Promise, as_property, breaking_group, is_protocol_step
from tests.promises.looks import ACTIVE, FAILED, GROUPS, PRIMARY, READY, look, unit

HELLO, LOSS, REPAIR = e.HelloHeard(unit=PRIMARY), e.FailoverLinkFailed(), e.FailoverLinkRestored()


def active(obs: Observer) -> bool:
    return obs.active(PRIMARY)


def failed(obs: Observer) -> bool:
    return obs.role(PRIMARY).value == "failed"


def becomes_active(before: Observer, event: e.Event, after: Observer) -> bool:
    return isinstance(event, e.HelloHeard) and not active(before) and active(after)


def promise(kind: str = "always", **fields: Any) -> Promise:
    """A promise that primaries are active."""
    return Promise(**{"id": "name", "says": "says", "rules": (), "kind": kind, "holds": active, **fields})


def both_groups(*roles: Any) -> State:
    """A pair whose primary has these roles in its groups."""
    first, *others = roles
    own = unit(first, *(Group(role=role) for role in others))
    return look(own, unit(READY, *(Group() for _ in others))).state


def observers(pair: Settings) -> Callable[[State], tuple[Observer, ...]]:
    return lambda state: tuple(Observer(state, pair, index) for index in range(pair.group_count))


# -- where it is asked, when it is met and kept ----------------------------------------------------


def test_a_promise_is_asked_of_its_pairs_in_environments_that_can_break_it_and_do_not_spoil_it() -> None:
    quiet, one = Environment(faults=(), operator=()), Environment(faults=("power",), operator=(), max_faults=1)
    assert promise().applies(quiet) and promise().applies(quiet, groups=True)
    assert [promise(pairs="active-active").applies(quiet, groups=groups) for groups in (False, True)] == [False, True]
    assert [promise(pairs="active-standby").applies(quiet, groups=groups) for groups in (False, True)] == [True, False]
    assert promise(needs=("power",)).applies(one) and not promise(needs=("power",)).applies(quiet)
    assert not promise(needs=("power", "failover-link")).applies(one), "all of them"
    assert promise(unless=("power",)).applies(quiet) and not promise(unless=("power",)).applies(one)
    assert not promise(unless=("reset", "power")).applies(one), "none of them"
    assert promise(least_faults=1).applies(one) and not promise(least_faults=2).applies(one)
    assert promise(least_faults=2).applies(quiet), "without a bound"


def test_a_promise_about_steps_speaks_of_its_events_or_of_all() -> None:
    assert promise("step").speaks_of(HELLO) and promise("step").speaks_of(LOSS)
    of_hellos = promise("step", events=(e.HelloHeard, e.Reload))
    assert of_hellos.speaks_of(HELLO) and not of_hellos.speaks_of(LOSS)


def test_it_is_met_by_one_group_and_kept_by_all() -> None:
    mixed = [(look(ACTIVE),), (look(READY),)]
    asked = promise(premise=active)
    assert asked.is_met(mixed) and not asked.is_met(mixed[1:]) and not promise().is_met(mixed)
    assert not asked.is_kept(mixed) and asked.is_kept(mixed[:1]) and asked.is_kept([])


def test_only_the_units_own_steps_are_protocol_steps() -> None:
    assert [is_protocol_step(each) for each in (HELLO, LOSS, REPAIR)] == [True, False, False]


# -- what the checker gets ---------------------------------------------------------------------------

STATES = [both_groups(*roles) for roles in ((ACTIVE, ACTIVE), (FAILED, ACTIVE), (READY, FAILED))]


def judged(predicate: Callable[..., object] | None, states: list[State]) -> list[bool]:
    """What a predicate of the checker says of these states."""
    assert predicate is not None
    return [bool(predicate(state)) for state in states]


def made(kind: str, pair: Settings = GROUPS, **fields: Any) -> Property:
    return as_property(promise(kind, **fields), observers(pair))


@pytest.mark.parametrize(
    ("kind", "wanted", "later"),
    [
        ("always", Kind.ALWAYS, None),
        ("sometimes", Kind.SOMETIMES, None),
        ("when-settled", Kind.WHEN_SETTLED, [True, False, False]),
        ("can-recover", Kind.CAN_RECOVER, [True, False, True]),
    ],
)
def test_a_promise_about_states_must_hold_for_every_group(kind: str, wanted: Kind, later: list[bool] | None) -> None:
    found = made(kind)
    assert (found.name, found.kind, found.premise) == ("name", wanted, None)
    assert judged(found.predicate, STATES) == [True, False, False]
    within = found.within
    assert later == (None if within is None else [bool(within(event)) for event in (HELLO, LOSS, REPAIR)])


@pytest.mark.parametrize("kind", ["always", "when-settled"])
def test_a_premise_is_seen_where_some_group_meets_it(kind: str) -> None:
    assert judged(made(kind, premise=failed).premise, STATES) == [False, True, True]


def test_what_leads_to_something_begins_and_ends_with_all_groups() -> None:
    found = made("leads-to", premise=failed)
    assert found.kind is Kind.LEADS_TO and judged(found.predicate, STATES) == [True, False, False]
    assert found.within is not None
    begins = [both_groups(FAILED, FAILED), both_groups(FAILED, ACTIVE)]
    assert judged(found.premise, begins) == [True, False]
    assert [bool(found.within(event)) for event in (HELLO, LOSS, REPAIR)] == [True, False, False]


def test_what_converges_has_no_formula() -> None:
    found = made("converges", holds=None)
    assert (found.kind, found.predicate) == (Kind.CONVERGES, None)
    assert found.within is not None and [bool(found.within(event)) for event in (HELLO, LOSS)] == [True, False]


def test_a_promise_about_steps_is_asked_of_both_looks_at_each_group() -> None:
    found = made("step", holds=becomes_active, premise=becomes_active, events=(e.HelloHeard,))
    assert (found.kind, found.events) == (Kind.ALWAYS_STEP, (e.HelloHeard,))
    assert found.predicate is not None and found.premise is not None
    before, one, both = both_groups(READY, READY), both_groups(READY, ACTIVE), both_groups(ACTIVE, ACTIVE)
    steps = [(before, HELLO, both), (before, HELLO, one), (before, HELLO, before), (both, HELLO, both)]
    assert [found.predicate(*step) for step in steps] == [True, False, False, False]
    assert [found.premise(*step) for step in steps] == [True, True, False, False]
    assert not found.predicate(before, LOSS, both)
    assert made("step", holds=becomes_active).premise is None


def test_a_pair_without_groups_is_looked_at_once() -> None:
    alone = [look(ACTIVE).state, look(READY).state]
    found, of_steps = made("always", Settings(), premise=failed), made("step", Settings(), holds=becomes_active)
    assert of_steps.predicate is not None
    assert judged(found.predicate, alone) == [True, False]
    assert judged(found.premise, [look(FAILED).state, *alone]) == [True, False, False]
    steps = [(alone[1], HELLO, alone[0]), (alone[0], HELLO, alone[0])]
    assert [of_steps.predicate(*step) for step in steps] == [True, False]


# -- the group to blame --------------------------------------------------------------------------------


def test_the_first_group_in_which_a_promise_breaks_is_to_blame() -> None:
    def blamed(after: State, event: e.Event = HELLO, pair: Settings = GROUPS, **fields: Any) -> int | None:
        return breaking_group(promise(**fields), pair, both_groups(READY, READY), event, after)

    states = [both_groups(*roles) for roles in ((READY, ACTIVE), (ACTIVE, READY), (READY, READY), (ACTIVE, ACTIVE))]
    assert [blamed(after) for after in states] == [1, 2, 1, None]
    assert [blamed(after, kind="step", holds=becomes_active) for after in states] == [1, 2, 1, None]
    assert blamed(states[3], LOSS, kind="step", holds=becomes_active) == 1
    assert blamed(states[2], holds=None) is None
    assert blamed(states[2], pair=attrs.evolve(GROUPS, groups=())) is None
