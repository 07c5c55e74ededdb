"""Times of a pair, the figures that follow from them, and how tables and sentences tell them."""

from __future__ import annotations

import pytest

from failover_fsm.config.records.criteria import InterfacePollTime, PollTime
from failover_fsm.config.records.failover_group import FailoverGroup
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import JOINING
from failover_fsm.timing.delay import LateLink, duration_of, late_record, late_text
from failover_fsm.timing.times import InterfaceTimes, Times, seconds
from failover_fsm.timing.within import Limit, limit_of

FIRST_MISSED = Options(count_from="first-missed", probe_after=3)

# -- the times of a pair -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0"), (10, "0.01"), (250, "0.25"), (999, "0.999"), (1000, "1"), (1001, "1.001"), (20_000, "20"),
     (100_500, "100.5")],
)  # fmt: skip
def test_seconds_have_no_more_decimals_than_needed(milliseconds: int, text: str) -> None:
    assert seconds(milliseconds) == text


def test_a_configuration_says_its_times() -> None:
    """CFG-28, CFG-40, CFG-41; defaults are 1/15 s and 5/25 s, and no delay of a preempt."""
    plain = Times(poll=1000, hold=15_000, interfaces=(InterfaceTimes(poll=5000, hold=25_000),), preempt=(0,))
    assert Times.of(PairConfig()) == Times.under(Options()) == Times() == plain
    slow, quick = PollTime(poll_ms=3000, hold_ms=9000), InterfacePollTime(poll_ms=500, hold_ms=8000)
    own = Times.of(PairConfig(unit_poll=slow, interface_poll=quick), FIRST_MISSED)
    expected = Times(
        poll=3000, hold=9000, interfaces=(InterfaceTimes(poll=500, hold=8000),), probe_after=3, from_first_missed=True
    )
    assert own == Times.under(FIRST_MISSED, slow, quick) == expected


def test_each_failover_group_has_times_of_its_own() -> None:
    """CFG-40, PRE-5."""
    slow, quick = InterfacePollTime(poll_ms=2000, hold_ms=10_000), InterfacePollTime(poll_ms=1000, hold_ms=5000)
    groups = (
        FailoverGroup(number=1, preempt=True, preempt_delay=60, interface_poll=slow),
        FailoverGroup(number=2),
    )
    found = Times.of(PairConfig(multiple_context=True, groups=groups, interface_poll=quick))
    assert found.interfaces == (InterfaceTimes(poll=2000, hold=10_000), InterfaceTimes(poll=5000, hold=25_000))
    assert found.preempt == (60_000, 0)


@pytest.mark.parametrize(
    ("poll", "hold", "test", "card"),
    [(500, 5000, 625, 2000), (5000, 25_000, 3125, 5000), (2000, 40_000, 5000, 2000), (15_000, 75_000, 5000, 15_000)],
)
def test_interface_tests_fit_into_half_of_the_hold_time_and_cards_are_looked_at_every_two_seconds(
    poll: int, hold: int, test: int, card: int
) -> None:
    """IFM-10 to IFM-13, T7-3."""
    times = InterfaceTimes(poll=poll, hold=hold)
    assert (times.test, times.card_poll) == (test, card)


def test_hold_times_from_the_first_missed_hello_begin_a_poll_later() -> None:
    """UHM-8, CFG-32."""
    two = (InterfaceTimes(poll=5000, hold=25_000), InterfaceTimes(poll=2000, hold=10_000))
    last, first = (Times(interfaces=two, from_first_missed=each) for each in (False, True))
    assert (last.silence, last.quiet(0), last.quiet(1)) == (15_000, 0, 0)
    assert (first.silence, first.quiet(0), first.quiet(1)) == (16_000, 5000, 2000)


def test_the_last_state_of_a_synchronisation_takes_what_is_left() -> None:
    times = Times().with_durations(synchronization=1003)
    assert [times.synchronization_in(phase) for phase in JOINING] == [250, 250, 250, 253]
    assert times.link_delay == 0 and times.with_durations(7).synchronization == 1003
    assert times.with_durations(7).with_durations(synchronization=0) == Times(link_delay=7, synchronization=0)


@pytest.mark.parametrize(
    ("times", "tick"),
    [
        (Times(), 125),  # 25 / 8 s, a network test
        (Times(interfaces=(InterfaceTimes(poll=5000, hold=75_000),)), 500),  # 37.5 s, half of the hold time
        (Times(interfaces=(InterfaceTimes(poll=5000, hold=80_000),)), 1000),
        (Times(interfaces=(InterfaceTimes(poll=5000, hold=80_000),), preempt=(300,)), 100),
        (Times(interfaces=(InterfaceTimes(poll=5000, hold=80_000),), synchronization=4006), 1),
        (Times(poll=600, interfaces=(InterfaceTimes(poll=5000, hold=80_000),)), 200),
    ],
)
def test_every_time_is_a_multiple_of_the_tick(times: Times, tick: int) -> None:
    assert times.tick == tick


ALWAYS = [
    "the pair is at rest when the fault comes, every timer in any phase; nothing is repaired",
    "hand-over messages and answers to probes take no time",
]


def test_the_assumptions_of_a_bound_are_told() -> None:
    assert [*Times().assumptions()] == [
        "unit poll 1 s, hold 15 s",
        "interface poll 5 s, hold 25 s; ports of a 4GE card are looked at every 5 s",
        "probes after 2 polls without a hello; hold times begin with the last hello that was heard",
        *ALWAYS,
    ]
    two = (InterfaceTimes(poll=500, hold=5000), InterfaceTimes(poll=3000, hold=15_000))
    assert [*Times(poll=200, hold=800, interfaces=two, probe_after=3, from_first_missed=True).assumptions()] == [
        "unit poll 0.2 s, hold 0.8 s",
        "interface poll of group 1 0.5 s, hold 5 s; ports of a 4GE card are looked at every 2 s",
        "interface poll of group 2 3 s, hold 15 s; ports of a 4GE card are looked at every 3 s",
        "probes after 3 polls without a hello; hold times begin with the first hello that is missed",
        *ALWAYS,
    ]


# -- a failover link with a delay ----------------------------------------------------------------------


def late(poll: int = 1000, hold: int = 15_000, *, asks: bool, probe_after: int = 2, **durations: int) -> LateLink:
    times = Times(poll=poll, hold=hold, probe_after=probe_after).with_durations(**durations)
    return LateLink(times=times, asks_on_data=asks)


@pytest.mark.parametrize(
    ("link", "asks_from", "takes_over_from", "failed_from", "false_from"),
    [
        (late(asks=True), 1000, 14_000, 1000, None),
        (late(asks=False), 1000, 14_000, None, 14_000),
        (late(1000, 3000, asks=True), 1000, 2000, 1000, None),
        (late(1000, 3000, asks=True, probe_after=3), 2000, 2000, None, 2000),  # asked when the hold time ends
        (late(1000, 3000, asks=True, probe_after=4), 2000, 2000, None, 2000),
    ],
)
def test_a_delay_that_grows_marks_the_link_failed_or_ends_a_hold_time(
    link: LateLink, asks_from: int, takes_over_from: int, failed_from: int | None, false_from: int | None
) -> None:
    """UHM-4, UHM-7, UHM-8: an answer on data keeps the standby from taking over, if it can come before the end."""
    assert (link.asks_from, link.takes_over_from) == (asks_from, takes_over_from)
    assert (link.link_failed_from, link.false_failover_from) == (failed_from, false_from)


def test_what_a_delay_does_is_told_in_words_and_as_data() -> None:
    quick = late(asks=True, link_delay=20, synchronization=30_000)
    assert [*late_text(quick)] == [
        "Failover link with a delay of up to 0.02 s: some loss by retransmission, above 10 ms (LNK-19)",
        "  - the active unit dies: takeover after 14 to 15.02 s",
        "  - forced: takeover after up to 0.04 s, up to 0.02 s of it with no unit active",
        "  - a delay that grows by 1 s or more can mark the failover link failed;",
        "    nobody takes over then, as long as the units answer each other on a data interface (UHM-4)",
        "Synchronisation of 30 s (SYN-7)",
        "  - no redundancy for 30 to 31.02 s after a unit has booted and looks for its peer",
    ]
    assert late_record(quick) == {
        "link_delay": {
            "delay": 0.02, "quality": "degraded", "link_marked_failed_from": 1, "false_failover_from": None,
            "active_unit_dies": [14, 15.02], "forced": 0.04, "forced_no_active": 0.02,
        },
        "join": {"synchronisation": 30, "without_redundancy": [30, 31.02]},
    }  # fmt: skip
    slow = late(asks=False, link_delay=251)
    head = next(late_text(slow))
    assert head.endswith("0.251 s: more than the 250 ms that are allowed (LNK-19)")
    assert [*late_text(slow)][3:-2] == ["  - a delay that grows by 14 s or more can make a false failover (UHM-8)"]
    record = late_record(slow)["link_delay"]
    assert (record["link_marked_failed_from"], record["false_failover_from"]) == (None, 14)
    assert next(late_text(late(asks=False))).endswith("0 s: optimal (LNK-19)")


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("10 ms", 10), (" 2 min ", 120_000), ("0.5 s", 500), ("1.25 s", 1250), ("0.007 s", 7), ("2.5 min", 150_000),
     ("0.05 min", 3000), ("12.0 ms", 12), ("0.001 min", 60), ("999999 s", 999_999_000)],
)  # fmt: skip
def test_a_duration_is_read_to_the_millisecond(text: str, milliseconds: int) -> None:
    assert duration_of(text) == milliseconds


@pytest.mark.parametrize(
    ("text", "said"),
    [("10", "wrong duration '10'"), ("1.5 ms", "duration '1.5 ms' is no whole number of milliseconds"),
     ("0.001 ms", "duration '0.001 ms' is no whole number of milliseconds")],
)  # fmt: skip
def test_a_wrong_duration_says_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        duration_of(text)
    assert str(caught.value) == f'{said}; allowed: "10 ms", "0.5 s", "2 min"'


# -- promises in time ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "most", "words", "rules"),
    [
        (
            "hellos-lost",
            "2 hellos",
            2,
            "2 hellos in a row may get lost on every channel without a takeover",
            ("UHM-6",),
        ),
        ("pause", "0.5 s", 500, "the active unit may hang for 0.5 s without a takeover", ("UHM-6",)),
        ("pause", "20ms", 20, "the active unit may hang for 0.02 s without a takeover", ("UHM-6",)),
        ("forced", "never", None, "the operator moves the active role: no takeover", ("TRG-4",)),
        ("forced", "1.25 s", 1250, "the operator moves the active role: takeover within 1.25 s", ("TRG-4",)),
        ("failover-link-lost", "0 s", 0, "the failover link is cut: takeover within 0 s", ("UHM-4", "UHM-7", "T2-4")),
        ("forced", "7.05s", 7050, "the operator moves the active role: takeover within 7.05 s", ("TRG-4",)),
    ],
)
def test_a_promise_in_time_is_read_and_told(
    name: str, value: str, most: int | None, words: str, rules: tuple[str, ...]
) -> None:
    limit = limit_of(name, value)
    assert limit == Limit(name, most)
    assert limit.description == words and limit.rules == rules


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("hellos-lost", "1.5 hellos", '"13 hellos"'),
        ("hellos-lost", "13", '"13 hellos"'),
        ("hellos-lost", "13 ms", '"13 hellos"'),
        ("hellos-lost", 13, '"13 hellos"'),
        ("pause", "never", '"15 s", "800 ms"'),
        ("pause", "1.5 ms", '"15 s", "800 ms"'),
        ("forced", "3 hellos", '"15 s", "800 ms", "never"'),
        ("forced", "1.5 ms", '"15 s", "800 ms", "never"'),
        ("forced", 15, '"15 s", "800 ms", "never"'),
        ("forced", "", '"15 s", "800 ms", "never"'),
    ],
)
def test_what_is_no_promise_in_time_says_what_would_be(name: str, value: object, allowed: str) -> None:
    with pytest.raises(ValueError) as caught:
        limit_of(name, value)
    assert str(caught.value) == f"{name} cannot be {value!r}; allowed: {allowed}"


def test_an_unknown_promise_is_told_its_neighbour() -> None:
    said = "^unknown condition 'force', did you mean forced; allowed: forced, "
    with pytest.raises(ValueError, match=said):
        limit_of("force", "1 s")
