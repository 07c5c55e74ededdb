"""Every scenario goes the way that is known of it, to the last message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from failover_fsm.trace import run
from failover_fsm.trace.messages import TimedLog
from failover_fsm.trace.player import load, play
from tests.trace.ways import ROOT, TRACES, known, way

KNOWN = known()


@pytest.mark.parametrize("path", TRACES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_scenario_goes_its_way(path: Path) -> None:
    played = play(*load(path))
    found, wanted = [*way(played)], KNOWN[str(path.relative_to(ROOT))]
    other = next((at for at, pair in enumerate(zip(found, wanted, strict=False)) if pair[0] != pair[1]), None)
    assert other is None, (
        f"{path.relative_to(ROOT)} goes another way from its statement {other + 1} on: see it with failover-fsm run;"
        " if that is meant, python -m tests.trace.ways, and an entry in the CHANGELOG"
    )
    assert len(found) == len(wanted)


def test_the_file_has_no_scenario_that_is_gone() -> None:
    assert [*KNOWN] == [str(path.relative_to(ROOT)) for path in TRACES]


def test_a_message_that_no_scenario_expects_is_part_of_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    path = ROOT / "models" / "asymmetric-routing.trace"
    assert "311003" not in path.read_text(encoding="utf-8")
    told = run.messages_of

    def without(*given: Any) -> tuple[TimedLog, ...]:
        return tuple(each for each in told(*given) if each[1].number != 311003)

    monkeypatch.setattr(run, "messages_of", without)
    found, wanted = [*way(play(*load(path)))], KNOWN[str(path.relative_to(ROOT))]
    assert [one == other for one, other in zip(found, wanted, strict=True)].count(False) > 0
