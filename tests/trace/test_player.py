"""Scenarios: every file in tests/traces does what it expects, wrong expectations fail, bad input is one line."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import failover_fsm.trace.run as run_module
from failover_fsm.commands import run as run_command
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.pair import Pair, Settings, changing_steps
from failover_fsm.pair import events as e
from failover_fsm.pair.states import LinkState, State, Unit
from failover_fsm.trace.claims import CLAIMS
from failover_fsm.trace.language import Expect, Statement, Trace, TraceError, parse_trace
from failover_fsm.trace.player import load, play
from failover_fsm.trace.run import Played, other_endings

TRACES = Path(__file__).parents[1] / "traces"
FILES = sorted(TRACES.glob("*.trace"))
WARNING = ("simultaneous-faults", "so-already")
BOOT = "config pair.cfg\nunit_restored unit=primary\nunit_restored unit=secondary\nsettle\n"


def play_file(path: Path) -> Played:
    return play(*load(path))


def play_text(text: str) -> Played:
    return play(parse_trace(text, "t.trace"), read_config(TRACES / "pair.cfg"))


# -- the scenarios -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario(path: Path) -> None:
    played = play_file(path)
    assert [str(failure) for failure in played.failures] == []
    assert not played.is_livelock
    if path.stem not in WARNING:
        assert [str(warning) for warning in played.warnings] == []


TURNS = max(len(claim.values) for claim in CLAIMS.values())


def with_wrong_values(trace: Trace) -> Trace:
    """The trace with every expectation replaced by wrong ones: each claim with every other value that it allows."""
    return attrs.evolve(trace, statements=tuple(each for old in trace.statements for each in every_wrong(old)))


def every_wrong(statement: Statement) -> tuple[Statement, ...]:
    """The statement itself where it expects nothing; an expectation changes nothing, so many may follow one another."""
    return tuple(dict.fromkeys(wrong(statement, turn) for turn in range(TURNS)))


def wrong(statement: Statement, turn: int) -> Statement:
    if not isinstance(statement, Expect):
        return statement
    return attrs.evolve(
        statement, arguments=tuple((key, other(key, value, turn)) for key, value in statement.arguments)
    )


def other(key: str, value: str, turn: int) -> str:
    if key not in CLAIMS:
        return value
    if CLAIMS[key].values:
        others = [each for each in CLAIMS[key].values if each != value]
        return others[turn % len(others)]
    return {"failovers": str(int(value) + 1) if value.isdecimal() else "", "output": "999999"}.get(
        key, "no such reason"
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_wrong_expectation_fails(path: Path) -> None:
    trace, config, _ = load(path)
    changed = with_wrong_values(trace)
    records = play(changed, config).records
    assert [record.statement for record in records] == list(changed.statements)
    for record in records:
        failed = {failure.claim for failure in record.failures}
        for key, _value in record.statement.claims if isinstance(record.statement, Expect) else ():
            assert key == "no_output" or key in failed


def test_what_was_logged_cannot_be_denied() -> None:
    played = play_text(BOOT + "expect unit=primary no_output=104001\nexpect unit=secondary output=104001\n")
    assert [str(failure) for failure in played.failures] == [
        "t.trace:5: expected unit=primary no_output=104001, found 311003 311004 105034 105042 720028 721002 104001 "
        "105003 105004 709003 709004 311001 311002 720032",
        "t.trace:6: expected unit=secondary output=104001, found 311003 311004 105034 105042 720028 721002 709005 "
        "720032 709006 105003 105004",
    ]


def test_a_mark_begins_counting_anew() -> None:
    text = BOOT + "failover_active unit=secondary\nsettle\nexpect failovers=1\nmark\nexpect failovers=0\n"
    assert not play_text(text + "expect unit=primary no_output=104002\n").failures


# -- failovers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("unit_failed unit=secondary\nsettle\nunit_restored unit=secondary\nsettle", 0),
        ("unit_failed unit=primary\nsettle\nunit_failed unit=secondary\nsettle\nunit_restored unit=primary\nsettle", 1),
        ("unit_failed unit=primary\nunit_failed unit=secondary\nunit_restored unit=secondary\nsettle", 0),
        ("failover_disabled unit=primary\nfailover_active unit=secondary", 0),
        ("no_failover_active unit=primary\nfailover_link_failed\nsettle", 0),
        ("reload unit=primary\nsettle\nreload unit=secondary\nsettle", 2),
    ],
)
def test_failovers_are_moves_from_one_unit_to_the_other(lines: str, count: int) -> None:
    assert not play_text(f"{BOOT}{lines}\nexpect failovers={count}\n").failures


# -- refusals, warnings, errors --------------------------------------------------------------------


def test_a_refusal_changes_nothing_and_is_told() -> None:
    played = play_text(BOOT + "failover_active unit=primary\nexpect refused=yes\n")
    step = played.records[-2].steps[0]
    assert step.before == step.after
    assert step.refused == "refused: the unit is already active"
    assert not played.failures


def test_another_order_with_another_end_is_a_warning() -> None:
    (warning,) = play_file(TRACES / "simultaneous-faults.trace").warnings
    assert "another order of steps ends with primary active, secondary failed" in str(warning)
    assert str(warning).endswith("this one with primary failed, secondary active")


def test_too_many_orders_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module.other_endings, "__defaults__", (3,))
    assert "not every order of steps was tried" in str(play_text(BOOT).warnings[0])


def test_other_endings_are_settled() -> None:
    pair = Pair.cold(read_config(TRACES / "pair.cfg"))
    for unit in Unit:
        pair, _ = pair.step(e.UnitRestored(unit=unit))
    settled, _ = pair.settle()
    assert other_endings(pair.state, pair.settings) == {settled.state}


def test_warnings_name_the_line_and_the_reason() -> None:
    lines = [str(warning).partition("traces/")[2] for warning in play_file(TRACES / "so-already.trace").warnings]
    assert lines == [
        "so-already.trace:7: warning: `failover_link_restored` changes nothing: it is so already",
        "so-already.trace:8: warning: `interface_link_restored unit=primary interface=inside` changes nothing: "
        "it is so already",
        "so-already.trace:9: warning: `unit_restored unit=primary` changes nothing: the unit is running",
        "so-already.trace:11: warning: `interface_link_failed unit=primary interface=inside` changes nothing: "
        "it is so already",
    ]


def test_a_stateful_link_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    config = read_config(TRACES / "failover-off.cfg")
    played = play(parse_trace("config x\nstateful_link_failed\n", "t.trace"), config)
    assert "no Stateful Failover link of its own" in str(played.warnings[0])


@pytest.mark.parametrize(
    ("line", "what", "allowed"),
    [
        ("advance seconds=15\nhello_heard unit=primary", "`hello_heard unit=primary` in a timed run", "advance"),
        ("element_failed element=switch-1", "an element without a topology", "a `topology` line"),
        ("element_restored element=switch-1", "an element without a topology", "a `topology` line"),
        ("topology figure-13-9", "figure-13-9: cannot be read: No such file", "figure-13-1, figure-13-2, figure-13-3"),
        ("failover_active unit=primary group=1", "`group=` in an Active/Standby pair", "without group="),
        ("expect unit=primary group=1 state=active", "`group=` in an Active/Standby pair", ""),
        ("message_delivered unit=primary group=1", "`group=` in an Active/Standby pair", ""),
        ("interface_path_failed interface=insde", "no interface `insde`, did you mean inside", "outside, inside"),
        ("expect unit=primary interface=dmz status=normal", "there is no interface `dmz`", "outside, inside"),
        ("write_standby unit=primary context=admin", "there is no context `admin`", "no context"),
        ("expect refused=yes", "`refused=` before any command", "after a command"),
        ("hold_time_expired unit=primary", "cannot happen here: its cause does not hold", "no protocol step"),
        ("unit_restored unit=primary\nmessage_delivered unit=primary", "its cause", "negotiation_expired unit=primary"),
    ],
)
def test_statements_that_the_pair_cannot_take(line: str, what: str, allowed: str) -> None:
    with pytest.raises(TraceError) as caught:
        play_text("config pair.cfg\n" + line)
    assert caught.value.line == 2 + line.count("\n")
    assert what in caught.value.what
    assert allowed in caught.value.allowed


# -- failover groups -----------------------------------------------------------------------------

GROUPS = BOOT.replace("pair.cfg", "groups.cfg")


def play_groups(text: str, config: str = "groups.cfg") -> Played:
    return play(parse_trace(text, "t.trace"), read_config(TRACES / config))


@pytest.mark.parametrize(
    ("line", "what", "allowed"),
    [
        ("message_delivered unit=primary", "`message_delivered` without `group=`", "group=1, group=2"),
        ("preempt_timer_expired unit=primary", "`preempt_timer_expired` without `group=`", "group=1, group=2"),
        ("interface_path_failed interface=outside", "there is no interface `outside`", "blue/outside, inside, red"),
        ("write_standby unit=primary context=bleu", "no context `bleu`, did you mean blue", "admin, blue, red"),
    ],
)
def test_statements_that_a_pair_with_groups_cannot_take(line: str, what: str, allowed: str) -> None:
    with pytest.raises(TraceError) as caught:
        play_groups("config groups.cfg\n" + line)
    assert (caught.value.line, what in caught.value.what, allowed in caught.value.allowed) == (2, True, True)


@pytest.mark.parametrize("line", ["failover_active unit=primary group=2", "expect group=2 active=none"])
def test_a_group_that_the_pair_does_not_have(tmp_path: Path, line: str) -> None:
    text = (TRACES / "groups.cfg").read_text().replace("failover group 2\n secondary\n interface-policy 2\n", "")
    (tmp_path / "one.cfg").write_text(text.replace(" join-failover-group 2\n", ""))
    with pytest.raises(TraceError, match=r"t.trace:2: there is no failover group 2; allowed: group=1$"):
        play(parse_trace(f"config one.cfg\n{line}\n", "t.trace"), read_config(tmp_path / "one.cfg"))


def test_an_expectation_without_a_group_is_for_all_groups_and_says_where_they_differ() -> None:
    lines = ("active=primary", "unit=primary state=active", "unit=secondary sees=active", "unit=primary role=standby")
    played = play_groups(GROUPS + "".join(f"expect {line}\n" for line in lines))
    assert [failure.found for failure in played.failures] == [
        "group 1 primary, group 2 secondary", "group 1 active, group 2 standby-ready",
        "group 1 active, group 2 standby-ready", "group 1 active, group 2 standby",
    ]  # fmt: skip


def test_failovers_reasons_and_messages_are_counted_by_group() -> None:
    text = GROUPS + "mark\nno_failover_active unit=primary group=1\nsettle\n"
    for line in (
        "expect failovers=1", "expect failovers=1 group=1", "expect failovers=0 group=2",
        "expect unit=primary output=104002", "expect unit=primary output=104002 group=1",
        "expect unit=primary no_output=104002 group=2",
        'expect unit=primary reason="Set by the config command"',
        'expect unit=primary group=2 reason="Other unit wants me Standby"',
    ):  # fmt: skip
        text += line + "\n"
    assert [str(failure) for failure in play_groups(text).failures] == []


def test_a_hand_out_at_boot_is_a_failover_of_that_group_only() -> None:
    assert not play_groups(GROUPS + "expect failovers=0 group=1\nexpect failovers=1 group=2\n").failures


def test_dual_active_without_a_group_is_about_any() -> None:
    text = GROUPS + "failover_disabled unit=primary\nfailover_active unit=secondary group=1\n"
    lines = "expect dual_active=yes\nexpect dual_active=yes group=1\nexpect dual_active=no group=2\n"
    assert not play_groups(text + lines).failures


def test_another_order_with_another_end_names_the_groups() -> None:
    text = GROUPS + "unit_failed unit=primary\nunit_restored unit=primary\nsettle\n"
    (warning,) = play_groups(text).warnings
    assert "another order of steps ends with primary standby-ready, secondary active; this one with " in str(warning)
    assert str(warning).endswith(
        "primary group 1 active, group 2 standby-ready, secondary group 1 standby-ready, group 2 active"
    )


def test_a_run_with_groups_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(TRACES / "t4-2-interface-of-active-group.trace", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["final"]["primary"]["groups"] == [
        {"group": 1, "state": "failed", "role": "standby", "sees": "active"},
        {"group": 2, "state": "active", "role": "active", "sees": "failed"},
    ]
    logs = [output for output in found["outputs"] if output["kind"] == "SystemLog" and output["number"] == 104003]
    assert [(log["unit"], log["group"]) for log in logs] == [("primary", 1), ("secondary", 2)]


# -- configurations ------------------------------------------------------------------------------


def write(folder: Path, text: str) -> Path:
    path = folder / "t.trace"
    path.write_text(text)
    return path


def test_a_configuration_that_is_missing_or_wrong(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"t.trace:1: .*none.cfg.* cannot be read: No such file"):
        load(write(tmp_path, "config none.cfg\n"))
    (tmp_path / "wrong.cfg").write_text("hostname asa\nfailover polltime 99\n")
    with pytest.raises(ConfigError, match=r"wrong.cfg:2: "):
        load(write(tmp_path, "config wrong.cfg\n"))


def test_two_files_that_disagree_are_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path, f"config {TRACES / 'pair.cfg'} {TRACES / 'other-key.cfg'}\nunit_restored unit=primary\n")
    (warning,) = play(*load(path)).warnings
    assert str(warning).endswith(
        "other-key.cfg:13: warning: the failover keys differ (KEY-3); the run goes on as if they agreed"
    )


def test_a_configuration_in_place_of_the_traces(tmp_path: Path) -> None:
    trace, config, _ = load(write(tmp_path, "config none.cfg\nsettle\n"), TRACES / "policy-2.cfg")
    assert play(trace, config).pair.settings.policy.count == 2
    load(write(tmp_path, "settle\n"), TRACES / "policy-2.cfg")


# -- livelock ------------------------------------------------------------------------------------


def flapping(state: State, settings: Settings) -> Iterator[tuple[e.Event, State]]:
    """The pair's steps, and a failover link that comes and goes for ever once the pair is settled."""
    steps: list[tuple[e.Event, State]] = list(changing_steps(state, settings))
    event = e.FailoverLinkFailed() if state.links.failover is LinkState.GOOD else e.FailoverLinkRestored()
    yield from steps or [(event, state)]


def test_a_livelock_ends_the_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(run_module, "changing_steps", flapping)
    played = play_text(BOOT + "expect active=none\n")
    assert played.is_livelock
    assert len(played.records) == 4
    assert played.loop is not None
    loop = played.steps[played.loop :]
    assert loop[0].before == loop[-1].after
    assert {e.FailoverLinkFailed(), e.FailoverLinkRestored()} <= {step.event for step in loop}
    assert command(TRACES / "t2-1-active-fails.trace") == 1
    assert "LIVELOCK: the pair never settles" in capsys.readouterr().out
    assert command(TRACES / "t2-1-active-fails.trace", "--json") == 1
    assert "failover_link_failed" in json.loads(capsys.readouterr().out)["livelock"]


# -- the command ---------------------------------------------------------------------------------


def command(*words: object) -> int:
    parser = argparse.ArgumentParser()
    run_command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["run", *map(str, words)])
    return int(args.run(args))


def test_run_tells_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(TRACES / "t2-1-active-fails.trace", "--show", "secondary") == 0
    told = capsys.readouterr()
    assert "power fails on the primary" in told.out
    assert "This host: Secondary - Active" in told.out
    assert told.out.endswith("OK: 19 of 19 expectations met\n")
    assert told.err == ""


def test_run_of_a_failed_expectation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, BOOT.replace("pair.cfg", str(TRACES / "pair.cfg")) + "expect active=none\n")
    assert command(path) == 1
    told = capsys.readouterr().out
    assert "!! line 5: expected active=none, found primary" in told
    assert f"{path}:5: expected active=none, found primary\nFAILED: 1 of 1 expectations\n" in told


def test_run_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(TRACES / "so-already.trace", "--json") == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert found["final"]["primary"] == {
        "groups": [{"group": None, "state": "failed", "role": "standby", "sees": "active"}],
        "power": True,
        "failover": True,
        "failover_link": "up",
        "config": "synchronized",
        "interfaces": {"outside": "normal", "inside": "no-link"},
    }
    assert found["failed_expectations"] == []
    assert found["outputs"][0] == {
        "line": 3, "event": "unit_restored unit=primary", "kind": "PhaseChanged", "unit": "primary",
        "before": "off", "after": "negotiation", "because": "Failover state check",
    }  # fmt: skip
    messages = [output["message"] for output in found["outputs"] if output["kind"] == "SystemLog"]
    assert "%ASA-1-104002: (Primary) Switching to STANDBY - interface check, mate is healthier." in messages
    assert [warning["line"] for warning in found["warnings"]] == [7, 8, 9, 11]
    assert len(told.err.splitlines()) == 4


def test_run_of_several_files(capsys: pytest.CaptureFixture[str]) -> None:
    files = (TRACES / "forcing.trace", TRACES / "boot-apart.trace")
    assert command(*files, "--json", "--show", "primary") == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert [run["file"] for run in runs] == [str(file) for file in files]
    assert [refused["line"] for refused in runs[0]["refused"]] == [19, 21, 25, 27]
    assert runs[0]["refused"][0]["why"] == "the unit is already active"
    assert runs[1]["show"].startswith("Failover On\n")
    assert command(*files) == 0
    assert capsys.readouterr().out.count("\n== ") == 1


def test_run_of_bad_input_prints_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TraceError):
        command(TRACES / "boot-apart.trace", write(tmp_path, "settle\n"))
    assert capsys.readouterr() == ("", "")


def test_the_example_with_groups_on_the_page_of_the_language_plays() -> None:
    root = TRACES.parent.parent
    page = (root / "docs" / "reference" / "traces.md").read_text("utf-8").split("## Failover groups")[1]
    text = "\n".join(line[4:] for line in page.splitlines() if line.startswith("    "))
    played = play(parse_trace(text, "docs/reference/traces.md"), read_config(root / "models" / "active-active.cfg"))
    assert played.records[0].statement == parse_trace(text, "docs/reference/traces.md").config
    assert [str(failure) for failure in played.failures] == []
    assert sum(len(record.claims) for record in played.records) == 6


def test_equal_runs_are_one_key() -> None:
    first, second = play_text(BOOT), play_text(BOOT)
    assert first == second and len({first, second}) == 1
