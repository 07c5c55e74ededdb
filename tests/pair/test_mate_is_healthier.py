"""The option `mate_is_healthier`: beside the chapter's rule it changes one kind of step, and nothing else."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm.config.records.pair_config import InterfacePolicy
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.health import failed_interfaces
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import AnnouncedRole, PeerContact, Role, State
from failover_fsm.records import edit
from tests.pairs import settings

SMALL: dict[str, tuple[Settings, Environment]] = {
    "policy 1": (settings(1), Environment(faults=("interfaces",), operator=(), max_faults=2)),
    "policy 2": (
        attrs.evolve(settings(2), policy=InterfacePolicy(count=2)),
        Environment(faults=("ports",), operator=(), max_faults=4),
    ),
}


def with_option(name: str) -> PairModel:
    """The model of a scenario with the option."""
    pair, environment = SMALL[name]
    return PairModel(attrs.evolve(pair, options=Options(mate_is_healthier=True)), environment)


def differs_where_it_says(state: State, event: e.Event, pair: Settings) -> bool:
    """An active unit over its policy that takes its mate for ready checks, and the mate has failed as much."""
    if not isinstance(event, e.InterfacesChecked):
        return False
    unit, own = event.unit, state.unit(event.unit)
    return own.contact is PeerContact.LINK and any(
        group.role is Role.ACTIVE
        and group.peer_role is AnnouncedRole.STANDBY_READY
        and pair.over_policy(failed_interfaces(state, pair, unit, index), index)
        and failed_interfaces(state, pair, unit, index) <= failed_interfaces(state, pair, unit.peer, index)
        for index, group in enumerate(own.groups)
    )


@pytest.mark.parametrize("name", SMALL)
def test_the_only_steps_that_differ_are_hand_overs_to_a_mate_that_is_no_healthier(name: str) -> None:
    pair, environment = SMALL[name]
    model, other = PairModel(pair, environment), with_option(name)
    rules = {rule.event: rule.function for rule in PairRules(other).rules}
    reached = list(model.initial_states())
    known, differing = set(reached), 0
    for state in reached:
        ours, theirs = dict(model.successors(state)), dict(other.successors(state))
        for event in ours.keys() | theirs.keys():
            if ours.get(event) != theirs.get(event):
                differing += 1
                assert differs_where_it_says(state, event, pair), f"{event} in {state}"
                draft = edit(state)
                after = draft.freeze() if rules[event](draft) else None
                assert theirs.get(event, state) == (state if after is None else after), "in the compiled explorer too"
        for after in ours.values():
            if after not in known:
                known.add(after)
                reached.append(after)
    assert differing > 0, "the option is put to the test"
