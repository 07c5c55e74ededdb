"""The steps that searches take are those of the pair, with what it prints, also where they were not computed anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.tokens import tokens_of
from tests.postmortem.test_landmarks import EVERY, OPERATOR, edges
from tests.postmortem.truth import GROUPS, ONE, steps_of

SHARED = """\
interface GigabitEthernet0/7.5
 vlan 5
 nameif inside
 ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2
interface GigabitEthernet0/7.9
 vlan 9
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/7.9
failover interface ip folink 192.0.2.1 255.255.255.252 standby 192.0.2.2
"""
TEXTS = {
    "one interface": ONE,
    "policy 2": Path("models/policy-2.cfg").read_text(),
    "groups": GROUPS,
    "a port under the failover link": SHARED,
}


@pytest.mark.parametrize("name", TEXTS)
def test_each_step_is_what_the_pair_does(name: str) -> None:
    steps = steps_of(TEXTS[name], EVERY, OPERATOR)
    placed = 0
    for move in edges(steps, 100):
        record = steps.record(move)
        assert record.after == steps.states[move.after], str(move.event)
        assert move.logs == tuple(tuple(tokens_of(record.outputs, unit)) for unit in Unit), str(move.event)
        placed += isinstance(move.event, e.AtInterface | e.AtPort) and move.is_outside
    assert placed > 300
