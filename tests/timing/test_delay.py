"""The delay of the failover link and the length of a synchronisation: the figures are what the timed player shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.config.records.criteria import PollTime
from failover_fsm.pair.settings import Options
from failover_fsm.timing.delay import LateLink, duration_of
from failover_fsm.timing.times import Times, seconds
from failover_fsm.trace.language import TraceError, parse_trace
from failover_fsm.trace.player import load, play
from tests.services.test_beside import other
from tests.trace.wrong_claims import hold_every_claim_wrong

ROOT = Path(__file__).parents[2]
TRACES = sorted((ROOT / "tests" / "traces" / "late").glob("*.trace"))
ALONE = ROOT / "tests" / "traces" / "late" / "one-interface-down.cfg"

BOOT = "unit_restored unit=primary\nadvance seconds=50\nunit_restored unit=secondary\nadvance seconds=50\n"


def late(
    poll: int = 1000, hold: int = 15_000, *, asks: bool = True, delay: int = 0, options: Options | None = None
) -> LateLink:
    times = Times.under(options or Options(), PollTime(poll_ms=poll, hold_ms=hold)).with_durations(delay)
    return LateLink(times=times, asks_on_data=asks)


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_a_scenario_does_what_it_expects(path: Path) -> None:
    trace, config, _ = load(path)
    assert [str(failure) for failure in play(trace, config).failures] == []


def test_wrong_expectations_fail() -> None:
    hold_every_claim_wrong(TRACES[0], other)


@pytest.mark.parametrize(
    ("delay", "quality"),
    [(0, "optimal"), (10, "optimal"), (11, "degraded"), (250, "degraded"), (251, "unsupported")],
)
def test_the_chapter_classifies_delays(delay: int, quality: str) -> None:
    assert late(delay=delay).quality == quality  # LNK-19; exactly 10 ms is taken as optimal


def grown(growth: int, config: Path, *, poll: str = "") -> tuple[bool, bool]:
    """Whether the failover link is ever marked failed, and whether both units are active, after the delay has grown."""
    text = f"config {config}\n{BOOT}link_delay seconds={seconds(growth)}\n"
    looks = 80
    text += "advance seconds=0.25\nexpect unit=secondary failover_link=up\nexpect dual_active=no\n" * looks
    failures = play(parse_trace(text, str(config)), load_config(config)).failures
    return any(each.claim == "failover_link" for each in failures), any(
        each.claim == "dual_active" for each in failures
    )


def load_config(path: Path):  # type: ignore[no-untyped-def]  # a PairConfig
    from failover_fsm.config.asa.files import read_config

    return read_config(path)


def test_a_growth_beyond_the_limit_makes_a_false_failover_and_one_up_to_it_does_not() -> None:
    limit = late(asks=False).false_failover_from
    assert limit == 14_000
    assert grown(limit, ALONE) == (False, False)
    assert grown(limit + 1, ALONE)[1]


def test_with_answers_on_data_the_link_is_marked_failed_and_nobody_takes_over() -> None:
    found = late()
    assert (found.link_failed_from, found.false_failover_from) == (1000, None)
    pair = ROOT / "tests" / "traces" / "pair.cfg"
    assert grown(1000, pair) == (False, False)
    assert grown(1250, pair) == (True, False)
    assert grown(14_500, pair) == (True, False)


def test_the_fastest_poll_reaches_its_limit_within_what_is_allowed() -> None:
    fastest = late(200, 800)
    assert fastest.link_failed_from == 200 and fastest.takes_over_from == 600
    three = late(333, 1000, options=Options(probe_after=3))
    assert three.link_failed_from == 666 and three.false_failover_from is None
    first = late(options=Options(count_from="first-missed"))
    assert first.takes_over_from == 15_000


def test_a_dead_unit_and_a_hand_over_take_the_delay() -> None:
    found = late(delay=200)
    assert found.dies == (14_000, 15_200) and found.forced == (400, 200)
    assert found.join == (4000, 5200)


@pytest.mark.parametrize(
    ("text", "milliseconds"), [("10 ms", 10), ("0.5 s", 500), ("2 min", 120_000), ("0.25 min", 15_000), ("3 s", 3000)]
)
def test_durations(text: str, milliseconds: int) -> None:
    assert duration_of(text) == milliseconds


@pytest.mark.parametrize("text", ["", "10", "ms", "1.5 ms", "-1 s", "1,5 s", "1 h", "1.2345 s", "9999999 s", "1. s"])
def test_wrong_durations(text: str) -> None:
    with pytest.raises(ValueError, match="; allowed: "):
        duration_of(text)


def test_a_synchronisation_is_as_long_as_given() -> None:
    times = Times().with_durations(synchronization=10)
    from failover_fsm.pair.states import JOINING

    assert [times.synchronization_in(phase) for phase in JOINING] == [2, 2, 2, 4]


def test_a_delay_stands_in_timed_traces_only() -> None:
    text = "config x.cfg\nunit_restored unit=primary\nlink_delay seconds=1\n"
    with pytest.raises(TraceError, match="a time in a trace without time"):
        play(parse_trace(text), load_config(ALONE))
    with pytest.raises(TraceError, match="wrong arguments for `link_delay`"):
        parse_trace("config x.cfg\nlink_delay 10\n")


def test_times_says_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["times", str(ALONE), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["link_delay"]["false_failover_from"] == 14 and record["join"]["without_redundancy"] == [4, 5]
    model = tmp_path / "m.toml"
    model.write_text(f'title = "t"\nconfig = "{ALONE}"\n[times]\nlink-delay = "20 ms"\nsynchronisation = "30 s"\n')
    assert main(["times", str(model), "--link-delay", "300 ms"]) == 0
    out = capsys.readouterr().out
    assert "0.3 s: more than the 250 ms that are allowed (LNK-19)" in out and "Synchronisation of 30 s (SYN-7)" in out
    assert "grows by 14 s or more can make a false failover" in out


@pytest.mark.parametrize(
    "options", [["--link-delay", "fast"], ["--synchronisation", "9"], ["--table-13-7", "--link-delay", "1 ms"]]
)
def test_times_refuses(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    file = [] if "--table-13-7" in options else [str(ALONE)]
    assert main(["times", *file, *options]) == 2
    assert "allowed: " in capsys.readouterr().err
