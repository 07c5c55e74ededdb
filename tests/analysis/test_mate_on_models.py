"""The option `mate_is_healthier` on every shipped model: the same promises hold, over as many states."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from tests.patience import PATIENT

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.toml"))
LONG = pytest.mark.skipif(not PATIENT, reason="set FAILOVER_FSM_LONG_TESTS: minutes")


@LONG
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_shipped_model_says_the_same_with_and_without_the_option(path: Path) -> None:
    """States are reached by other ways too, so only transitions are missing: hand-overs to a mate as bad."""
    scenario = read_model(path)
    if scenario.sessions is not None:
        pytest.skip("terminal sessions beside the pair: no promise of the pair is asked")
    pins = dict(scenario.expect)
    options = attrs.evolve(scenario.options, mate_is_healthier=True)
    report = verify(attrs.evolve(scenario, options=options, expect=()), engine="compiled")
    assert [answer.promise.id for answer in report.answers if answer.surprising] == []
    assert report.result.complete
    assert report.result.states == pins["states"] and report.result.transitions <= pins["transitions"]
