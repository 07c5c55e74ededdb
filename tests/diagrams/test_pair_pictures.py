"""Pairs explored by number for their pictures: the same steps as the model's, and pictures that can be read."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.commands.check import scenario_of
from failover_fsm.diagrams import pair_diagram, to_dot
from failover_fsm.diagrams.machine.explored import TooMany, explored
from failover_fsm.diagrams.style.render import render
from failover_fsm.model.pair_model import PairModel, core_of
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
    return PairModel(scenario.settings, scenario.environment)


@pytest.mark.parametrize("name", ["shutdown", *(["units", "sample", "groups"] if PATIENT else [])])
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


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("dot") is None, reason="no Graphviz here")
@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.name)
def test_the_picture_of_a_shipped_pair_can_be_read(path: Path) -> None:
    scenario = scenario_of(str(path))
    drawn = pair_diagram(PairModel(scenario.settings, scenario.environment), title=scenario.title)
    assert len(drawn.arrows()) <= 40
    width = re.search(r'<svg width="(\d+)pt"', render(to_dot(drawn), "svg").decode())
    assert width is not None and int(width[1]) * 96 / 72 <= 1600
