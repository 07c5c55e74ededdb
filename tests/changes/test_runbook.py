"""Runbooks: the language, every interleaving of the steps, and the verdicts of those that ship."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random

import attrs
import pytest

from failover_fsm.changes.outage_times import Duration, OutageTimes
from failover_fsm.changes.runbook import Runbook, parse_runbook, read_runbook
from failover_fsm.changes.runbook_text import recorded, runbook_text
from failover_fsm.changes.runbook_verdict import RunbookAnswer, Safety, try_runbook
from failover_fsm.cli import main
from failover_fsm.commands.configurations import scenario_of_configs
from failover_fsm.commands.whatif import usable
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.interleavings import replayed
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.canonical import canonical_record
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.pair.step import next_state
from failover_fsm.timing.bounds import measure_all
from failover_fsm.timing.times import Times
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.lines import TraceError
from failover_fsm.trace.player import play

ROOT = Path(__file__).parents[2]
RUNBOOKS = ROOT / "models" / "runbooks"
PAIR, GROUPS = ROOT / "models" / "active-standby.cfg", ROOT / "models" / "active-active.cfg"

VERDICTS = {
    "failover-key": Safety.SAFE_BUT_FOR,
    "maintenance": Safety.SAFE_BUT_FOR,
    "monitor-interface": Safety.SAFE,
    "move-failover-link": Safety.SAFE_BUT_FOR,
    "pull-a-cable": Safety.SAFE_BUT_FOR,
    "replace-primary": Safety.SAFE_BUT_FOR,
    "replace-secondary": Safety.SAFE_BUT_FOR,
    "test-failover": Safety.SAFE,
    "upgrade": Safety.SAFE_BUT_FOR,
    "upgrade-active-active": Safety.SAFE_BUT_FOR,
    "upgrade-in-haste": Safety.UNSAFE,
}


@cache
def scenario(config: Path = PAIR) -> Scenario:
    return scenario_of_configs(str(config), None)


def parsed(text: str, config: Path = PAIR) -> Runbook:
    settings = scenario(config).settings
    return parse_runbook(text, "x.runbook", settings, tuple(usable(settings)))


@cache
def answer(text: str, faults: bool = False) -> RunbookAnswer:
    return try_runbook(parsed(text), scenario(), faults=faults)


def kinds(found: RunbookAnswer) -> set[tuple[str, int]]:
    """What goes wrong, with the line."""
    return {(each.event.kind, found.runbook.steps[each.event.place].line) for each in found.problems}


# -- the language ----------------------------------------------------------------------------------


def test_each_form_of_a_step_is_read() -> None:
    text = """
    # a comment
    given failover_link_failed
    secondary: failover active      # another
    primary: interface GigabitEthernet0/1; shutdown
    wait until the secondary is active
    wait until secondary standby-ready
    wait until pair ready
    wait 2 min
    power off the primary
    plug in failover link
    unplug inside of secondary
    interface_path_failed interface=inside
    """
    runbook = parsed(text)
    assert runbook.given == (e.FailoverLinkFailed(),)
    assert [getattr(step, "event", None) for step in runbook.steps] == [
        e.FailoverActive(unit=Unit.SECONDARY),
        e.CommandEntered(unit=Unit.PRIMARY, text="interface GigabitEthernet0/1; shutdown"),
        None, None, None, None,
        e.UnitFailed(unit=Unit.PRIMARY),
        e.FailoverLinkRestored(),
        e.InterfaceLinkFailed(unit=Unit.SECONDARY, interface="inside"),
        e.InterfacePathFailed(interface="inside"),
    ]  # fmt: skip
    assert [step.line for step in runbook.steps] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]


@pytest.mark.parametrize(
    "line, what, allowed",
    [
        ("tertiary: reload", "no unit", "primary, secondary"),
        ("primary:", "no command", "primary: COMMAND"),
        ("primary: fly away", "no command of the device", "typed"),
        ("primary: failover active group 3", "group 3", "group 1, group 2"),
        ("primary: failover active group 1", "no failover groups", "primary: failover active"),
        ("primary/admin: show failover", "no context", "no context"),
        ("wait until secondary happy", "no state", "standby ready"),
        ("wait until secondary group 1 active", "no failover group", "without groups"),
        ("wait until Tuesday", "nothing that is known", "wait until pair ready"),
        ("power off everything", "no unit", "primary, secondary"),
        ("unplug outsid of primary", "did you mean outside", "failover link"),
        ("unplug outside of both", "no unit", "primary"),
        ("interface_link_failed unit=primary interface=dmz", "no interface", "outside, inside"),
        ("port_failed unit=primary port=Te9/9", "no port", ""),
        ("settle", "is no event", "UNIT: COMMAND"),
        ("hold_time_expired unit=primary", "is no event", "UNIT: COMMAND"),
        ("reload the primary", "key=value", "UNIT: COMMAND"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_allowed(line: str, what: str, allowed: str) -> None:
    with pytest.raises(TraceError) as found:
        parsed(f"wait 1 s\n{line}\n")
    assert str(found.value).startswith("x.runbook:2: ") and what in str(found.value)
    assert allowed in found.value.allowed


LINES_OF_A_BLOCK = """
primary: configure terminal
primary: interface GigabitEthernet0/0
primary: show failover
primary: shutdown
primary: no shutdown
"""


def test_a_line_is_read_in_the_block_that_the_lines_before_it_opened() -> None:
    events = [step.event for step in parsed(LINES_OF_A_BLOCK).steps if hasattr(step, "event")]
    pair = Pair.cold(scenario().config)
    for event in (*(e.UnitRestored(unit=unit) for unit in Unit), *events[:4]):
        pair = pair.step(event)[0].settle()[0]
    assert [pair.settings.at(pair.state, unit).ports[0].shutdown for unit in Unit] == [True, True]
    pair = pair.step(events[4])[0]
    assert [pair.settings.at(pair.state, unit).ports[0].shutdown for unit in Unit] == [False, False]


@pytest.mark.parametrize(
    "before",
    [
        "secondary: interface GigabitEthernet0/0",
        "primary: interface GigabitEthernet0/0\nprimary: exit",
        "primary: interface GigabitEthernet0/0; no shutdown",
        "primary: interface GigabitEthernet0/0\nprimary: hostname other",
    ],
)
def test_a_line_of_a_block_that_is_not_open_is_refused(before: str) -> None:
    with pytest.raises(TraceError, match="`shutdown` is no command of the device"):
        parsed(f"{before}\nprimary: shutdown\n")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("primary/office: no failover active", "no failover active"),
        ("primary/office: fail act group 1", "fail act group 1"),
        ("primary: changeto context office; failover active", "failover active"),
    ],
)
def test_a_command_of_the_system_space_is_not_entered_in_a_context(line: str, text: str) -> None:
    with pytest.raises(TraceError) as found:
        parsed(line, GROUPS)
    assert found.value.what == f"`{text}` in context office"
    assert found.value.allowed == f"in the system execution space, as in primary: {text}"


def test_write_standby_is_entered_in_a_context_too() -> None:
    (step,) = parsed("primary/office: write standby", GROUPS).steps
    assert getattr(step, "event", None) == e.WriteStandby(unit=Unit.PRIMARY, context="office")


@pytest.mark.parametrize("text", ["", "# nothing\n", "wait 1 s\ngiven failover_link_failed\n", "wait 1 s\n" * 201])
def test_what_is_no_runbook_is_refused(text: str) -> None:
    with pytest.raises(TraceError):
        parsed(text)


def test_no_line_of_any_kind_is_more_than_bad_input() -> None:
    lines = [line for path in sorted(RUNBOOKS.glob("*.runbook")) for line in path.read_text().splitlines() if line]
    chance = Random(7)
    read = 0
    for _ in range(600):
        text = list(chance.choice(lines))
        for _ in range(chance.randrange(3)):
            place = chance.randrange(len(text) + 1)
            text[place : place + chance.randrange(3)] = chance.choice(
                ["", ":", " ", "/", "=", '"', "\x00", "é", "group 9", "#"]
            )
        try:
            parsed("".join(text))
            read += 1
        except TraceError as error:
            assert error.what and "\n" not in str(error)
    assert 50 < read < 550


# -- every interleaving ----------------------------------------------------------------------------


def plainly(settings: Settings, start: State, commands: list[e.Event]) -> set[tuple[int, State]]:
    """All that can be reached when commands come in this order, at any moment; computed afresh, step by step."""

    def kept(state: State) -> State:
        units = [canonical_record(each, settings, commands=True) for each in (state.primary, state.secondary)]
        return attrs.evolve(state, primary=units[0], secondary=units[1])

    seen = {(0, kept(start))}
    waiting = list(seen)
    for place, state in waiting:
        steps = [(place, each) for each in protocol_steps(state, settings)]
        steps += [(place + 1, commands[place])] if place < len(commands) else []
        for after, event in steps:
            if isinstance(event, e.SynchronizationAdvanced):
                continue
            try:
                reached = kept(next_state(state, settings, event).state)
            except StepError:
                reached = state
            if (after, reached) not in seen:
                seen.add((after, reached))
                waiting.append((after, reached))
    return seen


def test_commands_alone_meet_as_many_states_as_a_plain_search() -> None:
    text = "secondary: reload\nprimary: no failover active\nprimary: failover reset\nsecondary: failover active\n"
    found = answer(text)
    commands = [step.event for step in found.runbook.steps if hasattr(step, "event")]
    state = next(iter(recorded(found, found.problems[0])[: found.begin][-1:])).after
    assert found.nodes == len(plainly(found.settings, state, commands)) > 80


def test_the_upgrade_is_safe_only_with_its_waits() -> None:
    upgrade = (RUNBOOKS / "upgrade.runbook").read_text()
    assert answer(upgrade).verdict is Safety.SAFE and answer(upgrade).ends
    without = "".join(f"{line}\n" for line in upgrade.splitlines() if not line.startswith("wait"))
    found = answer(without)
    assert found.verdict is Safety.UNSAFE
    assert ("refused", 4) in kinds(found) and ("outage", 4) in kinds(found)


@pytest.mark.parametrize("left_out", [4, 6, 7, 9])
def test_the_waits_of_the_upgrade_for_a_unit_that_boots_are_needed(left_out: int) -> None:
    lines = (RUNBOOKS / "upgrade.runbook").read_text().splitlines()
    assert lines[left_out - 1].startswith("wait")
    found = answer("\n".join(line for number, line in enumerate(lines, 1) if number != left_out))
    # each of the two waits between the hand-over and the reload stands for the other
    assert found.verdict is (Safety.SAFE if left_out in (6, 7) else Safety.UNSAFE)


def test_a_reload_of_the_only_active_unit_is_an_outage_until_the_other_takes_over() -> None:
    found = answer("primary: reload\n")
    (problem,) = found.problems
    assert problem.event.kind == "outage" and len(problem.event.loss.interfaces) == 2
    text = " ".join(runbook_text(found, scenario().config, "x.cfg").split())
    assert "no service for 14 to 15 s, until the hold time of the secondary ends (up to 15 s)" in text


def test_a_cable_that_is_pulled_interrupts_and_a_command_on_the_standby_is_lost() -> None:
    assert answer("unplug inside of primary\n").verdict is Safety.SAFE_BUT_FOR
    assert answer("unplug inside of primary\n").interruptions
    assert kinds(answer("secondary: access-list a permit ip any any\n")) == {("lost-command", 1)}
    assert answer("primary: access-list a permit ip any any\n").verdict is Safety.SAFE


def test_a_command_is_sent_to_where_its_keyword_leads_at_that_moment() -> None:
    assert answer("secondary: failover exec active access-list a permit ip any any\n").verdict is Safety.SAFE
    lost = answer("primary: failover exec mate access-list a permit ip any any\n")
    assert kinds(lost) == {("lost-command", 1)} and "command_entered unit=secondary" in str(lost.problems[0].way[-1])
    assert answer("secondary: failover exec mate write memory\n").verdict is Safety.SAFE
    cut = answer("unplug failover link\nprimary: failover exec mate show failover\n")
    assert ("refused", 2) in kinds(cut)
    moved = answer("secondary: failover exec active no failover active\nwait until secondary active\n")
    assert moved.verdict is Safety.SAFE and moved.ends


def test_a_wait_that_never_ends_and_a_time_that_is_too_short_are_said() -> None:
    assert kinds(answer("wait until secondary active\n")) == {("stuck", 1)}
    found = answer("secondary: reload\nwait 5 min\nprimary: no failover active\n")
    assert [found.runbook.steps[each.event.place].line for each in found.short] == [2]
    assert ("refused", 3) in kinds(found)


def test_a_time_that_is_long_enough_is_relied_on_for_what_the_configuration_says() -> None:
    assert answer("power off primary\nwait 2 s\nsecondary: failover active\n").problems == ()
    soon, late = (answer(f"power off primary\nwait {time} s\npower on primary\n").short for time in (1, 120))
    assert soon == late == ()


def test_two_active_units_are_found_with_one_fault() -> None:
    found = answer("secondary: reload\nwait until secondary standby ready\n", faults=True)
    faults = {str(each.event.fault) for each in found.with_fault if each.event.kind == "both-active"}
    assert found.verdict is Safety.SAFE_BUT_FOR and faults == {"failover_link_failed"}
    assert any(str(each.event.fault) == "unit_failed unit=primary" for each in found.with_fault)


# -- what ships, and the command line ----------------------------------------------------------------


def test_every_runbook_that_ships_has_its_verdict_here() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.runbook")} == set(VERDICTS)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in VERDICTS if name != "upgrade-active-active"])
def test_a_shipped_runbook(name: str) -> None:
    settings = scenario().settings
    runbook = read_runbook(str(RUNBOOKS / f"{name}.runbook"), settings, tuple(usable(settings)))
    found = try_runbook(runbook, scenario())
    assert found.verdict is VERDICTS[name] and found.ends


def test_the_upgrade_of_an_active_active_pair() -> None:
    settings = scenario(GROUPS).settings
    runbook = read_runbook(str(RUNBOOKS / "upgrade-active-active.runbook"), settings, tuple(usable(settings)))
    found = try_runbook(runbook, scenario(GROUPS), faults=False)
    assert found.verdict is Safety.SAFE and found.ends


def test_bad_endings_are_written_as_traces_that_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    haste = str(RUNBOOKS / "upgrade-in-haste.runbook")
    assert main(["runbook", haste, str(PAIR), "--no-faults", "--traces", str(tmp_path), "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["verdict"] == "unsafe" and record["riskiest"]["kind"] == "outage"
    traces = sorted(tmp_path.glob("*.trace"))
    assert len(traces) == len(record["unsafe"]) == len(list(tmp_path.glob("*.svg"))) > 2
    assert main(["run", *map(str, traces)]) == 0


@pytest.mark.parametrize("status, text", [(0, "wait until pair ready\n"), (1, "primary: reload\n"), (2, "reload\n")])
def test_the_exit_status(status: int, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.runbook"
    file.write_text(text)
    assert main(["runbook", str(file), str(PAIR), "--no-faults"]) == status
    out, err = capsys.readouterr()
    assert (len(err.splitlines()) == 1 and not out) if status == 2 else (out and not err)


def test_a_search_that_is_stopped_is_undecided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.runbook"
    file.write_text("wait until pair ready\n")
    assert main(["runbook", str(file), str(PAIR), "--time-limit", "0.000001"]) == 3
    assert "UNDECIDED" in capsys.readouterr().out


def test_reload_standby_restarts_the_unit_that_is_standby_then() -> None:
    """The chapter's step of an upgrade, as it is typed on either unit."""
    upgrade = (
        "primary: failover reload-standby\nwait until secondary standby ready\nprimary: no failover active\n"
        "wait until pair ready\nsecondary: failover reload-standby\nwait until pair ready\nprimary: failover active\n"
    )
    found = answer(upgrade)
    assert found.verdict is Safety.SAFE and found.ends
    assert [place for place, _ in found.without_standby] == [0, 4]
    hasty = answer("primary: failover reload-standby\nprimary: reload\n")
    assert hasty.verdict is Safety.UNSAFE and ("outage", 2) in kinds(hasty)


@pytest.mark.parametrize("text", ["failover reload-standby now", "write memory now", "failover active now"])
def test_a_word_too_many_is_refused(text: str) -> None:
    with pytest.raises(TraceError, match=f"the device has no such command: {text}"):
        parsed(f"primary: {text}\n")


def test_what_changes_no_configuration_is_not_lost() -> None:
    looks = "secondary: show failover\nprimary: configure terminal\nsecondary: copy tftp://10.0.0.9/a.bin disk0:/a\n"
    assert answer(looks).verdict is Safety.SAFE
    assert kinds(answer(f"{looks}secondary: no monitor-interface inside\n")) == {("lost-command", 4)}


# -- how long --------------------------------------------------------------------------------------


TIMES = Times.of(scenario().config, Options())


def lasting(found: RunbookAnswer) -> list[tuple[str, int, tuple[int, int | None] | None]]:
    every = (*found.problems, *found.interruptions, *found.with_fault)
    return [
        (each.event.kind, each.event.place, each.lasts and (each.lasts.best, each.lasts.worst))
        for each in every
        if each.event.kind == "outage"
    ]


def test_an_outage_lasts_as_long_as_in_the_timed_pair() -> None:
    """A unit that dies: the hold time of the standby; a cable: the next look at the port, as `times` has them."""
    known = {each.id: each.service for each in measure_all(scenario().settings, TIMES)}
    dies, down = known["active-unit-dies"], known["interface-link-down"]
    assert dies is not None and down is not None
    assert lasting(answer("primary: reload\n")) == [("outage", 0, dies.pair)]
    assert lasting(answer("unplug outside of primary\nwait until secondary active\n")) == [("outage", 0, down.pair)]
    assert lasting(answer("primary: no failover active\nwait until secondary active\n")) == []


def test_an_outage_of_zero_seconds_is_a_hand_over_and_none() -> None:
    found = answer("primary: reload\n")
    assert found.problems[0].lasts is not None
    timed = OutageTimes(found.settings, TIMES)
    at_once = Duration(best=0, worst=0, boots=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OutageTimes, "without_service", lambda self, way, before: at_once)
        assert try_runbook(parsed("primary: reload\n"), scenario(), faults=False).problems == ()
    way = found.problems[0].way
    state = tuple(replayed(found.settings, way[: found.begin]))[-1].after
    assert timed.without_service(way, state) == found.problems[0].lasts


def test_the_time_without_a_standby_rests_on_the_lengths_that_are_named() -> None:
    """A boot of 30 s and a synchronisation of 4 s; a model file can set the latter, and the time grows with it."""
    text = "secondary: reload\nwait until secondary standby ready\n"
    (alone,) = answer(text).without_standby
    assert alone[0] == 0 and alone[1] is not None and (alone[1].best, alone[1].worst) == (34_000, 35_000)
    longer = attrs.evolve(scenario(), durations=(("synchronization", 120_000),))
    found = try_runbook(parsed(text), longer, faults=False)
    ((_, lasts),) = found.without_standby
    assert lasts is not None and (lasts.best, lasts.worst) == (150_000, 151_000)
    assert "a boot takes 30 s and a synchronisation 120 s" in found.assumed


def test_times_after_the_monitoring_has_changed() -> None:
    """An interface that is monitored from a command on is looked at from then on, and one that had failed is known."""
    config = PairConfig.from_asa(f"{PAIR.read_text()}no monitor-interface inside\n")
    unmonitored = attrs.evolve(scenario(), config=config)
    text = "unplug inside of secondary\nprimary: monitor-interface inside\nwait 60 s\n"
    found = try_runbook(parsed(text), unmonitored, faults=False)
    assert [place for place, _ in found.without_standby] == [1, 2]
    assert all(lasts is None or lasts.worst is None for _, lasts in found.without_standby)
    back = answer("unplug inside of secondary\nwait 60 s\nunplug outside of primary\nplug inside of secondary\n")
    (ended,) = back.interruptions
    assert ended.lasts is not None and (ended.lasts.best, ended.lasts.worst) == (0, 6_000)  # a poll and a hello


def test_a_page_shows_the_answer_and_each_bad_ending(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair, page = str(PAIR), tmp_path / "page.html"
    (tmp_path / "x.runbook").write_text("primary: reload\n")
    assert main(["runbook", str(tmp_path / "x.runbook"), pair, "--no-faults", "--report", str(page)]) == 1
    text = page.read_text()
    assert "no service for 14 to 15 s" in text and "<h2>After line 1: outage</h2>" in text and "Role chart of" in text
    assert main(["diff", pair, str(ROOT / "models" / "policy-2.cfg"), "--report", str(page)]) == 1
    assert page.read_text().count("<h2>Story 1, ") == 2
    capsys.readouterr()


def test_no_time_is_worked_out_after_a_search_that_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is answered at once: what was met is told without how long it lasts."""

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    def worked_out(*_: object) -> None:
        raise AssertionError("a time was worked out")

    monkeypatch.setattr("failover_fsm.changes.outage_times.until", worked_out)
    found = try_runbook(parsed("primary: reload\n"), scenario(), faults=False, check=interrupted)
    assert found.limit == "interrupted" and found.verdict is Safety.UNDECIDED


def test_ctrl_c_while_times_are_worked_out_ends_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("failover_fsm.changes.outage_times.until", interrupted)
    assert main(["runbook", str(RUNBOOKS / "upgrade-in-haste.runbook"), str(PAIR), "--no-faults"]) == 130
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "interrupted\n")


def test_the_worst_time_is_that_of_a_fault_that_comes_at_once() -> None:
    """A port goes down in the moment in which the secondary gets power: 6 s in a timed trace, and it was up to 5 s."""
    text = "power off secondary\nwait until secondary off\npower on secondary\nwait until secondary standby ready\n"
    answer = try_runbook(parsed(text), scenario())
    fault = e.InterfaceLinkFailed(unit=Unit.PRIMARY, interface="outside")
    (found,) = (each for each in answer.with_fault if each.event.fault == fault and each.event.place == 2)
    assert found.lasts is not None and found.lasts.best is None and (found.lasts.worst or 0) >= 6000
    trace = (
        "config x\nunit_restored unit=primary\nadvance seconds=200\nunit_restored unit=secondary\n"
        "interface_link_failed unit=primary interface=outside\nadvance seconds=5.999\nexpect active=primary\n"
        "advance seconds=0.001\nexpect active=secondary\n"
    )
    assert not play(parse_trace(trace, "t.trace"), scenario().config).failures


CONTEXTS = """mode multiple
interface g0/0
interface g0/1
interface g0/2
failover
failover lan unit primary
failover lan interface fo g0/2
failover interface ip fo 172.16.0.1 255.255.255.252 standby 172.16.0.2
admin-context admin
context admin
 allocate-interface g0/0
context one
 allocate-interface g0/1
changeto context admin
interface g0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
changeto context one
interface g0/1
 nameif inside
 ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2
"""


def test_a_command_in_a_context_of_an_active_standby_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, steps = tmp_path / "pair.cfg", tmp_path / "x.runbook"
    file.write_text(CONTEXTS)
    steps.write_text("primary/one: no monitor-interface inside\nwait 60 s\nprimary/one: monitor-interface inside\n")
    assert main(["runbook", str(steps), str(file)]) == 0
    assert ": SAFE" in capsys.readouterr().out
    steps.write_text("primary/two: no monitor-interface inside\n")
    assert main(["runbook", str(steps), str(file)]) == 2
    assert "no context `two`; allowed: admin, one" in capsys.readouterr().err


def test_a_session_goes_to_a_context_of_an_active_standby_pair() -> None:
    trace = (
        "config x\nunit_restored unit=primary\nunit_restored unit=secondary\nsettle\n"
        'typed unit=primary text="changeto context two"\nexpect refused=yes\n'
        'typed unit=primary text="changeto context one"\nexpect refused=no\n'
        'expect unit=primary prompt="ciscoasa/one#"\n'
    )
    assert not play(parse_trace(trace, "t.trace"), PairConfig.from_asa(CONTEXTS)).failures
