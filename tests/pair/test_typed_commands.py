"""Lines that an operator types: what they name, what they change, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Verdict
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.model.scenario import Environment, Scenario
from failover_fsm.pair import Pair, Refused, run_time
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import CommandReplicated, CommandWithoutPart
from failover_fsm.pair.running import UNCHANGED
from failover_fsm.pair.states import Role
from failover_fsm.pair.typed_commands import acting, is_command

PRIMARY, SECONDARY = Unit.PRIMARY, Unit.SECONDARY
TRACES = Path(__file__).parents[1] / "traces"
CONFIG = PairConfig.from_asa((TRACES / "pair.cfg").read_text(encoding="utf-8"))


def typed(text: str, unit: Unit = PRIMARY, context: str | None = None) -> e.CommandEntered:
    return e.CommandEntered(unit=unit, text=text, context=context)


def booted() -> Pair:
    pair = Pair.cold(CONFIG)
    for unit in Unit:
        pair = pair.step(e.UnitRestored(unit=unit))[0].settle()[0]
    return pair


BOOTED = booted()


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("failover active", e.FailoverActive(unit=PRIMARY)),
        ("no failover active", e.NoFailoverActive(unit=PRIMARY)),
        ("  NO  fail act ", e.NoFailoverActive(unit=PRIMARY)),
        ("no failover active group 2", e.NoFailoverActive(unit=PRIMARY, group=2)),
        ("failover reset gr 1", e.FailoverReset(unit=PRIMARY, group=1)),
        ("no failover", e.FailoverDisabled(unit=PRIMARY)),
        ("failover", e.FailoverEnabled(unit=PRIMARY)),
        ("wr st", e.WriteStandby(unit=PRIMARY)),
        ("reload /noconfirm", e.Reload(unit=PRIMARY)),
    ],
)
def test_a_line_that_names_an_event_is_that_event(text: str, event: e.Event) -> None:
    assert acting(typed(text)) == event


@pytest.mark.parametrize("text", ["failover key x", "write memory", "no failover reset", "failover active now", "show"])
def test_a_line_that_only_begins_so_is_none(text: str) -> None:
    assert acting(typed(text)) == typed(text)


def test_a_group_that_cannot_be_is_refused() -> None:
    with pytest.raises(Refused, match="no failover group 3"):
        acting(typed("failover active group 3"))


def test_a_context_before_a_line_is_its_context() -> None:
    assert acting(typed("changeto context red; no monitor-interface lan")) == typed(
        "no monitor-interface lan", context="red"
    )


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("no monitor-interface inside", True), ("interface GigabitEthernet0/1; shutdown", True), ("sh run", True),
        ("failover group 2; preempt 30", True), ("access-list a permit ip any any", True), ("shutdown", False),
        ("explode", False), ("", False), ("interface GigabitEthernet0/1; explode", False), ("no", False),
    ],
)  # fmt: skip
def test_commands_of_the_device_are_told_from_other_words(text: str, known: bool) -> None:
    assert is_command(text) is known


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("frobnicate", "the device has no such command: frobnicate"),
        ("shutdown", "the device has no such command: shutdown"),
        ("failover interface-policy 0", "interface policy .0. is out of range"),
        ("failover polltime unit 99", "poll time"),
        ("no monitor-interface", "incomplete command"),
        ("fail l", "incomplete command"),
    ],
)
def test_what_the_device_does_not_take_is_refused_and_changes_nothing(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        BOOTED.step(typed(text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("access-list a permit ip any any", "no part of the model"),
        ("hostname other", "no part of the model"),
        ("failover lan unit secondary", "the model takes it as fixed"),
        ("failover key other", "the model takes it as fixed"),
        ("interface GigabitEthernet0/1; nameif other", "the model takes it as fixed"),
        ("monitor-interface inside", "no part of the model"),
    ],
)
def test_what_changes_nothing_says_so(text: str, why: str) -> None:
    pair, outputs = BOOTED.step(typed(text))
    assert CommandWithoutPart(unit=PRIMARY, text=text, why=why) in outputs
    assert pair.state.running == UNCHANGED


@pytest.mark.parametrize("text", ["show failover", "write memory", "failover interface-policy 2"])
def test_what_has_a_part_says_nothing(text: str) -> None:
    assert not any(isinstance(output, CommandWithoutPart) for output in BOOTED.step(typed(text))[1])


def test_a_change_that_is_taken_back_leaves_no_trace() -> None:
    pair, outputs = BOOTED.step(typed("failover interface-policy 2"))
    assert CommandReplicated(unit=PRIMARY, text="failover interface-policy 2") in outputs
    assert [pair.settings.at(pair.state, unit).policy.count for unit in Unit] == [2, 2]
    back = pair.step(typed("no failover interface-policy"))[0]
    assert back.state.running == UNCHANGED


def test_each_unit_goes_by_its_own_configuration() -> None:
    pair = BOOTED.step(typed("no monitor-interface inside", SECONDARY))[0]
    assert [len(pair.settings.at(pair.state, unit).counted) for unit in Unit] == [2, 1]
    assert pair.settings.at(BOOTED.state, SECONDARY) is pair.settings


# -- the explorer ------------------------------------------------------------------------------------

PROMISES = ("ready-means-healthy", "standby-health-follows-interfaces", "interface-failure-fails-over", "converges")
LINES = ("no monitor-interface inside", "monitor-interface inside")


def scenario(*lines: str) -> Scenario:
    environment = Environment(faults=("ports",), operator=lines, max_faults=1)
    return Scenario(title="typed", config=CONFIG, environment=environment, check=PROMISES)


def test_the_explorer_types_the_lines_at_any_moment_and_the_promises_hold() -> None:
    report = verify(scenario(*LINES))
    assert report.verdict is Verdict.HOLDS
    assert report.result.states > 2 * verify(scenario()).result.states
    assert any("its own running configuration" in line for line in report.scenario.assumptions())


def test_a_unit_that_goes_by_the_old_configuration_breaks_a_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    """The units count by the first configuration, the promises look at what is configured now."""
    from failover_fsm.pair import health

    class Deaf:
        def __init__(self, settings: object) -> None:
            self.settings = settings

        def at(self, state: object, unit: Unit) -> object:
            return self.settings

    real = health.failed_interfaces
    wrong = lambda state, settings, unit, group=0: real(state, Deaf(settings), unit, group)  # noqa: E731
    monkeypatch.setattr(health, "failed_interfaces", wrong)
    assert verify(scenario(*LINES)).answer("standby-health-follows-interfaces").verdict is Verdict.VIOLATED


def test_a_command_that_does_not_reach_the_peer_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_time, "_at_peer", lambda settings, here, event: here.of(event.unit.peer))
    pair = BOOTED.step(typed("no monitor-interface inside"))[0]
    pair = pair.step(e.InterfaceLinkFailed(unit=SECONDARY, interface="inside"))[0].settle()[0]
    assert pair.state.secondary.groups[0].role is Role.FAILED, "with the command it would be ready"


def test_a_line_that_is_no_command_is_refused_where_an_environment_is_built() -> None:
    with pytest.raises(ValueError, match=r"unknown operator word 'explode'; allowed: .*command lines of the device"):
        Environment(operator=("explode",))
    assert Environment(operator=("reset", *LINES)).lines == LINES


def test_events_among_the_lines_are_events() -> None:
    found = list(Environment(faults=(), operator=("no failover",)).unit_events())
    assert e.FailoverDisabled(unit=PRIMARY) in found and e.FailoverDisabled(unit=SECONDARY) in found
    assert not any(isinstance(event, e.CommandEntered) for event in found)


def test_a_state_with_changed_configurations_can_be_kept_and_compared() -> None:
    pair = BOOTED.step(typed("no monitor-interface inside"))[0]
    again = booted().step(typed("no monitor-interface inside"))[0]
    assert pair.state == again.state and hash(pair.state) == hash(again.state)
    assert attrs.evolve(pair.state, running=UNCHANGED) != pair.state
