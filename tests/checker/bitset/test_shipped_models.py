"""Both engines give the same report on every shipped model, byte for byte but the seconds."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest
from _pytest.mark import ParameterSet

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.model.scenario import Scenario
from tests.patience import PATIENT

MODELS = Path(__file__).parents[3] / "models"
SHIPPED = [path for folder in ("", "findings", "incidents") for path in sorted((MODELS / folder).glob("*.toml"))]

MOST = 1_700
"""Models with more states take the two engines five seconds and more; they are compared where that is asked for."""


QUICK = 600
"""Models with more states take the two engines more than a second together."""


def told(scenario: Scenario, engine: str) -> str:
    """The report as `check --json` prints it, without the seconds."""
    record = verify(scenario, engine=engine).to_dict()
    del record["seconds"]
    return json.dumps(record, indent=2)


def parameters() -> list[ParameterSet]:
    """The shipped models; those with more states than QUICK are slow."""
    return [
        pytest.param(
            path,
            id=str(path.relative_to(MODELS)),
            marks=[pytest.mark.slow] if dict(read_model(path).expect)["states"] > QUICK else [],
        )
        for path in SHIPPED
    ]


@pytest.mark.parametrize("path", parameters())
def test_both_engines_tell_the_same(path: Path) -> None:
    scenario = read_model(path)
    if scenario.topology is not None:
        pytest.skip("a pair with a topology is explored by the plain engine alone")
    if scenario.environment.lines:
        pytest.skip("a pair with command lines is explored by the plain engine alone")
    if scenario.beside:
        pytest.skip("a pair with a machine beside it is explored by the plain engine alone")
    if dict(scenario.expect)["states"] > MOST and not PATIENT:
        pytest.skip(f"more than {MOST} states; set FAILOVER_FSM_LONG_TESTS to compare all")
    assert told(scenario, "compiled") == told(scenario, "plain")


@pytest.mark.slow
def test_both_engines_tell_the_same_of_failover_groups() -> None:
    """The Active/Active models are larger than MOST; with fewer faults one is not."""
    scenario = read_model(MODELS / "active-active.toml")
    fewer = attrs.evolve(scenario.environment, faults=("power",), max_faults=1)
    if not PATIENT:
        fewer = attrs.evolve(fewer, operator=())
    scenario = attrs.evolve(scenario, environment=fewer, check=None, expect=())
    assert told(scenario, "compiled") == told(scenario, "plain")
