"""`Pair` and `Settings` at their edges: a pair that never settles, a group too many, links without addresses."""

from __future__ import annotations

import pickle
import random
from functools import partial
from pathlib import Path

import attrs
import pytest

from failover_fsm import Pair, PairConfig, events
from failover_fsm.pair import NotPossible, Refused, step_memory
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import Livelock, changing_steps, cold
from failover_fsm.pair.rule_context import NOTHING
from failover_fsm.pair.settings import GroupSettings, Settings, StatefulLink
from failover_fsm.pair.states import Group, PeerContact, Phase, Role, UnitState
from failover_fsm.pair.step import react, step
from failover_fsm.testing.pair.mutants import in_force, mutants
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


@pytest.mark.parametrize("name", ["active-standby", "active-active", "shared-link"])
def test_what_a_pair_remembers_is_what_steps_come_to_afresh(name: str) -> None:
    config = PairConfig.from_asa((ROOT / "models" / f"{name}.cfg").read_text(encoding="utf-8"))
    chance = random.Random(name)
    pair = Pair.cold(config)
    for _ in range(12):
        found = pair.possible()
        assert found == pair.possible() == (*_protocol(pair), *filter(partial(_happens, pair), pair._imaginable()))
        event = chance.choice(found)
        for _ in range(2):  # worked out, then remembered
            after, outputs = pair.step(event)
            assert (after.state, outputs) == step(pair.state, pair.settings, event)
        pair = after


def _protocol(pair: Pair) -> tuple[events.Event, ...]:
    return tuple(event for event, _ in changing_steps(pair.state, pair.settings, delayed=True))


def _happens(pair: Pair, event: events.Event) -> bool:
    """Whether the event can happen, by taking it."""
    try:
        step(pair.state, pair.settings, event)
    except StepError:
        return False
    return True


def test_a_reaction_is_asked_anew_where_a_command_has_changed_the_running_configuration() -> None:
    """The same record, event and inputs: only the interface policy that was typed in makes the difference."""
    pair = _at_rest()
    pair, _ = pair.step(events.CommandEntered(unit=PRIMARY, text="access-list x permit ip any any"))
    pair, _ = pair.step(events.InterfaceLinkFailed(unit=SECONDARY, interface="inside"))
    checked = events.InterfacesChecked(unit=SECONDARY)
    assert pair.step(checked)[0].state.secondary.groups[0].role is Role.FAILED
    lenient, _ = pair.step(events.CommandEntered(unit=PRIMARY, text="failover interface-policy 2"))
    assert lenient.state.secondary == pair.state.secondary, "or the test shows nothing"
    assert lenient.step(checked)[0].state.secondary.groups[0].role is Role.STANDBY_READY


def _at_rest() -> Pair:
    pair = Pair.cold(PairConfig.from_asa(CONFIG))
    for unit in (PRIMARY, SECONDARY):
        pair, _ = pair.step(events.UnitRestored(unit=unit))
    return pair.settle()[0]


def test_a_pair_that_settles_again_takes_the_same_steps() -> None:
    pair, _ = _at_rest().step(events.UnitFailed(unit=PRIMARY))
    afresh = Pair(config=pair.config, settings=pair.settings, state=pair.state)
    assert pair.settle() == pair.settle() == afresh.settle() and pair.settle()[1]


def test_a_pair_evolved_to_other_settings_remembers_nothing_of_the_first() -> None:
    pair = Pair.cold(PairConfig.from_asa(CONFIG))
    failed = events.InterfaceLinkFailed(unit=PRIMARY, interface="inside")
    pair.step(failed)
    other = attrs.evolve(pair, settings=settings(), state=cold(settings()))
    with pytest.raises(NotPossible, match="there is no interface"):
        other.step(failed)
    assert failed not in other.possible() and failed in pair.possible()


def test_a_copy_of_a_pair_carries_no_answers_along() -> None:
    pair = Pair.cold(PairConfig.from_asa(CONFIG))
    empty = len(pickle.dumps(pair))
    pair.possible()
    assert len(pickle.dumps(pair)) == empty
    copied = pickle.loads(pickle.dumps(pair))
    assert copied == pair and copied.possible() == pair.possible()


def test_a_memory_that_is_full_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_memory, "ROOM", 2)
    pair = Pair.cold(PairConfig.from_asa(CONFIG))
    for unit in (PRIMARY, SECONDARY):
        pair, _ = pair.step(events.UnitRestored(unit=unit))
    settled, taken = pair.settle()
    assert settled.state == Pair(config=pair.config, settings=pair.settings, state=pair.state).settle()[0].state
    assert len(taken) > 2 and len(pair._memory._results) <= 2 and len(pair._memory._outputs) <= 2
