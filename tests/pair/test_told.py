"""Scenarios on the live machines: the callbacks hear what is known of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.pair import live
from failover_fsm.trace.player import load, play
from tests.pair.told import ROOT, SAMPLE, known, told

KNOWN = known()


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_scenario_tells_the_same(path: Path) -> None:
    assert told(play(*load(path))) == KNOWN[str(path.relative_to(ROOT))], (
        "the callbacks hear something else; if that is meant, python -m tests.pair.told, and an entry in the CHANGELOG"
    )


def test_a_callback_that_is_not_called_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    path = SAMPLE[0]
    callbacks = live.LivePair._callbacks
    monkeypatch.setattr(live.LivePair, "_callbacks", lambda self, change: [*callbacks(self, change)][1:])
    assert told(play(*load(path))) != KNOWN[str(path.relative_to(ROOT))]
