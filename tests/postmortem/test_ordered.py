"""Lines that stand twice, and logs that are given in any order."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.evidence import Evidence, Observation
from failover_fsm.postmortem.ordered import in_order, is_again
from failover_fsm.postmortem.reading import read_evidence
from failover_fsm.postmortem.sources import Source
from failover_fsm.postmortem.tokens import Token
from failover_fsm.postmortem.watch import AlarmKind, Watch
from tests.postmortem.truth import ONE

CONFIG = PairConfig.from_asa(ONE)
GIVES = "Sep 28 2021 13:51:{:02} fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Other unit wants me Standby"
TAKES = "Sep 28 2021 13:51:{:02} fw1 : %ASA-1-104001: (Primary) Switching to ACTIVE - Set by the config command"
FAILED = "%ASA-1-105043: (Primary) Failover interface failed"


def lines(evidence: Evidence) -> list[str]:
    return [each.place for each in evidence.observations]


def read(**files: Iterable[str]) -> Evidence:
    sources = [Source(kind="log", name=name, text="\n".join(text)) for name, text in files.items()]
    return read_evidence(sources, CONFIG, Settings.of(CONFIG, Options()))


def test_a_line_that_comes_twice_is_taken_once_and_noted() -> None:
    evidence = read(log=[GIVES.format(1), GIVES.format(1), TAKES.format(1), GIVES.format(1), FAILED, FAILED])
    assert lines(evidence) == ["log:1", "log:3", "log:4", "log:5", "log:6"]  # without a time nothing says so
    (note,) = evidence.notes
    assert (note.place, note.cannot_be) == ("log:2", False)
    assert "1 line of the primary is there twice" in note.what
    assert (evidence.counts["set aside"], evidence.counts["lines of failover"]) == (1, 6)
    assert "set aside" not in read(log=[GIVES.format(1), GIVES.format(2)]).counts


def test_files_of_a_unit_are_put_in_the_order_of_their_times() -> None:
    """As the shell names rotated logs, the newest first; in a file whose clock goes back the order of lines counts."""
    evidence = read(fw=[TAKES.format(20)], fw1=[GIVES.format(10), TAKES.format(5), GIVES.format(11)])
    assert lines(evidence) == ["fw1:1", "fw1:2", "fw1:3", "fw:1"]
    evidence = read(fw=[TAKES.format(20)], fw1=[FAILED, GIVES.format(10)])
    assert lines(evidence) == ["fw:1", "fw1:1", "fw1:2"]


def test_the_files_of_two_servers_hold_each_line_once() -> None:
    whole = [GIVES.format(1), TAKES.format(1), GIVES.format(1), TAKES.format(9)]
    evidence = read(a=whole[:3], b=whole)
    assert lines(evidence) == ["a:1", "a:2", "a:3", "b:4"]
    assert "3 lines of the primary are there twice" in evidence.notes[0].what
    assert lines(read(a=whole, b=whole[1:])) == ["a:1", "a:2", "a:3", "a:4"]


def test_lines_of_which_nothing_is_known_are_never_one() -> None:
    seen = [
        Observation(source=source, line=1, text="", unit=Unit.PRIMARY, token=Token(number=104003))
        for source in ("a", "a", "b")
    ]
    assert (in_order(seen).seen, in_order(seen).again) == (tuple(seen), ())
    assert not is_again(None, None) and is_again(1, 1) and not is_again(1, 2)


@pytest.mark.parametrize("order", [(0, 0, 1, 1), (0, 1, 0, 1)])
def test_watch_takes_a_line_that_comes_twice_for_one(order: tuple[int, ...]) -> None:
    pair = (GIVES.format(1), TAKES.format(1).replace("Primary", "Secondary").replace("fw1", "fw2"))
    watch = Watch(CONFIG)
    alarms = [alarm.kind for at in order for alarm in watch.feed(pair[at])]
    assert alarms == [AlarmKind.NO_CAUSE]
    assert watch.feed(pair[1].replace("51:01", "51:02"))  # a second later it is another line


def test_a_file_whose_newest_line_comes_first_is_read_from_its_end() -> None:
    """As viewers show a log; a clock that is set back once, or lines without times, say nothing of that."""
    whole = [GIVES.format(1), TAKES.format(5), GIVES.format(7)]
    evidence = read(log=whole[::-1])
    assert lines(evidence) == ["log:3", "log:2", "log:1"]
    assert [(note.place, note.what) for note in evidence.notes] == [
        ("log:1", "the newest line comes first: read from its end")
    ]
    assert [each.token for each in evidence.observations] == [each.token for each in read(log=whole).observations]
    for kept in (whole, [whole[1], whole[0]], [*whole[1:], whole[0]], [*whole[::-1], FAILED]):
        assert lines(read(log=kept)) == [f"log:{number}" for number in range(1, len(kept) + 1)]
    assert lines(read(new=[TAKES.format(9)], old=whole[::-1])) == ["old:3", "old:2", "old:1", "new:1"]
    year = [
        GIVES.replace("Sep 28 2021 13:51:{:02}", when)
        for when in ("Dec 31 23:59:50", "Dec 31 23:59:59", "Jan 1 00:00:07")
    ]
    assert lines(read(log=year[::-1])) == ["log:3", "log:2", "log:1"], "over a new year that no line names"
    assert lines(read(a=whole[::-1], b=[GIVES.format(9), *whole[::-1]])) == ["a:3", "a:2", "a:1", "b:1"]
