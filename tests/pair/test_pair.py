"""`Pair` and `Settings` at their edges: a pair that never settles, a group too many, links without addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm import Pair, PairConfig, events
from failover_fsm.pair import NotPossible, Refused
from failover_fsm.pair.pair import Livelock, cold
from failover_fsm.pair.rule_context import NOTHING
from failover_fsm.pair.settings import GroupSettings, Settings, StatefulLink
from failover_fsm.pair.states import Group, PeerContact, Phase, Role, UnitState
from failover_fsm.pair.step import react, step
from failover_fsm.testing.mutants import in_force, mutants
from tests.pairs import PRIMARY, SECONDARY, active_active, settings

ROOT = Path(__file__).parents[2]
CONFIG = (ROOT / "models" / "active-standby.cfg").read_text(encoding="utf-8")


def test_a_pair_that_never_settles_is_reported_with_its_loop() -> None:
    (flapping,) = (each for each in mutants() if "failed --InterfacesChecked[healthy]" in each.name
                   and each.change == "not healthy")  # fmt: skip
    pair = Pair.cold(PairConfig.from_asa(CONFIG))
    for unit in (PRIMARY, SECONDARY):
        pair, _ = pair.step(events.UnitRestored(unit=unit))
        pair, _ = pair.settle()
    pair, _ = pair.step(events.InterfaceLinkFailed(unit=SECONDARY, interface="inside"))
    with in_force(flapping), pytest.raises(Livelock) as caught:
        pair.settle()
    assert set(caught.value.steps) >= {events.InterfacesChecked(unit=SECONDARY)}
    assert str(caught.value).startswith("livelock: ") and "interfaces_checked unit=secondary" in str(caught.value)
    assert pair.settle()[0].state.secondary.groups[0].role is Role.FAILED, "the shipped tables settle"


def test_a_stateful_link_without_addresses_is_none() -> None:
    lines = [line for line in CONFIG.splitlines() if not line.startswith("failover interface ip statelink")]
    assert Settings.of(PairConfig.from_asa(CONFIG)).stateful is StatefulLink.DEDICATED
    assert Settings.of(PairConfig.from_asa("\n".join(lines))).stateful is StatefulLink.NONE


def test_a_group_that_the_pair_does_not_have_is_refused() -> None:
    one = Settings(groups=(GroupSettings(preferred=PRIMARY),))
    with pytest.raises(Refused, match="there is no failover group 2"):
        step(cold(one), one, events.FailoverActive(unit=PRIMARY, group=2))
    with pytest.raises(Refused, match="no failover groups"):
        step(cold(settings()), settings(), events.FailoverActive(unit=PRIMARY, group=1))


def test_a_step_that_a_group_takes_names_it() -> None:
    with pytest.raises(NotPossible, match="names no failover group"):
        step(cold(active_active()), active_active(), events.MessageDelivered(unit=PRIMARY))


def test_a_hello_that_carries_nothing_leaves_the_record_as_it_was() -> None:
    own = UnitState(phase=Phase.UP, contact=PeerContact.LOST, groups=(Group(role=Role.STANDBY_READY),))
    assert react(own, PRIMARY, events.HelloHeard(unit=PRIMARY), NOTHING, settings()).record == own
