"""What keeps units from being a pair: where it can strike, what it does, and how it ends."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import attrs
import pytest

from failover_fsm.checker import Checker
from failover_fsm.config.asa.files import read_config
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import Pair, events
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.obstacle_logs import MESSAGE_OF, REASON_OF
from failover_fsm.pair.obstacles import Hindrance, Mismatch, Obstacles, every_hindrance, every_obstacles
from failover_fsm.pair.outputs import Output, PhaseChanged, SystemLog
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import ConfigSync, LinkState, Phase, Role
from failover_fsm.promises import as_property, chosen
from tests.pairs import PRIMARY, SECONDARY, settings


def after(pair: Pair, *taken: events.Event) -> tuple[Pair, tuple[Output, ...]]:
    """The pair at rest after these events, and all outputs."""
    found: list[Output] = []
    for event in taken:
        pair, outputs = pair.step(event)
        found += outputs
        pair, steps = pair.settle()
        found += (output for _, outputs in steps for output in outputs)
    return pair, tuple(found)


def booted(same: Settings | None = None, name: str = "pair.cfg") -> Pair:
    """Both units up, the primary active."""
    cold = Pair.cold(read_config(Path(__file__).parents[1] / "traces" / name))
    cold = cold if same is None else attrs.evolve(cold, settings=same)
    return after(cold, events.UnitRestored(unit=PRIMARY), events.UnitRestored(unit=SECONDARY))[0]


def numbers(outputs: Iterable[Output]) -> list[tuple[str, int]]:
    """Who logged which message."""
    return [(each.unit.value, each.number) for each in outputs if isinstance(each, SystemLog)]


# -- units that do not match -------------------------------------------------------------------------


@pytest.mark.parametrize("what", Mismatch)
def test_a_unit_that_comes_back_unlike_stands_by_without_failover_and_says_why(what: Mismatch) -> None:
    pair, _ = after(booted(), events.UnitFailed(unit=SECONDARY), events.UnitsMismatched(what=what))
    pair, outputs = after(pair, events.UnitRestored(unit=SECONDARY))
    own = pair.state.secondary
    assert (own.enabled, own.hindrance, own.groups[0].role) == (False, Hindrance.REFUSED, Role.STANDBY_READY)
    assert pair.state.primary.enabled and pair.state.primary.groups[0].active
    number = MESSAGE_OF[what][0]
    assert {("primary", number), ("secondary", number), ("secondary", 105001)} <= {*numbers(outputs)}
    reasons = [each.reason for each in outputs if isinstance(each, PhaseChanged) and each.after is Phase.UP]
    assert reasons == [REASON_OF[what]]


@pytest.mark.parametrize("what", [each for each in Mismatch if each is not Mismatch.LICENSE])
def test_only_a_license_ends_while_both_units_run(what: Mismatch) -> None:
    with pytest.raises(NotPossible, match="while a unit does not run"):
        booted().step(events.UnitsMismatched(what=what))
    assert after(booted(), events.UnitsMismatched(what=Mismatch.LICENSE))[0].state.secondary.enabled is False


@pytest.mark.parametrize("way", [events.FailoverEnabled(unit=SECONDARY), events.Reload(unit=SECONDARY)])
def test_both_ways_out_need_units_that_match(way: events.Command) -> None:
    refused, _ = after(booted(), events.UnitsMismatched(what=Mismatch.LICENSE))
    again, _ = after(refused, way)
    assert again.state.secondary.enabled is False, "it meets the same peer again"
    ready, _ = after(refused, events.UnitsMatched(), way)
    assert ready.state.secondary.enabled and ready.state.secondary.hindrance is Hindrance.NONE
    assert ready.state.secondary.groups[0].role is Role.STANDBY_READY


def test_failover_switched_off_by_hand_is_not_switched_on_by_a_reload() -> None:
    pair, _ = after(booted(), events.FailoverDisabled(unit=SECONDARY), events.Reload(unit=SECONDARY))
    assert pair.state.secondary.enabled is False


def active_groups(pair: Pair) -> list[bool]:
    """Whether each group is active, on the primary and then on the secondary."""
    return [group.active for unit in (PRIMARY, SECONDARY) for group in pair.state.unit(unit).groups]


def test_with_each_unit_active_for_a_group_the_secondary_does_without_failover() -> None:
    pair = booted(name="groups-at-primary.cfg")
    pair, _ = after(pair, events.FailoverActive(unit=SECONDARY, group=2))
    roles = active_groups(pair)
    assert roles == [True, False, False, True]
    pair, _ = after(pair, events.UnitsMismatched(what=Mismatch.LICENSE))
    assert (pair.state.primary.enabled, pair.state.secondary.enabled) == (True, False)
    assert active_groups(pair) == [True, True, False, True], "as after `no failover` on one side: a finding"


# -- keys, heartbeat -----------------------------------------------------------------------------------


def test_keys_that_differ_are_to_the_units_what_a_cut_link_is() -> None:
    found = []
    for word in ("keys", "failover-link"):
        environment = Environment(faults=("power", word), operator=())
        model = PairModel(settings(), environment)
        result = Checker(model).verify(
            *(as_property(each, model.observers) for each in chosen(environment, ["converges"]))
        )
        found.append((result.states, result.transitions, result.depth))
    assert found[0] == found[1]
    pair, _ = booted().step(events.KeysMismatched())
    assert pair.state.links.failover is LinkState.GOOD, "the link itself is up"


def test_a_unit_without_heartbeat_boots_with_failover_off_and_refuses_to_switch_it_on() -> None:
    pair, _ = after(booted(), events.HeartbeatLost(unit=SECONDARY))
    assert pair.state.secondary.enabled, "in operation nothing changes"
    pair, _ = after(pair, events.Reload(unit=SECONDARY))
    assert pair.state.secondary.enabled is False
    with pytest.raises(Refused, match="MIO module heartbeat failure detected"):
        pair.step(events.FailoverEnabled(unit=SECONDARY))


# -- synchronisations that fail ----------------------------------------------------------------------


def interrupted() -> Pair:
    """The failover link has failed while the secondary receives the configuration."""
    pair, _ = booted().step(events.WriteStandby(unit=PRIMARY))
    return after(pair.step(events.SynchronizationAdvanced(unit=SECONDARY))[0], events.FailoverLinkFailed())[0]


def given_up() -> Pair:
    """Its synchronisation has failed for good, and the link is back."""
    return after(interrupted(), events.SynchronizationStuck(unit=SECONDARY), events.FailoverLinkRestored())[0]


def test_a_synchronisation_gets_stuck_only_where_the_link_interrupted_it() -> None:
    pair, _ = booted().step(events.WriteStandby(unit=PRIMARY))
    with pytest.raises(NotPossible, match="the failover link is there"):
        pair.step(events.SynchronizationStuck(unit=SECONDARY))
    with pytest.raises(NotPossible, match="no synchronisation is interrupted"):
        after(booted(), events.FailoverLinkFailed())[0].step(events.SynchronizationStuck(unit=SECONDARY))


@pytest.mark.parametrize(
    "way",
    [
        [events.FailoverReset(unit=PRIMARY)],
        [events.FailoverReset(unit=SECONDARY)],
        [events.Reload(unit=SECONDARY)],
        [events.UnitFailed(unit=SECONDARY), events.UnitRestored(unit=SECONDARY)],
        [events.FailoverDisabled(unit=SECONDARY), events.FailoverEnabled(unit=SECONDARY)],
    ],
    ids=lambda way: way[0].word(),
)
def test_what_brings_a_unit_back_that_has_given_up(way: list[events.Event]) -> None:
    assert given_up().state.secondary.groups[0].role is Role.FAILED
    own = after(given_up(), *way)[0].state.secondary
    assert (own.groups[0].role, own.hindrance, own.config_sync) == (
        Role.STANDBY_READY, Hindrance.NONE, ConfigSync.SYNCHRONIZED
    )  # fmt: skip


def test_what_does_not_bring_it_back() -> None:
    pair = given_up()
    with pytest.raises(Refused, match="given up its synchronisation"):
        pair.step(events.WriteStandby(unit=PRIMARY))
    pair, _ = after(pair, events.FailoverLinkFailed(), events.FailoverLinkRestored())
    assert pair.state.secondary.groups[0].role is Role.FAILED
    with pytest.raises(Refused):
        pair.step(events.FailoverActive(unit=SECONDARY))


def test_a_unit_that_has_given_up_still_replaces_a_dead_active_one_and_is_a_standby_again_later() -> None:
    pair, _ = after(given_up(), events.UnitFailed(unit=PRIMARY))
    assert pair.state.secondary.groups[0].active and pair.state.secondary.hindrance is Hindrance.NONE
    pair, _ = after(pair, events.UnitRestored(unit=PRIMARY), events.FailoverActive(unit=PRIMARY))
    assert pair.state.secondary.groups[0].role is Role.STANDBY_READY


def test_a_lock_and_a_full_flash_fail_a_join_each_in_its_own_state() -> None:
    pair, _ = booted().step(events.ConfigurationLocked(unit=SECONDARY))
    pair, _ = pair.step(events.FlashFilled(unit=SECONDARY))
    pair, _ = pair.step(events.WriteStandby(unit=PRIMARY))
    pair, _ = pair.step(events.SynchronizationAdvanced(unit=SECONDARY))
    with pytest.raises(NotPossible):
        pair.step(events.SynchronizationAdvanced(unit=SECONDARY))
    pair, outputs = pair.step(events.SynchronizationFailed(unit=SECONDARY))
    assert pair.state.secondary.phase is Phase.RESTARTING and ("secondary", 105021) in numbers(outputs)
    own = pair.settle()[0].state.secondary
    assert (own.groups[0].role, own.hindrance) == (Role.FAILED, Hindrance.GAVE_UP), (
        "the lock is gone, the Flash is full"
    )


# -- older configurations, environments ------------------------------------------------------------------


def test_a_replaced_unit_and_one_that_stops_while_it_saves_have_no_newest_configuration() -> None:
    pair = booted(attrs.evolve(booted().settings, follow=("commands",)))
    stopped, _ = after(pair, events.StoppedWhileSaving(unit=SECONDARY))
    assert (stopped.state.secondary.newest, stopped.state.secondary.saved) == (False, False)
    off, _ = after(pair, events.UnitFailed(unit=SECONDARY))
    assert (off.state.secondary.newest, off.state.secondary.saved) == (True, True)
    replaced, _ = after(off, events.UnitReplaced(unit=SECONDARY))
    assert (replaced.state.secondary.newest, replaced.state.secondary.saved) == (False, False)
    joined, _ = after(replaced, events.UnitRestored(unit=SECONDARY))
    assert (joined.state.secondary.newest, joined.state.secondary.saved) == (True, False), "in memory only (SYN-9)"
    with pytest.raises(NotPossible, match="the unit runs"):
        joined.step(events.UnitReplaced(unit=SECONDARY))


@pytest.mark.parametrize(
    ("words", "follow", "what"),
    [(("replacement",), (), "follow = "), (("power", "flash-write"), (), "follow = "),
     (("flash-write",), ("commands",), "beside power")],
)  # fmt: skip
def test_words_that_change_nothing_by_themselves_are_refused(
    words: tuple[str, ...], follow: tuple[str, ...], what: str
) -> None:
    with pytest.raises(ValueError, match=what):
        Environment(faults=words, follow=follow)


def test_an_environment_without_the_words_has_one_value_of_each_field() -> None:
    assert every_obstacles(lambda word: False) == (Obstacles(),)
    assert every_hindrance(lambda word: False) == (Hindrance.NONE,)
    assert len(every_obstacles(lambda word: True)) == 2 * 2 * 4**3
    assert {*every_hindrance(lambda word: True)} == {*Hindrance}


def test_shutdown_stands_for_lines_of_the_monitored_interfaces() -> None:
    config = read_config(Path(__file__).parents[2] / "models" / "active-standby.cfg")
    found = Scenario(title="t", config=config, environment=Environment(operator=("shutdown",))).environment
    assert found.lines == (
        "interface GigabitEthernet0/0; shutdown", "interface GigabitEthernet0/0; no shutdown",
        "interface GigabitEthernet0/1; shutdown", "interface GigabitEthernet0/1; no shutdown",
    )  # fmt: skip
    assert not any(
        "shuts an interface down" in line
        for line in Scenario(title="t", config=config, environment=found).assumptions()
    )
