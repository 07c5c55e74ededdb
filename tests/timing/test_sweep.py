"""Hellos survived against outages."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm.pair.settings import Options, Settings
from failover_fsm.timing.survived import survived
from failover_fsm.timing.sweep import Point, sweep, sweep_record, sweep_text
from failover_fsm.timing.table import PAIR
from failover_fsm.timing.times import Times

SETTINGS = Settings(ports=PAIR)


@pytest.fixture(scope="module")
def points() -> tuple[Point, ...]:
    return tuple(sweep())


@pytest.mark.parametrize(("poll", "hold"), [(1000, 15_000), (200, 800), (1000, 3000), (15_000, 45_000), (300, 1000)])
def test_a_pair_survives_the_hellos_after_which_one_more_comes_before_the_end_of_the_hold_time(
    poll: int, hold: int
) -> None:
    """UHM-6: n lost hellos are survived if the next one, n + 1 polls after the last, is in time; a tie is a race."""
    by_hand = max(lost for lost in range(hold // poll + 1) if (lost + 1) * poll < hold)
    assert survived(SETTINGS, Times(poll=poll, hold=hold)) == by_hand


def test_hold_times_from_the_first_missed_hello_survive_one_hello_more() -> None:
    times = Times(poll=1000, hold=3000)
    assert survived(SETTINGS, attrs.evolve(times, from_first_missed=True)) == survived(SETTINGS, times) + 1


def test_the_front_is_what_no_other_setting_beats(points: tuple[Point, ...]) -> None:
    front = [point for point in points if point.best]
    assert 2 <= len(front) < len(points)
    for point in points:
        better = [other for other in front if other.outage <= point.outage and other.survived >= point.survived]
        assert better, point
    ordered = sorted(front, key=lambda point: point.outage)
    survivals = [point.survived for point in ordered]
    assert survivals == sorted(set(survivals))


def test_only_legal_settings_are_swept(points: tuple[Point, ...]) -> None:
    """CFG-43, CFG-44."""
    assert all(point.hold >= 3 * point.poll for point in points)
    assert {point.outage - point.hold for point in points} == {0}
    assert (900, 2) not in {(point.poll, point.hold) for point in points}


def test_text_and_data_say_the_same(points: tuple[Point, ...]) -> None:
    record = sweep_record(points)["settings"]
    assert len(record) == len(points) and record[0]["worst_outage"] == points[0].outage / 1000
    marked = [line for line in sweep_text(points).splitlines() if line.startswith("  *")]
    assert len(marked) == sum(point.best for point in points)


def test_a_setting_alone_is_as_it_is_among_others(points: tuple[Point, ...]) -> None:
    """Settings share what is known of the steps, which must not depend on the times."""
    (alone,) = sweep(polls=[5000], holds=[15_000])
    (same,) = (point for point in points if (point.poll, point.hold) == (5000, 15_000))
    assert (alone.outage, alone.survived) == (same.outage, same.survived)


def test_options_count() -> None:
    (shifted,) = sweep(Options(count_from="first-missed"), [1000], [15_000])
    assert shifted.outage == 16_000
