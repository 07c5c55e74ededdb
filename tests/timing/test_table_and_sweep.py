"""The cells of Table 13-7 and the points of the sweep: what is asked of each setting, and how the answers are told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from failover_fsm.config.records.criteria import PollTime
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.timing import sweep as sweeping
from failover_fsm.timing import table
from failover_fsm.timing.sweep import Point, own_point, sweep, sweep_record, sweep_text
from failover_fsm.timing.table import FailoverTimeCell, table_13_7
from failover_fsm.timing.times import Times

FIRST_MISSED = Options(count_from="first-missed", probe_after=3)

# -- table 13-7 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("best", "worst", "words"),
    [
        (10, 20, "the worst case"),
        (20, 30, "the best case"),
        (10, 30, "in between"),
        (10, 19, "outside the range"),
        (21, 30, "outside the range"),
        (20, 20, "the worst case"),
    ],
)
def test_a_figure_of_the_chapter_is_explained(best: int, worst: int, words: str) -> None:
    cell = FailoverTimeCell(rule="T7-1", condition="c", column="default", chapter=20, best=best, worst=worst)
    assert cell.explained == words and cell.is_worst_case is (words == "the worst case")


def outcome(best: int, worst: int) -> Any:
    return SimpleNamespace(best=SimpleNamespace(value=best), worst=SimpleNamespace(value=worst))


@pytest.mark.parametrize("options", [None, FIRST_MISSED])
def test_the_table_asks_for_twelve_takeovers_and_no_detection(
    options: Options | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T7-1 to T7-4, each at the least (CFG-29, CFG-42), the default and the greatest settings (CFG-30, CFG-44)."""
    asked: list[Any] = []

    def measured(condition: Any, settings: Settings, times: Times, *, detection: bool) -> Any:
        asked.append((settings, times))
        assert not detection, "which takes as long again, and is not shown"
        return SimpleNamespace(takeover=outcome(times.poll, times.interfaces[0].hold))

    monkeypatch.setattr(table, "measure", measured)
    cells = [*table_13_7(options)]
    assert [(each.rule, each.condition, each.column, each.chapter) for each in cells] == [
        ("T7-1", "active-unit-dies", "minimum", 800),
        ("T7-1", "active-unit-dies", "default", 15_000),
        ("T7-1", "active-unit-dies", "maximum", 45_000),
        ("T7-2", "interface-link-down", "minimum", 500),
        ("T7-2", "interface-link-down", "default", 5000),
        ("T7-2", "interface-link-down", "maximum", 15_000),
        ("T7-3", "interface-link-down-4ge", "minimum", 2000),
        ("T7-3", "interface-link-down-4ge", "default", 5000),
        ("T7-3", "interface-link-down-4ge", "maximum", 15_000),
        ("T7-4", "interface-silent", "minimum", 5000),
        ("T7-4", "interface-silent", "default", 25_000),
        ("T7-4", "interface-silent", "maximum", 75_000),
    ]
    assert [(each.best, each.worst) for each in cells] == [(200, 5000), (1000, 25_000), (15_000, 75_000)] * 4
    for settings, times in asked:
        assert settings.options == (options or Options()) and len(settings.counted) == 2
        assert (times.from_first_missed, times.probe_after) == ((False, 2) if options is None else (True, 3))


# -- the sweep -----------------------------------------------------------------------------------------

SURVIVED = {
    (200, 800): 2, (200, 3000): 1, (200, 5000): 1, (200, 6000): 1, (500, 3000): 4, (500, 5000): 4, (500, 6000): 4,
    (900, 3000): 1, (1000, 3000): 1, (1000, 5000): 3, (1000, 6000): 5, (2000, 6000): 1,
}  # fmt: skip
"""By poll and hold time, hellos that are survived: made up, so that some settings beat others."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The sweep with an outage as long as the hold time, and these hellos survived; which options were used."""
    found: list[Any] = []

    def measured(condition: Any, settings: Settings, times: Times, *, known: Any, detection: bool) -> Any:
        assert condition.id == "active-unit-dies" and not detection and len(settings.counted) == 2
        found.append((settings.options, times.from_first_missed, known))
        return SimpleNamespace(no_active=outcome(times.silence - times.poll, times.silence))

    def survived(settings: Settings, times: Times, known: Any) -> int:
        assert known is found[-1][2], "what was computed for one is known to the other"
        return SURVIVED[times.poll, times.hold]

    monkeypatch.setattr(sweeping, "measure", measured)
    monkeypatch.setattr(sweeping, "survived", survived)
    return found


def point(poll: int, hold: int, outage: int, kept: int, pause: int, *, best: bool = False) -> Point:
    return Point(poll=poll, hold=hold, outage=outage, survived=kept, pause=pause, best=best)


def test_the_sweep_marks_what_no_other_setting_beats(asked: list[Any]) -> None:
    """Combinations that a device refuses are left out: a hold time is at least three polls (CFG-43, CFG-44)."""
    told: list[tuple[int, int]] = []
    polls, holds = (200, 500, 1000, 2000), (800, 3000, 5000, 6000)
    found = [*sweep(None, polls, holds, lambda done, total: told.append((done, total)))]
    every = [(200, 800), (200, 3000), (200, 5000), (200, 6000), (500, 3000), (500, 5000), (500, 6000),
             (1000, 3000), (1000, 5000), (1000, 6000), (2000, 6000)]  # fmt: skip
    assert [(each.poll, each.hold) for each in found] == every
    assert told == [(done, 11) for done in range(11)]
    assert {(each.poll, each.hold) for each in found if each.best} == {(200, 800), (500, 3000), (1000, 6000)}
    assert found[4] == point(500, 3000, 3000, 4, 2499, best=True)
    assert {(options, first) for options, first, _ in asked} == {(Options(), False)}


def test_two_settings_that_are_as_good_are_both_best(asked: list[Any]) -> None:
    assert [each.best for each in sweep(None, (1000, 2000), (3000, 6000)) if each.survived == 1] == [True, False]
    assert [each.best for each in sweep(None, (900, 1000), (3000,))] == [True, True]
    assert [each.best for each in sweep(None, (500, 1000), (3000,))] == [True, False], "more, with the same outage"


def test_the_sweep_is_made_under_the_options_of_the_pair(asked: list[Any]) -> None:
    assert [*sweep(FIRST_MISSED, (1000,), (3000,))] == [point(1000, 3000, 4000, 1, 2999, best=True)]
    assert [(options, first) for options, first, _ in asked] == [(FIRST_MISSED, True)]


def test_the_own_point_of_a_pair_is_that_of_its_unit_times(asked: list[Any]) -> None:
    config = PairConfig(unit_poll=PollTime(poll_ms=1000, hold_ms=5000))
    assert own_point(config) == point(1000, 5000, 5000, 3, 3999)
    assert own_point(config, FIRST_MISSED) == point(1000, 5000, 6000, 3, 4999)
    assert [(options, first) for options, first, _ in asked] == [(Options(), False), (FIRST_MISSED, True)]


POINTS = [point(300, 1000, 1000, 2, 699, best=True), point(1000, 15_000, 15_000, 13, 13_999)]


def test_the_sweep_is_told_as_a_table() -> None:
    head = [
        "Worst outage after the active unit died, against hellos in a row that may get lost on every channel, and the",
        "longest pause of the active unit without a takeover",
        "",
        "      poll    hold  worst outage  hellos survived  pause survived  hellos a second",
        "  *    0.3       1             1                2           0.699             3.33",
        "         1      15            15               13          13.999             1.00",
        "",
        "Times in seconds.  * no other setting is as short and survives more, or survives as much and is shorter.",
    ]
    own = "This pair: poll 1, hold 15: worst outage 15, 13 hellos survived."
    assert sweep_text(POINTS) == "\n".join(head) + "\n"
    assert sweep_text(POINTS, POINTS[1]) == "\n".join([*head, own]) + "\n"


def test_the_sweep_is_told_as_data_in_seconds() -> None:
    assert sweep_record(POINTS) == {
        "settings": [
            {"poll": 0.3, "hold": 1, "worst_outage": 1, "hellos_survived": 2, "pause_survived": 0.699,
             "hellos_per_second": 3.333, "best": True},
            {"poll": 1, "hold": 15, "worst_outage": 15, "hellos_survived": 13, "pause_survived": 13.999,
             "hellos_per_second": 1, "best": False},
        ]
    }  # fmt: skip
