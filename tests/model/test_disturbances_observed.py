"""Searches on observations know paths that work one way: they reach the same units as searches with every interface."""

from __future__ import annotations

from failover_fsm.checker.rules.rule_model import PlainModel
from failover_fsm.model.core_steps import core_of
from failover_fsm.model.observations import signature_of
from failover_fsm.model.observed_rules import ObservedRules
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.promises.health import QUESTIONS
from tests.pairs import settings

PAIR = settings(2)
ENVIRONMENT = Environment(faults=("one-way-paths", "one-way-link"), operator=(), max_faults=2)


def test_the_same_units_with_the_same_observations_are_reached() -> None:
    model = PairModel(PAIR, ENVIRONMENT)
    full = list(model.initial_states())
    seen = set(full)
    for state in full:
        for _, after in model.successors(state):
            if after not in seen:
                seen.add(after)
                full.append(after)
    rules = PlainModel(ObservedRules(model, QUESTIONS))
    observed = list(rules.initial_states())
    known = set(observed)
    for state in observed:
        for event in rules.events(state):
            after = rules.step(state, event)
            if after is not None and after not in known:
                known.add(after)
                observed.append(after)
    wanted = {(core_of(state), signature_of(PAIR, state.interfaces)) for state in full}
    assert {(core_of(state), state.interfaces.signature) for state in observed} == wanted
    assert any(item.deaf is not None for state in full for item in state.interfaces)
