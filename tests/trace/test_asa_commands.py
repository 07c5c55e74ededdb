"""Commands in ASA words by unit: the same events as the trace language has, and no guess that makes another command."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.commands.whatif import OUTSIDE, parsed, usable
from failover_fsm.config.values.suggestions import nearest_name
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import StatefulLink
from failover_fsm.pair.states import Unit
from failover_fsm.pair.typed_commands import EVENT_LINES
from failover_fsm.topology import figure
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.lines import TraceError
from tests.pairs import settings

MODELS = Path(__file__).parents[2] / "models"
Capture = pytest.CaptureFixture[str]


def read(line: str) -> e.Event:
    (event,) = parse_trace(f"config a.cfg\n{line}\n").events
    return event


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("secondary: failover active", e.FailoverActive(unit=Unit.SECONDARY)),
        ("primary: failover active group 2", e.FailoverActive(unit=Unit.PRIMARY, group=2)),
        ("primary: no failover active group 1", e.NoFailoverActive(unit=Unit.PRIMARY, group=1)),
        ("primary:failover reset", e.FailoverReset(unit=Unit.PRIMARY)),
        ("primary: no failover", e.FailoverDisabled(unit=Unit.PRIMARY)),
        ("primary: Failover", e.FailoverEnabled(unit=Unit.PRIMARY)),
        ("primary: write standby  # by hand", e.WriteStandby(unit=Unit.PRIMARY)),
        ("secondary: reload", e.Reload(unit=Unit.SECONDARY)),
        ("reload unit=secondary", e.Reload(unit=Unit.SECONDARY)),
    ],
)
def test_a_command_stands_as_it_is_typed(line: str, event: e.Event) -> None:
    assert read(line) == event


def test_every_command_but_those_of_the_configuration_has_its_words() -> None:
    assert set(EVENT_LINES.values()) == set(e.COMMANDS) - {e.CommandEntered}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "failover active",
            "`failover active` without its unit; allowed: primary: failover active, secondary: failover",
        ),
        ("failover active group 2", "allowed: primary: failover active group 2, secondary: failover active group 2"),
        ("no failover", "allowed: primary: no failover, secondary: no failover"),
        ("failover activ", "`failover activ` without its unit; allowed: primary:, secondary: before failover active"),
        ("write mem", "`write mem` without its unit"),
        ("secondry: failover active", "`secondry` is no unit, did you mean secondary; allowed: primary: COMMAND"),
        ("standby: failover active", "`standby` is no unit; allowed: primary: COMMAND, secondary: COMMAND"),
        (
            "primary: failover actve",
            "no command `failover actve` here, did you mean failover active; allowed: failover",
        ),
        ("primary: reset", "no command `reset` here; allowed: failover active"),
        ("primary:", "no command"),
        ("primary: hostname x", 'any other as command_entered unit=primary text="..."'),
        ("primary: failover active group 3", "group cannot be `3`; allowed: 1, 2"),
        ("primary: reload group 1", "`reload` takes no group; allowed: primary: reload"),
    ],
)
def test_what_is_no_command_is_one_line_and_no_guess(line: str, message: str) -> None:
    with pytest.raises(TraceError) as caught:
        read(line)
    assert message in str(caught.value)


@pytest.mark.parametrize("word", ["failover", "failover_standby", "failover_on", "no_failover", "interface_failed"])
def test_no_name_is_guessed_that_is_not_very_near(word: str) -> None:
    assert nearest_name(word, (kind.word() for kind in e.EVENTS)) == ""


@pytest.mark.parametrize(
    ("word", "meant"),
    [("failover_activ", "failover_active"), ("failover_rest", "failover_reset"), ("unit_fails", "unit_failed")],
)
def test_a_slip_of_the_pen_is_named(word: str, meant: str) -> None:
    assert nearest_name(word, (kind.word() for kind in e.EVENTS)) == f", did you mean {meant}"


def test_whatif_offers_what_can_happen_in_the_pair() -> None:
    assert parsed("secondary: failover active; failover_link_failed")[0].event == e.FailoverActive(unit=Unit.SECONDARY)
    with pytest.raises(TraceError) as caught:
        parsed("hello_hear unit=primary")
    assert "did you mean" not in str(caught.value), "a protocol step cannot stand there"
    assert not any(kind.word() in str(caught.value) for kind in e.PROTOCOL_STEPS)
    assert "settle" not in str(caught.value)
    alone = set(usable(settings(1)))
    assert set(OUTSIDE) - alone == {
        e.ElementFailed, e.ElementRestored, e.StatefulLinkFailed, e.StatefulLinkRestored}  # fmt: skip
    wired = figure("figure-13-1", ("outside",)).laid(settings(1, stateful=StatefulLink.DEDICATED))
    assert set(usable(wired)) == set(OUTSIDE)


def test_a_trace_with_typed_commands_plays(tmp_path: Path, capsys: Capture) -> None:
    trace = tmp_path / "typed.trace"
    trace.write_text(
        f"config {MODELS / 'active-standby.cfg'}\nunit_restored unit=primary\nunit_restored unit=secondary\nsettle\n"
        "secondary: failover active\nsettle\nexpect active=secondary\n",
        encoding="utf-8",
    )
    assert main(["run", str(trace)]) == 0
    assert main(["whatif", str(MODELS / "active-standby.cfg"), "--after", "secondary: failover active", "--json"]) == 0
    assert '"failover_active unit=secondary"' in capsys.readouterr().out
