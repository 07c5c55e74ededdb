"""Both engines give the same report on every shipped model, byte for byte but the seconds."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify

MODELS = Path(__file__).parents[3] / "models"
SHIPPED = [path for folder in ("", "findings", "incidents") for path in sorted((MODELS / folder).glob("*.toml"))]

PATIENT = "FAILOVER_FSM_LONG_TESTS" in os.environ
MOST = 25_000
"""Models with more states take the plain engine half a minute each; they are compared where that is asked for."""


QUICK = 600
"""Models with more states take the two engines more than a second together."""


def told(path: Path, engine: str) -> str:
    """The report as `check --json` prints it, without the seconds."""
    record = verify(read_model(path), engine=engine).to_dict()
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
        pytest.skip(f"a pair with {scenario.beside} is explored by the plain engine alone")
    if dict(scenario.expect)["states"] > MOST and not PATIENT:
        pytest.skip(f"more than {MOST} states; set FAILOVER_FSM_LONG_TESTS to compare all")
    assert told(path, "compiled") == told(path, "plain")
