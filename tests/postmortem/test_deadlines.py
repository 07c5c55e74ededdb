"""Times restrict the search: what hold times exclude is not offered, and what they allow is found."""

from __future__ import annotations

import math
import random

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair import events as e
from failover_fsm.pair.health import hears_on_link
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import PeerContact, Unit
from failover_fsm.postmortem.beginnings import starts_of
from failover_fsm.postmortem.clocks import ClockBounds, Late, first_late, order_of
from failover_fsm.postmortem.deadlines import Deadlines, longest
from failover_fsm.postmortem.evidence import Observation, Track, logged_tracks
from failover_fsm.postmortem.explain import Answer, Judgement, explain
from failover_fsm.postmortem.explanations import explanations_of
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Cost, Matching
from failover_fsm.postmortem.reading import read_evidence
from failover_fsm.postmortem.search import Search
from failover_fsm.postmortem.sources import Source
from failover_fsm.postmortem.steps import Move, PairSteps
from failover_fsm.reports.html.postmortem import postmortem_page
from failover_fsm.reports.text.postmortem import answer_record, answer_text
from failover_fsm.timing.times import Times
from tests.patience import PATIENT
from tests.postmortem.truth import LINK, ONE, numbers_up_to, steps_of

LINK_FELL = "Sep 28 2021 12:{} fw2 : %ASA-1-105032: LAN Failover interface is down\n"
TOOK = "Sep 28 2021 12:{} fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate.\n"
PORT_FELL = "Sep 28 2021 12:{} fw1 : %ASA-4-411002: Line protocol on Interface inside, changed state to down\n"
GAVE = "Sep 28 2021 12:{} fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Interface check, mate is healthier\n"


FAULTS = {LINK: ("power", "failover-link"), ONE: ("power", "ports")}


def asked(config_text: str, logs: dict[Unit, str], *, timed: bool = True, most: int | None = None) -> Answer:
    """What explains the logs of the units."""
    config = PairConfig.from_asa(config_text)
    sources = [Source(kind="log", name=unit.value, text=text, unit=unit) for unit, text in logs.items()]
    evidence = read_evidence(sources, config, Settings.of(config, Options()))
    steps = steps_of(config_text, FAULTS[config_text], ("failover-active", "reload"))
    return explain(config, evidence, steps=steps, timed=timed, most=most)


def sets(answer: Answer) -> set[tuple[str, ...]]:
    return {each.set for each in answer.explanations}


def test_a_takeover_long_after_the_hold_time_needs_another_cause() -> None:
    """No data interface: the failover link falls, and the peer would be given up 15 s later, not ten minutes."""
    logs = {Unit.SECONDARY: LINK_FELL.format("00:00") + TOOK.format("10:00")}
    free = asked(LINK, logs, timed=False)
    assert sets(free) == {("failover_link_failed",)}
    late = "secondary:2 comes 583 s or more too late after secondary:1"
    for said in (answer_text(free), postmortem_page(free, title="")):
        assert f"Times: {late}; --timed looks for what fits" in " ".join(said.split())
    assert answer_record(free)["explanations"][0]["late"] == [late]
    timed = asked(LINK, logs)
    back = ("failover_link_failed", "failover_link_restored")
    assert sets(timed) == {tuple(sorted((*back, each))) for each in ("reload unit=primary", "unit_failed unit=primary")}
    assert timed.judgement is Judgement.EXPLAINED and timed.is_smallest and timed.contradiction is None


@pytest.mark.parametrize("second", ["00:10", "00:15"])
def test_a_takeover_within_the_hold_time_is_explained_by_the_link(second: str) -> None:
    logs = {Unit.SECONDARY: LINK_FELL.format("00:00") + TOOK.format(second)}
    assert sets(asked(LINK, logs)) == {("failover_link_failed",)}


def test_a_takeover_before_the_hold_time_is_over_began_earlier() -> None:
    """Five seconds after the link fell: hello was heard a second before that at most, so the peer was gone already."""
    logs = {Unit.SECONDARY: LINK_FELL.format("00:00") + TOOK.format("00:05")}
    free = asked(LINK, logs, timed=False)
    assert sets(free) == {("failover_link_failed",)}
    early = "secondary:2 comes 5 s or more too early after secondary:1"
    assert f"Times: {early}; --timed looks for what fits" in " ".join(answer_text(free).split())
    timed = asked(LINK, logs)
    assert sets(timed) == {
        ("failover_link_failed", each) for each in ("reload unit=primary", "unit_failed unit=primary")
    }
    only = asked(LINK, logs, most=1)
    assert isinstance(only.contradiction, Late) and only.contradiction.is_early
    assert [only.contradiction.cause.place, only.contradiction.effect.place] == ["secondary:1", "secondary:2"]
    assert early in answer_record(only)["out_of_order"]


@pytest.mark.parametrize(("again", "is_told"), [("00:02", True), ("00:10", False)])
def test_a_hold_time_begins_anew_once_the_link_has_been_back_for_a_poll_time(again: str, is_told: bool) -> None:
    """The link falls, is back after a second and falls again; 14 s after the first fall the secondary takes over."""
    back = "Sep 28 2021 12:00:01 fw2 : %ASA-1-105033: LAN FO cmd Iface down and up again\n"
    logs = {
        Unit.SECONDARY: LINK_FELL.format("00:00") + back + LINK_FELL.format(again) + TOOK.format("00:14"),
    }
    links = ("failover_link_failed", "failover_link_failed", "failover_link_restored")
    answer = asked(LINK, logs)
    assert answer.judgement is Judgement.EXPLAINED
    assert (sets(answer) == {links}) is is_told


def test_the_peers_last_line_shows_that_it_could_be_heard_then() -> None:
    """The clocks are 110 s apart as a switch shows; the primary logs a line, and is given up three seconds later."""
    primary = (
        "Sep 28 2021 13:51:50 fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Other unit wants me Standby\n"
        "Sep 28 2021 13:56:50 fw1 : %ASA-1-104001: (Primary) Switching to ACTIVE - Set by the config command\n"
        "Sep 28 2021 14:01:50 fw1 : %ASA-5-111008: User 'admin' executed the 'failover active' command.\n"
    )
    secondary = (
        "Sep 28 2021 13:50:00 fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - Set by the config command\n"
        "Sep 28 2021 13:55:00 fw2 : %ASA-1-104002: (Secondary) Switching to STANDBY - Other unit wants me Standby\n"
        "Sep 28 2021 {} fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate.\n"
    )
    died = (
        "failover_active unit=primary",
        "failover_active unit=primary",
        "failover_active unit=secondary",
        "unit_failed unit=primary",
    )
    fits = asked(LINK, {Unit.PRIMARY: primary, Unit.SECONDARY: secondary.format("14:00:15")})
    assert died in sets(fits)
    early = asked(LINK, {Unit.PRIMARY: primary, Unit.SECONDARY: secondary.format("14:00:03")})
    assert early.judgement is Judgement.EXPLAINED and sets(early) and died not in sets(early)


def test_a_switch_long_after_its_port_fell_had_to_wait_for_something() -> None:
    logs = {Unit.PRIMARY: PORT_FELL.format("00:00") + GAVE.format("10:00")}
    assert sets(asked(ONE, logs, timed=False)) == {("interface_link_failed unit=primary interface=inside",)}
    timed = asked(ONE, logs)
    assert sets(timed) == {("interface_link_failed unit=primary interface=inside", "reload unit=secondary")}


def test_where_nothing_fits_two_lines_are_named() -> None:
    logs = {Unit.SECONDARY: LINK_FELL.format("00:00") + TOOK.format("10:00")}
    answer = asked(LINK, logs, most=2)
    assert answer.judgement is Judgement.CONTRADICTORY and answer.cost is not None and answer.cost.unexplained == 1
    assert isinstance(answer.contradiction, Late)
    assert [answer.contradiction.cause.place, answer.contradiction.effect.place] == ["secondary:1", "secondary:2"]
    assert answer.contradiction.by == 600 - 15 - 2
    said = "secondary:2 comes 583 s or more too late after secondary:1"
    assert said in " ".join(answer_text(answer).split()) and said in answer_record(answer)["out_of_order"]


def test_times_of_one_unit_bound_what_the_other_does_once_the_clocks_are_known() -> None:
    """Both switch twice, 110 s apart by their clocks; then the primary stops, which the secondary notices soon."""
    primary = (
        "Sep 28 2021 13:51:50 fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Other unit wants me Standby\n"
        "Sep 28 2021 13:56:50 fw1 : %ASA-1-104001: (Primary) Switching to ACTIVE - Set by the config command\n"
        "Sep 28 2021 14:01:50 fw1 : %ASA-5-111008: User 'admin' executed the 'reload' command.\n"
    )
    secondary = (
        "Sep 28 2021 13:50:00 fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - Set by the config command\n"
        "Sep 28 2021 13:55:00 fw2 : %ASA-1-104002: (Secondary) Switching to STANDBY - Other unit wants me Standby\n"
        "Sep 28 2021 {} fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate.\n"
    )
    soon = asked(LINK, {Unit.PRIMARY: primary, Unit.SECONDARY: secondary.format("14:00:15")})
    commands = ("failover_active unit=primary", "failover_active unit=secondary", "reload unit=primary")
    assert sets(soon) == {commands}
    late = asked(LINK, {Unit.PRIMARY: primary, Unit.SECONDARY: secondary.format("14:40:00")})
    assert late.judgement is Judgement.EXPLAINED and sets(late) and commands not in sets(late)


def test_where_two_switches_show_different_clocks_one_of_them_was_none() -> None:
    """The units switch back at about 14:00 by either clock, though the clocks are 110 s apart."""
    primary = (
        "Sep 28 2021 13:51:57 fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Other unit wants me Standby\n"
        "Sep 28 2021 14:00:01 fw1 : %ASA-1-104001: (Primary) Switching to ACTIVE - Set by the config command\n"
    )
    secondary = (
        "Sep 28 2021 13:50:07 fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - Set by the config command\n"
        "Sep 28 2021 14:00:00 fw2 : %ASA-1-104002: (Secondary) Switching to STANDBY - Other unit wants me Standby\n"
    )
    logs = {Unit.PRIMARY: primary, Unit.SECONDARY: secondary}
    free, timed = asked(LINK, logs, timed=False), asked(LINK, logs)
    assert free.cost == Cost(0, 2, 0) and free.clocks[0].conflict is not None
    assert timed.judgement is Judgement.EXPLAINED and timed.cost == Cost(0, 4, 3) and not timed.is_smallest
    assert timed.explanations and all(each.conflict is None for each in timed.clocks)
    assert timed.least == 2, "as many as without the clocks: with others than these two fewer might do"
    assert "every explanation has 2 at least; whether fewer than these would do is not known" in answer_text(timed)


# -- runs whose truth is known ---------------------------------------------------------------------------


def timed_truth(
    steps: PairSteps, times: Times, dice: random.Random
) -> tuple[tuple[str, ...], tuple[Track, ...], Cost, float]:
    """A run in time: its events, what is left of its logs, its cost, and by how much the primary's clock is ahead.

    Each step that is owed gets a moment within its time; what the pair is owed no longer is forgotten.
    """
    numbers, loss, ahead = numbers_up_to(dice.choice((1, 5))), dice.choice((0.0, 0.2)), dice.uniform(-300, 300)
    at, now, lost, owed = next(iter(starts_of(steps))), 1000.0, 0, dict[object, float]()
    hellos = {unit: Hellos(times, dice) for unit in Unit}
    seen: dict[Unit, list[Observation]] = {unit: [] for unit in Unit}
    events: list[str] = []
    coming = sorted(now + dice.choice((1.0, 10.0, 400.0)) * place for place in range(dice.randint(1, 3)))
    while True:
        moves = {move.event: move for move in steps.own(at)}
        owed = {
            each: min(owed.get(each) or now + dice.uniform(0, most), now + most)
            for each, most in ((each, _most(times, move, steps)) for each, move in moves.items())
        }
        for unit in Unit:
            hellos[unit].seen(hears_on_link(steps.states[at], steps.settings, unit), now)
            ends = e.HoldTimeExpired(unit=unit)
            if ends in owed and steps.states[at].unit(unit).contact is PeerContact.LINK:
                owed[ends] = max(now, hellos[unit].last + times.silence / 1000)
        due = min(owed.values(), default=math.inf)
        if coming and coming[0] < due:
            now = coming.pop(0)
            move = dice.choice([each for each in steps.outside(at) if not each.is_idle])
            events.append(str(move.event))
        elif owed:
            now = due
            move = moves[next(each for each, moment in owed.items() if moment == due)]  # type: ignore[index]
            del owed[move.event]
        else:
            break
        at = move.after
        for side, unit in enumerate(Unit):
            for token in move.logs[side]:
                if token.number not in numbers:
                    continue
                if dice.random() < loss:
                    lost += 1
                    continue
                stamp = math.floor(now + (ahead if unit is Unit.PRIMARY else 0.0))
                place = len(seen[unit]) + 1
                seen[unit].append(
                    Observation(source=unit.value, line=place, text=str(token), unit=unit, token=token, stamp=stamp)
                )
    tracks = tuple(track for unit in Unit for track in logged_tracks(unit, tuple(seen[unit]), numbers))
    return tuple(sorted(events)), tracks, Cost(0, len(events), lost), ahead


class Hellos:
    """When a unit has heard its last hello: one comes in each poll time while any can."""

    def __init__(self, times: Times, dice: random.Random) -> None:
        self._poll, self._dice = times.poll / 1000, dice
        self._since: float | None = 0.0
        self.last = 0.0

    def seen(self, hears: bool, now: float) -> None:
        """The unit can hear hellos now, or not."""
        if hears:
            self._since = now if self._since is None else self._since
        elif self._since is not None:
            if now - self._since >= self._poll:
                self.last = now - self._dice.uniform(0, self._poll)
            self._since = None


def _most(times: Times, move: Move, steps: PairSteps) -> float:
    most = longest(times, move.event, steps.states[move.before])
    return 60.0 if most is None else most


@pytest.mark.parametrize(
    "seeds",
    [
        range(5),
        pytest.param(
            range(5, 1000),
            marks=pytest.mark.skipif(not PATIENT, reason="minutes; set FAILOVER_FSM_LONG_TESTS=1 to run it"),
        ),
    ],
)
def test_what_happened_in_time_is_never_excluded(seeds: range) -> None:
    steps, times = steps_of(ONE), Times.of(PairConfig.from_asa(ONE))
    for seed in seeds:
        events, tracks, cost, ahead = timed_truth(steps, times, random.Random(seed))
        clocks = ClockBounds(low=ahead - 1, high=ahead + 1)
        deadlines = Deadlines(steps, tracks, times, (ahead - 1, ahead + 1))
        matching = Matching(steps, tracks, order=order_of(tracks, clocks), deadlines=deadlines)
        found = Search(matching, Landmarks(steps.settings, tracks), starts_of(steps), most=cost.outside).run()
        assert found.cost is not None and found.cost <= cost, f"seed {seed}: {events}"
        explanations, is_all = explanations_of(matching, found, 500)
        assert all(first_late(each, deadlines) is None for each in explanations)
        if found.cost == cost and is_all:
            assert events in {each.set for each in explanations}, f"seed {seed}: {events}"
