"""What a user of the library meets first: `print(report)` is short, and a wrong argument is one clear error."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm import Pair, PairConfig, check, verify
from failover_fsm.checker import Verdict
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from tests.assessment.pairs import PAIR, config


def test_a_report_prints_as_its_short_form() -> None:
    lines = str(check(config(PAIR), faults=0)).splitlines()
    assert lines[0] == "edge: HOLDS" and lines[1].startswith("  promises: ") and " holds" in lines[1]
    assert len(lines) == 3 and lines[2].endswith(" states")


def test_a_violated_promise_a_pin_and_a_limit_are_said() -> None:
    scenario = Scenario(title="t\x1b", config=config(PAIR), environment=Environment(faults=(), operator=()))
    report = verify(attrs.evolve(scenario, check=("converges",)), max_states=5)
    assert str(report).splitlines()[0] == "t\\x1b: UNDECIDED" and "stopped early: max_states" in str(report)
    (answer,) = report.answers
    wrong = attrs.evolve(
        report, answers=(attrs.evolve(answer, verdict=Verdict.VIOLATED),), wrong_pins=(("states", 1, 2),)
    )
    assert "\n  converges: After the last fault" in str(wrong) and "pinned states = 1, found 2" in str(wrong)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: PairConfig.from_asa(None), "PairConfig.from_asa: a text is needed, not NoneType"),
        (lambda: PairConfig.from_asa(b"failover"), "PairConfig.from_asa: a text is needed, not bytes"),
        (lambda: Pair.cold("x"), "Pair.cold: a PairConfig is needed, not str"),
        (lambda: Pair.cold(config(PAIR)).step("x"), r"Pair.step: an event is needed.*, not 'x'"),
        (lambda: Pair.cold(config(PAIR)).step(None), r"Pair.step: an event is needed.*, not None"),
    ],
)
def test_a_wrong_argument_is_one_clear_error(call: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        call()
