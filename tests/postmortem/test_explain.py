"""Known situations: what happened is found, and nothing else."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.pair import Pair
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.beginnings import starts_of
from failover_fsm.postmortem.clocks import ClockBounds, misplaced, order_of
from failover_fsm.postmortem.explain import Answer, Judgement, explain
from failover_fsm.postmortem.explanations import explanations_of
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Matching
from failover_fsm.postmortem.reading import read_evidence
from failover_fsm.postmortem.search import Search
from failover_fsm.postmortem.sources import Source
from failover_fsm.reports.html.postmortem import postmortem_page
from failover_fsm.reports.text.postmortem import answer_record, answer_text, events_of
from failover_fsm.templates.messages.table import MESSAGES
from tests.postmortem.truth import ONE, steps_of

CONFIG = PairConfig.from_asa(Path("models/active-standby.cfg").read_text())
SETTINGS = Settings.of(CONFIG, Options())
PRIMARY_GAVE = "Sep 28 2021 13:51:57 fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Other unit wants me Standby"
SECONDARY_TOOK = (
    "Sep 28 2021 13:50:07 fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - Set by the config command."
)


def asked(*texts: str, kind: str = "log", unit: Unit | None = None, **options: object) -> Answer:
    """The answer about some logs."""
    sources = [Source(kind=kind, name=f"{kind}{at}", text=text, unit=unit) for at, text in enumerate(texts, start=1)]
    return explain(CONFIG, read_evidence(sources, CONFIG, SETTINGS), **options)  # type: ignore[arg-type]  # its own


def sets(answer: Answer) -> set[tuple[str, ...]]:
    """The smallest sets of events."""
    return {each.set for each in answer.explanations}


def test_a_forced_switch_is_a_command_on_the_secondary_and_nothing_else() -> None:
    answer = asked(PRIMARY_GAVE, SECONDARY_TOOK)
    assert answer.judgement is Judgement.EXPLAINED and answer.is_all
    assert sets(answer) == {("failover_active unit=secondary",)}


def test_a_primary_that_gives_up_and_dies_before_it_can_say_so() -> None:
    """The shape of a real pair of logs: no event at rest explains it, the second comes while the first is under way."""
    answer = asked(
        "%ASA-1-105005: (Secondary) Lost Failover communications with mate on interface inside\n"
        "%ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate.\n"
        "%ASA-1-104002: (Primary) Switching to STNDBY - interface check, mate is healthier\n"
    )
    stops = ("reload unit=primary", "unit_failed unit=primary")
    failures = [f"interface_link_failed unit=primary interface={name}" for name in ("outside", "inside")]
    assert answer.judgement is Judgement.EXPLAINED and answer.is_smallest and answer.is_all
    assert sets(answer) == {tuple(sorted(pair)) for pair in itertools.product(failures, stops)}


def test_the_same_from_both_histories() -> None:
    gave = (
        "13:51:57 UTC Sep 28 2021\nActive                     Standby Ready              Other unit wants me Standby\n"
    )
    chain = (
        "Standby Ready",
        "Just Active",
        "Active Drain",
        "Active Applying Config",
        "Active Config Applied",
        "Active",
    )
    took = "13:50:07 UTC Sep 28 2021\n" + "".join(
        f"{one:<26} {other:<26} Set by the config command\n" for one, other in itertools.pairwise(chain)
    )
    sources = [
        Source(kind="history", name="pri", text=gave, unit=Unit.PRIMARY),
        Source(kind="history", name="sec", text=took, unit=Unit.SECONDARY),
    ]
    answer = explain(CONFIG, read_evidence(sources, CONFIG, SETTINGS))
    assert sets(answer) == {("failover_active unit=secondary",)}
    clocks = answer.clocks[0]
    assert (clocks.low, clocks.high) == (108.0, 112.0)


def test_a_switch_that_both_saw_bounds_the_clocks() -> None:
    clocks = asked(PRIMARY_GAVE, SECONDARY_TOOK).clocks[0]
    assert (clocks.low, clocks.high, clocks.conflict) == (108.0, 112.0, None)


@pytest.mark.parametrize(
    ("gave", "took"),
    [
        ("Sep 28 13:51:57 fw1 : ", "2021-09-28T13:50:07Z fw2 "),
        ("Sep 28 2021 13:51:57 fw1 : ", "Sep 28 13:50:07 fw2 : "),
        ("Sep 28 13:51:57 fw1 : ", "Sep 28 13:50:07 fw2 : "),
        ("Jan  1 00:00:57 fw1 : ", "Dec 31 2021 23:59:07 fw2 : "),
        ("Dec 31 23:59:57 fw1 : ", "Jan  1 2022 00:00:07 fw2 : "),
        ("Jan  1 00:00:57 fw1 : ", "Dec 31 23:59:07 fw2 : "),
    ],
)
def test_a_time_without_its_year_is_that_of_the_other_lines(gave: str, took: str) -> None:
    lines = [gave + PRIMARY_GAVE.partition(" : ")[2], took + SECONDARY_TOOK.partition(" : ")[2]]
    (clocks,) = asked(*lines).clocks
    apart = -10 if took.startswith("Jan") else 110
    assert (clocks.low, clocks.high) == (apart - 2, apart + 2)


def test_the_clock_of_one_log_does_not_go_back_at_new_year() -> None:
    one = PRIMARY_GAVE.replace("Sep 28 2021 13:51:57", "Dec 31 23:59:57")
    answer = asked(one, one.replace("Dec 31 23:59:57", "Jan  1 00:01:00").replace("104002", "105043"))
    assert not any("goes back" in note.what for note in answer.evidence.notes)


def test_a_time_without_a_date_is_left_out_beside_dates() -> None:
    (clocks,) = asked(PRIMARY_GAVE, SECONDARY_TOOK.replace("Sep 28 2021 ", "")).clocks
    assert clocks.low is None


def test_clocks_that_contradict_themselves_are_named() -> None:
    back = [
        "Sep 28 2021 14:00:00 fw2 : %ASA-1-104002: (Secondary) Switching to STANDBY - Other unit wants me Standby",
        "Sep 28 2021 14:00:01 fw1 : %ASA-1-104001: (Primary) Switching to ACTIVE - Set by the config command",
    ]
    answer = asked(f"{PRIMARY_GAVE}\n{back[1]}", f"{SECONDARY_TOOK}\n{back[0]}")
    conflict = answer.clocks[0].conflict
    assert conflict is not None
    assert {each.primary.line for each in conflict} == {1, 2}


@pytest.mark.parametrize("names", [("inside",), pytest.param(("outside", "inside"), marks=pytest.mark.slow)])
def test_a_split_brain_is_every_cut_that_silences_both_units(names: tuple[str, ...]) -> None:
    shown = {}
    for unit in Unit:
        one, other = unit.value.title(), unit.peer.value.title()
        shown[unit] = (
            "               State          Last Failure Reason      Date/Time\n"
            f"This host  -   {one}\n               Active         None\n"
            f"Other host -   {other}\n               Failed         Comm Failure             02:39:43 UTC Jan 10 2022\n"
        )
    config = PairConfig.from_asa(ONE) if names == ("inside",) else CONFIG
    settings = Settings.of(config, Options())
    sources = [Source(kind="state", name=unit.value, text=text) for unit, text in shown.items()]
    answer = explain(config, read_evidence(sources, config, settings))
    ways = {
        name: [
            f"interface_link_failed unit=primary interface={name}",
            f"interface_link_failed unit=secondary interface={name}",
            f"interface_path_failed interface={name}",
        ]
        for name in names
    }
    wanted = {tuple(sorted(("failover_link_failed", *pair))) for pair in itertools.product(*ways.values())}
    assert sets(answer) == wanted and answer.is_all
    assert answer.shared == ("failover_link_failed",)


def test_a_line_that_no_device_prints_is_named_and_the_rest_explained() -> None:
    forged = "%ASA-1-104004: (Primary) Switching to STANDBY - resolved"
    answer = asked(f"{PRIMARY_GAVE}\n{forged}", SECONDARY_TOOK)
    assert answer.judgement is Judgement.CONTRADICTORY
    assert [note.place for note in answer.evidence.impossible] == ["log1:2"]
    assert sets(answer) == {("failover_active unit=secondary",)}


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("%ASA-1-104001: (Primary) Switching to ACTIVE - Other unit wants me Standby", "mate want me Active"),
        ("%ASA-1-105005: (Primary) Lost Failover communications with mate on interface dmz", "outside"),
        ("%ASA-1-104001: (Primary_group_2) Switching to ACTIVE - state check", "no group"),
        ("%ASA-4-411001: Line protocol on Interface down", "Line protocol on Interface ..., changed state to up"),
        ("%ASA-1-104002: Failover unit is Standby.", "Switching to STANDBY/STNDBY - ..."),
    ],
)
def test_lines_that_cannot_be_say_what_could(line: str, allowed: str) -> None:
    note = read_evidence([Source(kind="log", name="log", text=line)], CONFIG, SETTINGS).impossible[0]
    assert any(allowed in each for each in note.allowed)


def test_an_unknown_reason_is_a_note() -> None:
    answer = asked("%ASA-1-104001: (Secondary) Switching to ACTIVE - Other side is ACTIVE")
    assert answer.judgement is Judgement.EXPLAINED
    assert "unknown reason" in answer.evidence.notes[0].what


def test_a_search_that_ends_early_is_undecided_and_gives_the_best_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_nodes: int) -> None:
        raise TimeoutError

    monkeypatch.setattr("failover_fsm.postmortem.search.CHECK_EVERY", 1)
    answer = asked(f"{PRIMARY_GAVE}\n{PRIMARY_GAVE}", check=check)
    assert answer.judgement is Judgement.UNDECIDED and answer.exit_status == 3
    said = answer_text(answer)
    assert answer.stuck and said.startswith("UNDECIDED") and "What happened" not in said
    shown = "what explains every line takes 1 event from outside at least"
    assert answer.least == 1 and shown in said and shown in postmortem_page(answer, title="x")
    assert answer_record(answer)["least_events"] == 1


def test_every_form_of_the_answer_has_the_events_and_the_lines() -> None:
    answer = asked(PRIMARY_GAVE, SECONDARY_TOOK)
    for text in (answer_text(answer), answer_text(answer, verbose=True), postmortem_page(answer, title="x")):
        assert "failover_active unit=secondary" in text and "log2:1" in text
    record = answer_record(answer)
    assert record["judgement"] == "explained" and record["cost"] == {"unexplained": 0, "events": 1, "lost": 0}
    assert [step["outside"] for step in record["explanations"][0]["steps"]] == [True, False, False]


def test_the_story_of_each_explanation_prints_its_lines_when_it_is_replayed() -> None:
    answer = asked(PRIMARY_GAVE, SECONDARY_TOOK)
    pair, printed = Pair.cold(CONFIG), []
    for event in answer.replay(answer.explanations[0]):
        pair, outputs = pair.step(event)
        printed += [str(each) for each in outputs]
    assert any("104001" in line and "Set by the config command" in line for line in printed)


SECONDARY_GAVE_BACK = (
    "Sep 28 2021 14:00:00 fw2 : %ASA-1-104002: (Secondary) Switching to STANDBY - Other unit wants me Standby"
)
PRIMARY_TOOK_BACK = (
    "Sep 28 2021 14:01:50 fw1 : %ASA-1-104001: (Primary) Switching to ACTIVE - Set by the config command"
)


def test_times_that_fit_change_nothing() -> None:
    logs = f"{PRIMARY_GAVE}\n{PRIMARY_TOOK_BACK}", f"{SECONDARY_TOOK}\n{SECONDARY_GAVE_BACK}"
    free, timed = asked(*logs), asked(*logs, timed=True)
    assert timed.contradiction is None and timed.cost == free.cost and sets(timed) == sets(free)


RESET = "Sep 28 2021 14:{} : %ASA-5-111008: User 'admin' executed the 'failover reset' command."


@pytest.mark.parametrize(("minute", "first"), [("30:00", "primary"), ("45:00", "secondary")])
def test_times_restrict_the_search_once_the_clocks_are_known(minute: str, first: str) -> None:
    """Somebody resets on the secondary at 14:40 by its clock, on the primary, whose clock is 110 s ahead, as given."""
    config = PairConfig.from_asa(ONE)
    settings = Settings.of(config, Options())
    lines = (f"{RESET.format(f'{minute} fw1')}", f"{RESET.format('40:00 fw2')}")
    sources = [
        Source(kind="log", name=unit.value, text=line, unit=unit) for unit, line in zip(Unit, lines, strict=True)
    ]
    evidence = read_evidence(sources, config, settings)
    order = order_of(evidence.tracks, ClockBounds(low=108.0, high=112.0))
    steps = steps_of(ONE)
    matching = Matching(steps, evidence.tracks, order=order)
    starts = tuple(starts_of(steps))
    found = Search(matching, Landmarks(settings, evidence.tracks), starts, most=2).run()
    explanations, _ = explanations_of(matching, found, 20)
    assert found.cost is not None and found.cost.outside == 2
    assert {str(each.events[0]) for each in explanations} == {f"failover_reset unit={first}"}


def test_two_lines_out_of_order_are_named() -> None:
    answer = asked(PRIMARY_GAVE, SECONDARY_TOOK)
    assert misplaced(answer.explanations[0], ClockBounds(low=108.0, high=112.0)) is None
    wrong = misplaced(answer.explanations[0], ClockBounds(low=200.0, high=204.0))
    assert wrong is None  # the secondary's line is later then, as it is in the run
    wrong = misplaced(answer.explanations[0], ClockBounds(low=0.0, high=4.0))
    assert wrong is not None and (wrong.primary.line, wrong.secondary.line) == (1, 1)


RELOAD = "Sep 28 2016 13:51:30 {} : %ASA-5-111008: User 'admin' executed the 'reload' command."
UNHEARD = "Sep 28 2016 13:51:50 fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate."


def test_a_line_of_the_other_of_two_hosts_is_the_other_units() -> None:
    together, apart = asked(f"{RELOAD.format('fw1')}\n{UNHEARD}"), asked(RELOAD.format("fw1"), UNHEARD)
    for answer in (together, apart):
        assert sets(answer) == {("reload unit=primary",)}
        assert [note.what for note in answer.evidence.notes] == [
            "no line of fw1 names its unit: the primary by the other host, fw2"
        ]


def test_a_line_of_a_host_that_may_be_either_units_is_set_aside() -> None:
    answer = asked(f"{RELOAD.format('fw1')}\n{RELOAD.format('fw3')}\n{UNHEARD}")
    assert [note.place for note in answer.evidence.notes if note.is_ownerless] == ["log1:1", "log1:2"]
    assert [each.text for each in answer.evidence.observations] == [UNHEARD]


def test_the_level_of_another_hosts_line_is_not_that_of_the_unit() -> None:
    built = "Sep 28 2016 13:51:55 {} : %ASA-6-302013: Built inbound TCP connection"
    for host, level in (("fw2", 6), ("fw3", 1)):
        answer = asked(f"{UNHEARD}\n{built.format(host)}")
        assert f"the secondary's log goes up to level {level}, as its lines show" in answer.assumed


def test_missing_lines_stand_where_the_step_prints_them() -> None:
    """A unit that takes over says first that it hears nothing; the log has the switch only."""
    answer = asked(UNHEARD)
    assert answer.explanations
    for each in answer.explanations:
        (step,) = (step for step in each.steps if any(step.seen))
        texts = [line if isinstance(line, str) else line.text for line in step.lines[1]]
        assert [text.split(" ")[0] for text in texts] == ["105043", "103001", "Sep"]
        assert [text for text in texts if text != UNHEARD] == list(step.lost[1])
    said = answer_text(answer)
    assert said.index("[103001 No response") < said.index("log1:1  %ASA-1-104001")
    page = postmortem_page(answer, title="x")
    assert page.index("[lost: 103001") < page.index("%ASA-1-104001")


def told_of(answer: Answer) -> dict[str, set[bool]]:
    """Each event of all explanations, with whether a line tells of it, as each of them has it."""
    found: dict[str, set[bool]] = {}
    for each in answer.explanations:
        for event, _, is_told in events_of(answer, each):
            found.setdefault(event, set()).add(is_told)
    return found


def test_a_line_of_what_came_of_an_event_does_not_tell_of_it() -> None:
    """A reload that makes the peer miss hellos on an interface, and one that nothing was printed of."""
    lost = "%ASA-1-105005: (Secondary) Lost Failover communications with mate on interface inside\n"
    answer = asked(f"{lost}{PRIMARY_GAVE.replace('Other unit wants me Standby', 'Interface check')}\n{UNHEARD}")
    assert len(answer.explanations) > 1
    assert set().union(*told_of(answer).values()) == {False}


def test_what_names_an_event_tells_of_it() -> None:
    down = "%ASA-1-105007: (Primary) Link status 'Down' on interface inside."
    assert told_of(asked(down)) == {"interface_link_failed unit=primary interface=inside": {True}}
    assert told_of(asked(RELOAD.format("fw1"), unit=Unit.PRIMARY)) == {"reload unit=primary": {True}}


def test_a_switch_for_an_unknown_reason_tells_of_nothing() -> None:
    answer = asked("%ASA-1-104002: (Primary) Switching to STANDBY - Other side is ACTIVE")
    assert set().union(*told_of(answer).values()) == {False}


def test_no_place_of_a_text_is_shown_in_braces() -> None:
    lines = [f"%ASA-{kind.severity}-{number}: no device prints this" for number, kind in MESSAGES.items()]
    evidence = read_evidence([Source(kind="log", name="log", text="\n".join(lines))], CONFIG, SETTINGS)
    assert evidence.impossible and not [note for note in evidence.impossible if {*"{}"} & {*str(note.allowed)}]


def test_an_empty_log_shows_no_level() -> None:
    sources = [Source(kind="log", name="1", text=UNHEARD), Source(kind="log", name="2", text="", unit=Unit.PRIMARY)]
    assumed = explain(CONFIG, read_evidence(sources, CONFIG, SETTINGS)).assumed
    assert "the primary printed nothing of level 1: its log has no line of it" in assumed
    assert "the secondary's log goes up to level 1, as its lines show" in assumed


PORT_DOWN = "Sep 28 2016 13:51:50 fw1 : %ASA-1-105007: (Primary) Link status 'Down' on interface inside."
PORT_UP = "Sep 28 2016 13:{} fw1 : %ASA-1-105006: (Primary) Link status 'Up' on interface inside."
GAVE_FOR_PORT = "Sep 28 2016 13:51:51 fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Interface check"


@pytest.mark.parametrize("timed", [False, True])
def test_a_port_that_is_down_for_minutes_without_a_switch_is_remarked_upon(timed: bool) -> None:
    """The active unit with the worse interfaces owes a switch; nothing else but a late message explains that."""
    answer = asked(f"{PORT_DOWN}\n{PORT_UP.format('58:50')}", timed=timed)
    said = (
        "log1:2 comes 420 s after log1:1, 373 s or more later than a step that is due allows; it may, as messages about"
        " interfaces may come long after their cause"
    )
    assert answer.judgement is Judgement.EXPLAINED
    assert f"Times: {said} " in " ".join(answer_text(answer).split())
    assert answer_record(answer)["explanations"][0]["late"] == [said]


@pytest.mark.parametrize("timed", [False, True])
def test_a_port_that_is_up_soon_or_costs_the_role_is_not_remarked_upon(timed: bool) -> None:
    assert asked(f"{PORT_DOWN}\n{PORT_UP.format('51:59')}", timed=timed).late == (None,)
    answer = asked(f"{PORT_DOWN}\n{GAVE_FOR_PORT}\n{PORT_UP.format('58:50')}", timed=timed)
    assert answer.late == (None,)


def test_a_unit_that_is_back_and_was_failed_is_found_although_all_that_it_printed_meanwhile_is_lost() -> None:
    back = "Sep 28 2016 13:58:50 fw1 : %ASA-1-104004: (Primary) Switching to OK."

    def check(nodes: int) -> None:
        if nodes > 2_500:
            raise TimeoutError

    answer = asked(f"{UNHEARD}\n{back}", check=check)
    assert answer.judgement is Judgement.EXPLAINED and answer.cost is not None
    assert answer.cost.outside == 3
