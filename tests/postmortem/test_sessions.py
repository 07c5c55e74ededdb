"""Sessions as evidence: histories and states of both units in a file, in the middle of a join, of another pair."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from failover_fsm.commands.asked_show import AskedShow
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.evidence import Evidence
from failover_fsm.postmortem.explain import Answer, Judgement, explain
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.reading import read_evidence
from failover_fsm.postmortem.sources import EvidenceError, Source
from failover_fsm.trace.player import load, play
from tests.postmortem.truth import GROUPS, ONE

PAIR, PAIR_OF_GROUPS = PairConfig.from_asa(ONE), PairConfig.from_asa(GROUPS)
CHAIN = ("Standby Ready", "Just Active", "Active Drain", "Active Applying Config", "Active Config Applied", "Active")


def history(*states: str, reason: str) -> str:
    """The history of a unit that goes through some states."""
    rule = "=" * 74
    entries = "".join(
        f"16:01:05 CET Sep 23 2013\n{one:<26} {other:<26} {reason}\n" for one, other in itertools.pairwise(states)
    )
    return f"{rule}\nFrom State                 To State                   Reason\n{rule}\n{entries}{rule}\n"


GAVE = history("Active", "Standby Ready", reason="Other unit wants me Standby")
TOOK = history(*CHAIN, reason="Set by the config command")


def state(role: str, mine: str, others: str, group: str = "") -> str:
    """What `show failover state` says on a unit."""
    other = "Secondary" if role == "Primary" else "Primary"
    lines = ["               State          Last Failure Reason      Date/Time", f"This host  -   {role}"]
    lines += [f"    {group or '           '} {mine:<14} None", f"Other host -   {other}"]
    return "\n".join([*lines, f"    {group or '           '} {others:<14} None", ""])


def read(kind: str, text: str, config: PairConfig = PAIR, unit: Unit | None = None) -> Evidence:
    return read_evidence([Source(kind=kind, name="file", text=text, unit=unit)], config, Settings.of(config, Options()))


def explained(evidence: Evidence, config: PairConfig = PAIR) -> Answer:
    def check(places: int) -> None:
        assert places < 2000

    return explain(config, evidence, check=check)


@pytest.mark.parametrize("prompts", ["fw/pri/stby# fw/sec/act#", "pri/fw# sec/fw#", "fw/ctx/pri# fw/ctx/sec>"])
def test_histories_of_both_units_in_a_session(prompts: str) -> None:
    first, second = prompts.split()
    others = f"show failover state\n{state('Primary', 'Standby Ready', 'Active')}"
    evidence = read(
        "history", f"{first} {others}{first} show fail hist\n{GAVE}{second} exit\n{second}sh fail hist\n{TOOK}"
    )
    assert not evidence.notes
    assert [(each.unit, [seen.line for seen in each.seen]) for each in evidence.tracks] == [
        (Unit.PRIMARY, [12]),
        (Unit.SECONDARY, [20, 22, 24, 26, 28]),
    ]
    assert {each.set for each in explained(evidence).explanations} == {("failover_active unit=secondary",)}


def test_the_last_history_of_a_unit_counts() -> None:
    evidence = read("history", f"fw/pri# sh fail hist\n{GAVE}fw/pri# sh fail hist\n{GAVE}")
    assert not evidence.notes and [each.line for each in evidence.observations] == [13]


@pytest.mark.parametrize("between", ["fw/sec/stby# sh fail state\n", ""])
def test_states_of_both_units_in_a_file(between: str) -> None:
    text = state("Primary", "Standby Ready", "Active") + between + state("Secondary", "Active", "Standby Ready")
    shown = [(each.seen_by, each.about, each.words) for each in read("state", text).snapshots]
    assert shown == [
        (Unit.PRIMARY, Unit.PRIMARY, ((0, "standby ready"),)), (Unit.PRIMARY, Unit.SECONDARY, ((0, "active"),)),
        (Unit.SECONDARY, Unit.SECONDARY, ((0, "active"),)), (Unit.SECONDARY, Unit.PRIMARY, ((0, "standby ready"),)),
    ]  # fmt: skip
    with pytest.raises(EvidenceError, match="the state of the secondary"):
        read("state", text, unit=Unit.PRIMARY)


@pytest.mark.parametrize("word", ["Cold Standby", "Sync Config", "Bulk Sync", "App Sync"])
def test_a_state_in_the_middle_of_a_join(word: str) -> None:
    answer = explained(read("state", state("Primary", "Active", word)))
    assert answer.judgement is Judgement.EXPLAINED
    assert ("reload unit=secondary",) in {each.set for each in answer.explanations}


def test_a_state_that_a_unit_has_for_less_than_a_second() -> None:
    assert read("state", state("Primary", "Just Active", "Failed")).snapshots[0].words == ((0, "active"),)


@pytest.mark.parametrize(
    "config, text, wanted",
    [
        (PAIR, state("Primary", "Active", "Failed", group="Group 1"), ("group 1 is none of this pair", "no group")),
        (PAIR_OF_GROUPS, state("Primary", "Active", "Failed"), ("no group is none of this pair", "group 1")),
        (PAIR_OF_GROUPS, state("Primary", "Active", "Active", group="Group 3"),
         ("group 3 is none of this pair", "group 1")),
        (PAIR, "====My State===\nPrimary | Actve |\n====Other State===\nSecondary | Actve |\n",
         ("'Actve' is no state of a unit", "Disabled")),
    ],
)  # fmt: skip
def test_a_state_that_no_unit_of_the_pair_shows(config: PairConfig, text: str, wanted: tuple[str, str]) -> None:
    evidence = read("state", text, config)
    assert [(each.what, each.allowed[0]) for each in evidence.impossible] == [wanted, wanted]
    assert not any(each.words for each in evidence.snapshots)
    assert explained(evidence, config).judgement is Judgement.CONTRADICTORY


def test_a_capture_that_is_cut_short_within_the_groups() -> None:
    """One unit shows two groups, and its peer's view of it has one: only what both show can be compared."""
    whole = state("Primary", "Active", "Failed", "Group 1").replace(
        "Other", "    Group 2     Standby Ready  None\nOther"
    )
    evidence = read("state", whole + state("Secondary", "Active", "Failed", "Group 1"), PAIR_OF_GROUPS)
    assert [len(each.words) for each in evidence.snapshots] == [2, 1, 1, 1]
    settings = Settings.of(PAIR_OF_GROUPS, Options())
    assert Landmarks(settings, (), evidence.snapshots).least((), cold(settings)) == 3  # the link, and two interfaces


JOIN = ("Negotiation", "Cold Standby", "Sync Config", "Sync File System", "Bulk Sync", "Standby Ready")
BOOT = history(*JOIN, reason="Detected an Active mate")


@pytest.mark.parametrize(
    "first",
    [
        history("Not Detected", "Negotiation", reason="No Error"),
        history("Not Detected", "Disabled", "Negotiation", reason="Set by the CI config cmd"),
        history("Disabled", "Negotiation", reason="Failover state check"),
        history("Disabled", "Negotiation", reason="Set by the config command"),
    ],
)
def test_a_boot_in_the_words_of_any_device(first: str) -> None:
    evidence = read("history", first + BOOT, unit=Unit.SECONDARY)
    assert not evidence.notes
    assert {each.set for each in explained(evidence).explanations} == {("reload unit=secondary",)}


def test_only_the_first_entry_of_a_history_is_a_boot() -> None:
    off = history("Standby Ready", "Disabled", "Negotiation", reason="Interface check")
    assert [note.line.split("  ")[1] for note in read("history", off, unit=Unit.PRIMARY).impossible] == [
        "Standby Ready -> Disabled"
    ]


@pytest.mark.parametrize("last", ["Cold Standby", "Sync Config", "Bulk Sync"])
def test_a_join_that_breaks_off_has_another_reason(last: str) -> None:
    """It is taken to break off in its first state: the search takes the others in one step."""
    states = JOIN[: JOIN.index(last) + 1]
    text = history(*states, reason="Detected an Active mate") + history(
        last, "Negotiation", reason="HELLO not heard from mate"
    )
    evidence = read("history", text, unit=Unit.SECONDARY)
    assert not evidence.notes
    assert [str(each.token).split(" (")[0] for each in evidence.observations] == [
        "Negotiation -> Cold Standby",
        "Cold Standby -> Negotiation",
    ]


def test_a_join_that_ends_keeps_its_reason() -> None:
    for states in (JOIN, (*JOIN[:4], "Standby Ready"), (*JOIN[:5], "Failed")):
        assert not read("history", history(*states, reason="Detected an Active mate"), unit=Unit.PRIMARY).notes
        other = history(*states[:-1], reason="Detected an Active mate") + history(*states[-2:], reason="No Error")
        assert "the reason stays the same" in read("history", other, unit=Unit.PRIMARY).impossible[0].what


@pytest.mark.parametrize("name", ["models/incidents/19-failover-switched-off", "tests/traces/keys/key-8-groups"])
def test_what_a_run_shows_at_its_end_can_be(name: str) -> None:
    path = Path(__file__).parents[2] / f"{name}.trace"
    trace, config, remarks = load(path)
    played = play(trace, config, remarks)
    for unit in Unit:
        for kind in ("history", "state"):
            text = AskedShow(command=f"show failover {kind}", unit=unit).answer(played)
            evidence = read_evidence(
                [Source(kind=kind, name="file", text=text, unit=unit)], config, played.pair.settings
            )
            assert not evidence.impossible, (unit, kind)
