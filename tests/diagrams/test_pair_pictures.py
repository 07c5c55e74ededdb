"""Pairs explored by number for their pictures: the same steps as the model's, and pictures that can be read."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.cli import main
from failover_fsm.commands.progress import Progress
from failover_fsm.diagrams.machine.explored import TooMany, explored
from failover_fsm.model.core_steps import core_of
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.typed_model import model_of
from tests.pairs import SCENARIOS
from tests.patience import PATIENT

MODELS = Path(__file__).parents[2] / "models"
SHIPPED = [path for kind in ("cfg", "toml") for path in sorted(MODELS.glob(f"*.{kind}"))]
CHEAP = ("shutdown.toml",)
DRAWN = [path for path in SHIPPED if PATIENT or path.name in CHEAP]


def of(name: str) -> PairModel:
    """The model of one of SCENARIOS, or else of a shipped model file."""
    if name in SCENARIOS:
        return PairModel(*SCENARIOS[name])
    scenario = read_model(MODELS / f"{name}.toml")
    return model_of(scenario.settings, scenario.environment)


@pytest.mark.parametrize("name", ["obeying", *(["units", "sample", "groups"] if PATIENT else [])])
def test_the_steps_by_number_are_those_of_the_model(name: str) -> None:
    model = of(name)
    reached = list(model.initial_states())
    known, steps = set(reached), Counter[tuple[Any, ...]]()
    for state in reached:  # it grows meanwhile
        for event, after in model.successors(state):
            if core_of(after) != core_of(state):
                steps[core_of(state), type(event), core_of(after)] += 1
            if after not in known:
                known.add(after)
                reached.append(after)
    found, counted = explored(model, most=len(reached)), Counter[tuple[Any, ...]]()
    for way in found.ways:
        for event, core in way.steps:
            if core != way.core:
                counted[core_of(found.cores[way.core]), type(event), core_of(found.cores[core])] += way.count
    assert found.count == len(reached) and counted == steps
    with pytest.raises(TooMany):
        explored(model, most=len(reached) - 1)


@pytest.mark.parametrize("name", ["pauses", *(["shared-link", "one-way", "active-standby"] if PATIENT else [])])
def test_as_many_states_are_explored_as_the_model_file_pins(name: str) -> None:
    pinned = dict(read_model(MODELS / f"{name}.toml").expect)
    assert explored(of(name), most=300_000).count == pinned["states"]


def test_what_stands_beside_the_pair_is_said_to_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(MODELS / "asymmetric-routing.toml")
    assert main(["diagram", "pair", path, "--fold", "active"]) == 0
    out, err = capsys.readouterr()
    assert err == f"{path}: not drawn: [traffic], sessions and packets: a picture of a pair has the pair alone\n"
    assert "not drawn: [traffic], sessions and packets" in out


def test_how_long_the_rest_takes_is_told_where_the_model_file_pins_the_states(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = list[Progress]()
    monkeypatch.setattr(Progress, "__exit__", lambda self, *_: shown.append(self))
    for name in ("shutdown.toml", "one-interface.cfg"):
        assert main(["diagram", "pair", str(MODELS / name), "--fold", "active"]) == 0
    pinned = dict(read_model(MODELS / "shutdown.toml").expect)["states"]
    assert [line.total for line in shown if line.what == "exploring"] == [pinned, None]
    assert f"{pinned:,} explored states" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("dot") is None, reason="no Graphviz here")
@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.name)
def test_the_picture_of_a_shipped_pair_can_be_read_and_has_all_its_states(path: Path, tmp_path: Path) -> None:
    picture = tmp_path / "pair.svg"
    assert main(["diagram", "pair", str(path), "-o", str(picture)]) == 0
    text = picture.read_text()
    assert text.count('class="edge"') <= 2 * 40  # an arrow is a line to its label and one from it
    width = re.search(r'<svg width="(\d+)pt"', text)
    assert width is not None and int(width[1]) * 96 / 72 <= 1600
    if path.suffix == ".toml" and not (scenario := read_model(path)).beside and scenario.expect:
        assert f"{dict(scenario.expect)['states']:,} explored states" in text
