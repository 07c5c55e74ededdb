"""The messages of all shipped traces: all that the table has a cause for occur, and are read as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.device.messages import Message, message_line, read_line, read_log
from failover_fsm.pair.outputs import SystemLog
from failover_fsm.templates.messages.kind import Prefix
from failover_fsm.templates.messages.table import MESSAGES
from failover_fsm.trace import run as trace_run
from failover_fsm.trace.messages import message_lines
from failover_fsm.trace.player import load, play

ROOT = Path(__file__).parents[3]
TRACES = sorted(path for folder in ("models", "tests/traces") for path in (ROOT / folder).rglob("*.trace"))


@pytest.fixture(scope="module")
def logged() -> list[tuple[int | None, SystemLog]]:
    """All system messages of all shipped traces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trace_run, "other_endings", lambda *_: set())  # they cost time and log nothing
        runs = [play(*load(path)) for path in TRACES]
    return [each for run in runs for record in run.records for each in record.messages]


def test_what_a_run_writes_is_read_as_it_was(logged: list[tuple[int | None, SystemLog]]) -> None:
    log = read_log("\n".join(message_lines(logged)))
    assert log.unread == ()
    assert len(log) == len(logged) > 10_000
    for message, (_, written) in zip(log, logged, strict=True):
        assert message.host == written.unit.value
        assert (message.number, message.severity, message.text) == (written.number, written.severity, written.text)
        if message.kind.prefix is not Prefix.NONE:
            assert (message.unit, message.group) == (written.unit, written.group)
        assert message.kind.write(**message.fields) == written.text
        assert not message.has_unknown_reason, str(written)


def test_reading_a_written_message_changes_nothing(logged: list[tuple[int | None, SystemLog]]) -> None:
    for line in dict.fromkeys(str(written) for _, written in logged):
        message = read_line(line)
        assert isinstance(message, Message)
        assert message_line(message) == line


def test_events_print_all_messages_that_have_a_cause_and_no_others(logged: list[tuple[int | None, SystemLog]]) -> None:
    printed = {written.number for _, written in logged}
    assert printed == {number for number, kind in MESSAGES.items() if not kind.set_aside}
