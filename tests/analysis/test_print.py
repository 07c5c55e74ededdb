"""What a user of the library meets first: `print(report)` is short, and a wrong argument is one clear error."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm import ConfigError, Options, Pair, PairConfig, assess, check, play, verify
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


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: Options(suspension_ignores_silence="no"), ValueError, "cannot be 'no'; allowed: True, False"),
        (lambda: Options(mate_is_healthier=1), ValueError, "cannot be 1; allowed: True, False"),
        (lambda: Options(recovery="x"), ValueError, "^recovery cannot be 'x'; allowed: 'level', 'edge'$"),
        (lambda: Options(probe_after="3"), ValueError, "^probe_after cannot be '3'; allowed: 2, 3$"),
        (lambda: Environment(faults=""), ValueError, "^'' is a text; allowed: a list or tuple of words"),
        (lambda: Environment(operator="reset"), ValueError, "^'reset' is a text; allowed: a list or tuple"),
        (lambda: Environment(follow=""), ValueError, "^'' is a text; allowed: a list or tuple"),
        (lambda: Environment(sync_states="no"), ValueError, "sync_states cannot be 'no'; allowed: True, False"),
        (lambda: verify(config(PAIR)), TypeError, "verify: a Scenario is needed, not PairConfig"),
        (lambda: verify("x.toml"), TypeError, "verify: a Scenario is needed, not str"),
        (lambda: play("x.trace", config(PAIR)), TypeError, "play: a Trace is needed, not str"),
        (lambda: check(config(PAIR), max_states="3"), ValueError, "max_states must be a whole number"),
        (lambda: check(PAIR), ConfigError, "a text and no path; allowed: .* `PairConfig.from_asa`"),
        (lambda: assess(PAIR), ConfigError, "a text and no path; allowed: .* `PairConfig.from_asa`"),
        (lambda: PairConfig.from_asa("models/a.cfg"), ConfigError, "the name of a file, and no configuration"),
    ],
)
def test_a_value_that_would_mean_something_else_is_refused(call: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        call()
