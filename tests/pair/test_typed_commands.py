"""Lines that an operator types: what they name, what they change, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Verdict
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.model.typed_model import always_refused
from failover_fsm.pair import Pair, Refused, run_time
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import CommandReplicated, CommandWithoutPart
from failover_fsm.pair.running import UNCHANGED
from failover_fsm.pair.service import loss_in
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
        ("reload noconfirm", e.Reload(unit=PRIMARY)),
        ("rel quick max-hold-time 5 reason at once", e.Reload(unit=PRIMARY)),
        ("configure terminal; no failover", e.FailoverDisabled(unit=PRIMARY)),
        ("enable\nconf t\n! off\nno failover\nend", e.FailoverDisabled(unit=PRIMARY)),
    ],
)
def test_a_line_that_names_an_event_is_that_event(text: str, event: e.Event) -> None:
    assert acting(typed(text)) == event


@pytest.mark.parametrize(
    "text",
    [
        "failover key x", "write memory", "no failover reset", "failover active now", "show", "failover group 1",
        "no failover group 2", "write standby group 1", "reload in 5", "no failover; hostname x",
    ],
)  # fmt: skip
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
        ("no failover; hostname x", "`no failover` stands among other lines: enter it by itself"),
        ("no monitor-interface inside; no failover active", "`no failover active` stands among"),
        ("interface GigabitEthernet0/1; no failover", "enter it by itself"),
        ("configure terminal; interface GigabitEthernet0/1; shutdown; reload", "`reload` stands among"),
        ("show failover; no monitor-interface inside", "`show failover` stands among"),
        ("no monitor-interface inside; write memory", "`write memory` stands among"),
        ("failover active now", "no such command"),
        ("no failover reset", "no such command"),
        ("write standby group 1", "no such command: write standby group 1"),
        ("no failover group 3", "failover group .3.; allowed: 1 or 2"),
        ("reload in 0", "the model knows no later restart"),
        ("reload noconfirm at 10:00", "the model knows no later restart"),
        ("reload save-config", "enter `write memory`, then `reload`"),
        ("reload now", "no such command"),
        ("failover reload-standby", "enter `reload` on the standby unit instead"),
        ("failover reload-standby now", "no such command: failover reload-standby now"),
        ("write memory now", "no such command: write memory now"),
        ("write memory all now", "no such command"),
        ("copy running-config startup-config twice", "no such command"),
        ("failover exec mate no failover active", "write it as `typed unit=... text=...`"),
        ("clear configure failover", "takes as fixed what it clears"),
        ("clear conf all", "takes as fixed what it clears"),
        ("write erase", "leaves what is in Flash"),
        ("copy tftp: startup-config", "leaves what is in Flash"),
        ("copy startup-config running-config", "loads no other configuration"),
        ("changeto context red", "a context is named before all other lines"),
        (";  ", "the text has no line"),
        ("no monitor-interface nosuch", "no interface has this name; allowed: outside, inside"),
        ("conf t; monitor-interface Outsid; end", "no interface has this name"),
        ("interface inside; shutdown", "entered by its port; allowed: interface GigabitEthernet0/1"),
        ("interface GigabitEthernet9/9", "the unit has no such port; allowed: the ports of its configuration"),
        ("int gi 9/9; shut", "the unit has no such port"),
        ("interface GigabitEthernet9/9.5; vlan 5", "the unit has no such port"),
        ("interface Management0/0", "the unit has no such port"),
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
        ("no failover group 1", "the model takes it as fixed"),
        ("interface GigabitEthernet0/2; shutdown", "the model takes it as fixed"),
        ("int g0/3; shut", "the model takes it as fixed"),
        ("clear configure access-list", "no part of the model"),
        ("interface GigabitEthernet0/1.5; vlan 5", "no part of the model"),
        ("interface Port-channel5; description new", "no part of the model"),
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


@pytest.mark.parametrize("dead", Unit)
def test_what_is_shut_down_on_both_units_has_no_service_to_lose_when_one_dies(dead: Unit) -> None:
    pair = BOOTED.step(typed("interface GigabitEthernet0/1; shutdown"))[0].settle()[0]
    after = pair.step(e.UnitFailed(unit=dead))[0].settle()[0]
    assert [bool(loss_in(each.state, each.settings)) for each in (pair, after)] == [False, False]


def test_what_is_shut_down_on_the_standby_alone_is_lost_when_it_takes_over() -> None:
    pair = BOOTED.step(typed("interface GigabitEthernet0/1; shutdown", SECONDARY))[0].settle()[0]
    after = pair.step(e.UnitFailed(unit=PRIMARY))[0].settle()[0]
    assert [loss_in(each.state, each.settings).interfaces for each in (pair, after)] == [(), (1,)]


def test_a_unit_that_starts_goes_by_what_it_has_saved() -> None:
    pair = BOOTED.step(typed("failover interface-policy 2"))[0].step(e.UnitFailed(unit=PRIMARY))[0]
    pair = pair.step(e.FailoverLinkFailed())[0].step(e.UnitRestored(unit=PRIMARY))[0]
    assert [pair.settings.at(pair.state, unit).policy.count for unit in Unit] == [1, 2]


def test_each_unit_goes_by_its_own_configuration() -> None:
    pair = BOOTED.step(typed("no monitor-interface inside", SECONDARY))[0]
    assert [len(pair.settings.at(pair.state, unit).counted) for unit in Unit] == [2, 1]
    assert pair.settings.at(BOOTED.state, SECONDARY) is pair.settings


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_blank_text_is_no_event(text: str) -> None:
    with pytest.raises(ValueError, match="a text that is not blank"):
        typed(text)


@pytest.mark.parametrize(
    "text",
    ["exit", "end", "configure terminal", "enable", "ping 10.0.0.1", "! a comment", "failover exec mate show failover"],
)
def test_what_only_looks_or_moves_is_neither_replicated_nor_leaves_a_mark(text: str) -> None:
    for unit in Unit:
        pair, outputs = BOOTED.step(typed(text, unit))
        assert pair.state == BOOTED.state
        assert not any(isinstance(output, CommandReplicated | CommandWithoutPart) for output in outputs)


@pytest.mark.parametrize("text", ["write", "wr", "wr mem"])
def test_write_alone_saves(text: str) -> None:
    pair = BOOTED.step(typed("no monitor-interface inside"))[0]
    saved = pair.step(typed(text))[0].state.running
    assert [saved.saved_by(unit) == saved.of(unit) for unit in Unit] == [True, True]
    assert pair.state.running.saved_by(PRIMARY) != pair.state.running.of(PRIMARY)


def test_words_that_move_between_modes_change_nothing_of_the_lines_between_them() -> None:
    plain = BOOTED.step(typed("interface GigabitEthernet0/1; shutdown"))[0]
    assert BOOTED.step(typed("conf t; interface GigabitEthernet0/1; ! off; shutdown; end"))[0].state == plain.state


def test_end_closes_an_open_block() -> None:
    pair = BOOTED.step(typed("configure terminal; interface GigabitEthernet0/1"))[0]
    assert pair.step(typed("shutdown"))[0].state.running.of(PRIMARY) != pair.state.running.of(PRIMARY)
    pair = pair.step(typed("end"))[0]
    with pytest.raises(Refused, match="no such command: shutdown"):
        pair.step(typed("shutdown"))


# -- contexts and groups -------------------------------------------------------------------------


def groups_booted() -> Pair:
    pair = Pair.cold(PairConfig.from_asa((TRACES / "groups.cfg").read_text(encoding="utf-8")))
    for unit in Unit:
        pair = pair.step(e.UnitRestored(unit=unit))[0].settle()[0]
    return pair


def test_a_group_typed_by_itself_opens_its_block() -> None:
    pair = groups_booted()
    for unit in Unit:
        assert not pair.settings.at(pair.state, unit).groups[1].preempt
    pair = pair.step(typed("failover group 2"))[0]
    assert all(pair.state.unit(unit).enabled for unit in Unit)
    pair = pair.step(typed("preempt"))[0]
    assert all(pair.settings.at(pair.state, unit).groups[1].preempt for unit in Unit)


def test_a_removed_group_is_taken_as_fixed_and_failover_stays_on() -> None:
    pair, outputs = groups_booted().step(typed("no failover group 2"))
    assert all(pair.state.unit(unit).enabled for unit in Unit) and pair.state.running == UNCHANGED
    assert any(isinstance(output, CommandWithoutPart) and "fixed" in output.why for output in outputs)


@pytest.mark.parametrize(
    "text", ["no failover", "failover active", "reload", "failover lan unit primary", "mode single"]
)
def test_a_command_of_the_system_space_is_refused_in_a_context(text: str) -> None:
    pair = groups_booted()
    for event in (typed(text, context="red"), typed(f"conf t; changeto context red; {text}")):
        with pytest.raises(Refused, match="in context red; allowed: in the system execution space only"):
            pair.step(event)


def test_monitoring_is_set_in_a_context() -> None:
    with pytest.raises(Refused, match="allowed: in the context of the interface"):
        groups_booted().step(typed("no monitor-interface lan"))
    assert groups_booted().step(typed("no monitor-interface lan", context="red"))[0].state.running != UNCHANGED


# -- the explorer ------------------------------------------------------------------------------------

PROMISES = ("ready-means-healthy", "standby-health-follows-interfaces", "interface-failure-fails-over", "converges")
LINES = ("no monitor-interface inside", "monitor-interface inside")


def scenario(*lines: str) -> Scenario:
    environment = Environment(faults=("ports",), operator=lines, max_faults=1)
    return Scenario(title="typed", config=CONFIG, environment=environment, check=PROMISES)


@pytest.mark.slow
def test_the_explorer_types_the_lines_at_any_moment_and_the_promises_hold() -> None:
    report = verify(scenario(*LINES))
    assert report.verdict is Verdict.HOLDS
    assert report.result.states > 2 * verify(scenario()).result.states
    assert any("its own running configuration" in line for line in report.scenario.assumptions())


@pytest.mark.slow
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
    pair = Pair(config=BOOTED.config, settings=BOOTED.settings, state=BOOTED.state)  # remembers no step yet
    pair = pair.step(typed("no monitor-interface inside"))[0]
    pair = pair.step(e.InterfaceLinkFailed(unit=SECONDARY, interface="inside"))[0].settle()[0]
    assert pair.state.secondary.groups[0].role is Role.FAILED, "with the command it would be ready"


def test_a_line_that_is_no_command_is_refused_where_an_environment_is_built() -> None:
    with pytest.raises(ValueError, match=r"operator word 'explode'; allowed: .*command lines"):
        Environment(operator=("explode",))
    assert Environment(operator=("reset", *LINES)).lines == LINES


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no failover; hostname x", "enter it by itself"),
        ("interface GigabitEthernet0/1; no failover", "enter it by itself"),
        ("reload in 5", "no later restart"),
        ("clear configure all", "takes as fixed"),
        ("failover active group 3", "no failover group 3"),
    ],
)
def test_a_line_that_the_model_never_takes_is_refused_with_the_reason(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=rf"operator word '{line}' is always refused: .*{why}"):
        Environment(operator=(line,))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("failover interface-policy 999", "out of range"),
        ("failover active group 1", "an Active/Standby pair has no failover groups"),
        ("failover group 1; preempt", "single context mode"),
        ("changeto context red; write standby", "no context red"),
        ("changeto context red; hostname x", "no context red"),
    ],
)
def test_a_line_that_this_device_never_takes_is_found(line: str, why: str) -> None:
    found = always_refused(scenario(*LINES, line))
    assert found is not None and found[0] == line and why in found[1]


def test_lines_that_the_device_takes_are_not_refused() -> None:
    first, second = "failover polltime interface 1 holdtime 5", "interface GigabitEthernet0/1; shutdown"
    assert always_refused(scenario(first, second, "failover active", "write standby", "conf t; no failover")) is None
    moved = "interface GigabitEthernet0/1; ip address 10.7.0.1 255.255.255.0 standby 10.7.0.2"
    there = "interface GigabitEthernet0/0; ip address 10.0.0.9 255.255.255.0 standby 10.0.0.10"
    assert always_refused(scenario(moved, there)) is None


def test_a_model_file_with_such_a_line_is_refused_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "pair.cfg").write_text((TRACES / "pair.cfg").read_text(encoding="utf-8"), encoding="utf-8")
    head = 'title = "t"\nconfig = "pair.cfg"\n[environment]\n'
    refused = {
        "no failover; hostname x": "enter it by itself",
        "failover active group 1": "no failover groups",
        "failover interface-policy 999": "out of range",
    }
    for line, why in refused.items():
        (tmp_path / "m.toml").write_text(f'{head}operator = ["reset",\n  "{line}"]\n', encoding="utf-8")
        with pytest.raises(ModelFileError, match=rf"m.toml:5: operator word '{line}' is always refused: .*{why}"):
            read_model(tmp_path / "m.toml")
    (tmp_path / "m.toml").write_text(f'{head}operator = ["conf t; no failover", "end"]\n', encoding="utf-8")
    assert read_model(tmp_path / "m.toml").environment.lines == ("conf t; no failover", "end")


IDLE = {
    "show version": "no part of the model; allowed: a line that configures, saves, or names an event",
    "ping 10.0.0.1": "no part of the model",
    "fail": "it is `failover`, which nothing switches off; allowed: beside disable, mismatch or heartbeat",
}


@pytest.mark.parametrize("line", IDLE)
def test_a_line_that_changes_nothing_is_refused_where_it_stands(line: str, tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    head = f"title = 't'\nconfig = '{TRACES / 'pair.cfg'}'\n# {line}\n[environment]\n"
    path.write_text(f'{head}operator = ["reset",\n  "{line}"]\n', encoding="utf-8")
    with pytest.raises(ModelFileError) as error:
        read_model(path)
    assert str(error.value).startswith(f"{path}:6: operator word '{line}' changes nothing: {IDLE[line]}")


@pytest.mark.parametrize(
    "words",
    ['operator = ["fail", "disable"]', 'operator = ["fail", "no failover"]',
     'operator = ["hostname x", "write memory"]', 'operator = ["fail"]\nfaults = ["heartbeat"]'],
)  # fmt: skip
def test_a_line_that_can_change_something_is_taken(words: str, tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(f"title = 't'\nconfig = '{TRACES / 'pair.cfg'}'\n[environment]\n{words}\n", encoding="utf-8")
    assert read_model(path).environment.lines


@pytest.mark.slow
def test_switching_off_in_configuration_mode_is_switching_off() -> None:
    report = {line: verify(scenario(line)) for line in ("no failover", "configure terminal; no failover")}
    assert len({(each.result.states, str(each.verdict)) for each in report.values()}) == 1


def test_events_among_the_lines_are_events() -> None:
    found = list(Environment(faults=(), operator=("no failover",)).unit_events())
    assert e.FailoverDisabled(unit=PRIMARY) in found and e.FailoverDisabled(unit=SECONDARY) in found
    assert not any(isinstance(event, e.CommandEntered) for event in found)


def test_a_state_with_changed_configurations_can_be_kept_and_compared() -> None:
    pair = BOOTED.step(typed("no monitor-interface inside"))[0]
    again = booted().step(typed("no monitor-interface inside"))[0]
    assert pair.state == again.state and hash(pair.state) == hash(again.state)
    assert attrs.evolve(pair.state, running=UNCHANGED) != pair.state
