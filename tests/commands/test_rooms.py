"""The picture of the rooms is current, and its arrows point down."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.commands.rooms import ROOT, dot, floors, imports, main, needed, sentence


@pytest.mark.slow
def test_the_committed_picture_is_current() -> None:
    committed = (ROOT / "docs" / "contributing" / "rooms.dot").read_text(encoding="utf-8")
    assert committed == dot(), "run python -m failover_fsm.commands.rooms"


@pytest.mark.slow
def test_every_arrow_points_to_a_lower_floor() -> None:
    floor_of = {room: number for number, floor in enumerate(floors()) for room in floor}
    arrows = [(room, other) for room in floor_of for other in imports(room)]
    assert len(arrows) > 30
    assert all(floor_of[room] < floor_of[other] for room, other in arrows)
    assert all(sentence(room) for room in floor_of)


def test_arrows_that_follow_from_others_are_left_out() -> None:
    arrows = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset[str]()}
    assert needed(arrows) == {"a": ("b",), "b": ("c",), "c": ()}


@pytest.mark.slow
def test_bad_arguments_are_refused_in_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["a", "b"]) == 2
    assert main([str(tmp_path / "none" / "rooms.dot")]) == 2
    kept = tmp_path / "pyproject.toml"
    kept.write_text("kept")
    assert main([str(kept)]) == 2 and kept.read_text() == "kept"
    assert len(capsys.readouterr().err.splitlines()) == 3
