"""Each extreme is shown by a scenario that replays, to the millisecond."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.criteria import InterfacePollTime, PollTime
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.settings import Options
from failover_fsm.reports.text.timing import ENDS, PairTimes, pair_times
from failover_fsm.trace.language import Advance, Do, parse_trace
from failover_fsm.trace.player import play
from failover_fsm.trace.writer import format_trace

ROOT = Path(__file__).parents[2]
CONFIG = read_config(ROOT / "models" / "active-standby.cfg")


def with_times(unit: tuple[int, int], interface: tuple[int, int]) -> PairConfig:
    return attrs.evolve(
        CONFIG,
        unit_poll=PollTime(poll_ms=unit[0], hold_ms=unit[1]),
        interface_poll=InterfacePollTime(poll_ms=interface[0], hold_ms=interface[1]),
    )


CASES = {
    "default": (CONFIG, Options()),
    "odd times": (with_times((333, 1000), (997, 7000)), Options()),
    "three polls": (with_times((1000, 3000), (15_000, 75_000)), Options(probe_after=3)),
    "groups": (read_config(ROOT / "models" / "active-active.cfg"), Options()),
    "first missed": (CONFIG, Options(count_from="first-missed")),
}


@pytest.fixture(scope="module", params=CASES)
def found(request: pytest.FixtureRequest) -> PairTimes:
    config, options = CASES[request.param]
    return pair_times("x.cfg", config, options)


@pytest.mark.slow
def test_every_extreme_replays_in_a_run_of_the_pair(found: PairTimes) -> None:
    shown = 0
    for each in found.measured:
        for end in ENDS:
            text = found.trace(each, end, ["x.cfg"])
            card = each.condition.id.endswith("4ge") and found.times.interfaces[0].poll < 2000
            assert (text is None) is (card or found.extremes(each) is None), (each.condition.id, end)
            if text is not None:
                shown += 1
                assert play(parse_trace(text, "t.trace"), found.config).failures == (), text
    assert shown >= 10


@pytest.mark.slow
def test_a_scenario_is_a_millisecond_from_its_bound_at_most(found: PairTimes) -> None:
    for each in found.measured:
        for end, extreme in zip(ENDS, found.extremes(each) or (), strict=False):
            scene = found.scene(each, end)
            assert scene is not None and abs(scene.elapsed - extreme.value) <= 1
            assert end != "worst" or scene.elapsed == extreme.value


def test_a_scenario_that_waits_a_millisecond_less_fails() -> None:
    found = pair_times("x.cfg", CONFIG)
    text = found.trace(found.measured[0], "worst", ["x.cfg"])
    assert text is not None
    trace = parse_trace(text, "t.trace")
    fault = next(i for i, each in enumerate(trace.statements) if isinstance(each, Do) and "failed" in str(each.event))
    statements = list(trace.statements)
    wait = statements[fault + 1]
    assert isinstance(wait, Advance)
    statements[fault + 1] = Advance(wait.milliseconds - 1)
    earlier = parse_trace(format_trace(attrs.evolve(trace, statements=tuple(statements))), "t.trace")
    assert len(play(earlier, CONFIG).failures) == 1
