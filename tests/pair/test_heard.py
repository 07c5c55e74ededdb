"""Where a unit takes no row on what it hears nothing follows for the pair: the short way of `step` is the whole one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from failover_fsm.pair.step import next_state
from tests.pairs import explored

STEP: Any = import_module("failover_fsm.pair.step")  # `failover_fsm.pair.step` is also the name of a function


@pytest.mark.parametrize("name", ["units", "synchronisation", "commands"])
def test_what_a_unit_only_notes_has_no_consequence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = explored(name)
    heard = [
        (state, event, next_state(state, run.whole.settings, event))
        for state in run.states[::2]
        for event in run.whole.events(state)
        if isinstance(event, STEP._HEARD)
    ]
    monkeypatch.setattr(STEP, "_HEARD", ())
    assert len(heard) > 100
    for state, event, after in heard:
        assert next_state(state, run.whole.settings, event) == after, event
