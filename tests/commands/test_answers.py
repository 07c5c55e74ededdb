"""What commands answer about configurations that ship is what is known of it."""

from __future__ import annotations

import pytest

from failover_fsm.timing import times
from tests.commands.answers import COMMANDS, answer, known

KNOWN = known()


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_answers_as_before(command: str) -> None:
    assert answer(command) == KNOWN[command], (
        "see it with failover-fsm; if that is meant, python -m tests.commands.answers, and an entry in the CHANGELOG"
    )


def test_the_file_has_no_command_that_is_gone() -> None:
    assert tuple(KNOWN) == COMMANDS


def test_a_time_that_no_test_expects_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    command, write = COMMANDS[2], times.seconds
    assert answer(command) == KNOWN[command]
    monkeypatch.setattr(times, "seconds", lambda milliseconds: write(milliseconds + 1))
    assert answer(command) != KNOWN[command]
