"""A whole history of an Active/Active unit, and forgeries of it: each is refused at the line that was forged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.evidence import Evidence
from failover_fsm.postmortem.explain import Judgement, explain
from failover_fsm.postmortem.reading import read_evidence
from failover_fsm.postmortem.sources import EvidenceError, Source
from failover_fsm.postmortem.steps import PairSteps
from tests.postmortem.truth import GROUPS

CONFIG = PairConfig.from_asa(GROUPS)
SETTINGS = Settings.of(CONFIG, Options())
ALONE = "No Active unit found"
CHAIN = ("Just Active", "Active Drain", "Active Applying Config", "Active Config Applied", "Active")
ENTRIES = [
    (8, 0, "Active Applying Config", "Active Config Applied", ALONE),
    (8, 0, "Active Config Applied", "Active", ALONE),
    (9, 1, "Negotiation", "Just Active", ALONE),
    (9, 2, "Disabled", "Negotiation", "Failover state check"),
    *((10, 1, one, other, ALONE) for one, other in itertools.pairwise(CHAIN)),
    (11, 2, "Negotiation", "Just Active", ALONE),
    *((11, 2, one, other, ALONE) for one, other in itertools.pairwise(CHAIN)),
    (59, 2, "Active", "Standby Ready", "Other unit wants me Standby"),
]
"""The shape that captures have: it begins in the middle of a chain, stamps repeat, groups go one after another."""
Entry = tuple[int, int, str, str, str]


def text_of(entries: list[Entry]) -> str:
    """The history as a device prints it; each entry takes three lines, the second of which is the entry."""
    lines = ["=" * 74, "Group     From State                 To State                   Reason", "=" * 74]
    for second, group, before, after, reason in entries:
        lines += [f"10:43:{second:02d} UTC Aug 8 2021", f"    {group}     {before:<26} {after:<26} {reason}", ""]
    return "\n".join([*lines, "=" * 74]) + "\n"


def line_of(place: int) -> int:
    """The line of the entry at a place."""
    return 5 + 3 * place


def read(entries: list[Entry]) -> Evidence:
    """The evidence of the primary's history."""
    source = Source(kind="history", name="history", text=text_of(entries), unit=Unit.PRIMARY)
    return read_evidence([source], CONFIG, SETTINGS)


@pytest.mark.slow
def test_the_real_history_is_explained_by_two_boots() -> None:
    environment = Environment(
        faults=("power", "failover-link"), operator=("failover-active", "reload"), max_faults=None
    )
    answer = explain(CONFIG, read(ENTRIES), steps=PairSteps(SETTINGS, environment, histories=True))
    assert answer.judgement is Judgement.EXPLAINED
    assert answer.is_smallest
    assert ("unit_restored unit=primary", "unit_restored unit=secondary") in {each.set for each in answer.explanations}
    assert answer.cost is not None and answer.cost.outside == 2


def test_histories_of_both_units_with_all_groups_are_one_story() -> None:
    """The secondary takes group 1, with which the system space, group 0, goes; each unit tells its part."""
    gave = [(59, group, "Active", "Standby Ready", "Other unit wants me Standby") for group in (0, 1)]
    chain = ("Standby Ready", *CHAIN)
    took = [(20, group, *pair, "Set by the config command") for group in (0, 1) for pair in itertools.pairwise(chain)]
    sources = [
        Source(kind="history", name=unit.value, text=text_of(entries), unit=unit)
        for unit, entries in ((Unit.PRIMARY, gave), (Unit.SECONDARY, took))
    ]
    evidence = read_evidence(sources, CONFIG, SETTINGS)
    assert not evidence.impossible and len(evidence.tracks) == 4
    environment = Environment(faults=("power",), operator=("failover-active",), max_faults=None)
    steps = PairSteps(SETTINGS, environment, histories=True)
    for timed in (False, True):
        answer = explain(CONFIG, evidence, steps=steps, timed=timed)
        assert answer.judgement is Judgement.EXPLAINED and answer.is_smallest
        command = "failover_active unit=secondary"
        assert {each.set for each in answer.explanations} == {(command,), (f"{command} group=1",)}
        assert all((each.low, each.high) == (37.0, 41.0) for each in answer.clocks)


def forgeries() -> Iterator[tuple[str, list[Entry], set[int]]]:
    """Forged histories, each with the lines at which it may be refused: the forged one, or the one that betrays it."""
    for place, (second, group, before, after, reason) in enumerate(ENTRIES):
        later = [at for at, each in enumerate(ENTRIES) if at > place and each[1] == group]
        following = {line_of(later[0])} if later else set()
        here = {line_of(place)}
        wrong = (second, 3, before, after, reason)
        yield f"group of {place}", [*ENTRIES[:place], wrong, *ENTRIES[place + 1 :]], here
        flipped = "Failed" if after != "Failed" else "Active"
        wrong = (second, group, before, flipped, reason)
        yield f"state of {place}", [*ENTRIES[:place], wrong, *ENTRIES[place + 1 :]], here | following
        if after in CHAIN[1:-1]:
            cut = [*ENTRIES[:place], *ENTRIES[place + 1 :]]
            yield f"chain cut at {place}", cut, {line_of(later[0] - 1)}
        if later and ENTRIES[later[0]][0] == second:
            swapped = [*ENTRIES]
            swapped[place], swapped[later[0]] = swapped[later[0]], swapped[place]
            yield f"{place} and {later[0]} swapped", swapped, {line_of(place), line_of(later[0])}


FORGED = [each for each in forgeries() if "chain cut at 0" not in each[0]]


def test_there_are_forty_forgeries() -> None:
    assert len(FORGED) >= 40


@pytest.mark.parametrize(("name", "entries", "lines"), FORGED, ids=[each[0] for each in FORGED])
def test_a_forgery_is_refused_at_its_line(name: str, entries: list[Entry], lines: set[int]) -> None:
    wrong = [int(note.place.rpartition(":")[2]) for note in read(entries).impossible]
    assert wrong and wrong[0] in lines, f"{name}: refused at {wrong}, forged at {lines}"


def test_a_time_before_the_one_above_is_refused() -> None:
    entries = [*ENTRIES[:-1], (1, *ENTRIES[-1][1:])]
    note = read(entries).impossible[0]
    assert note.place == f"history:{line_of(len(ENTRIES) - 1)}" and "before" in note.what


def test_a_reason_that_changes_along_a_chain_is_refused() -> None:
    entries = [*ENTRIES]
    entries[5] = (*entries[5][:4], "HELLO not heard from mate")
    note = read(entries).impossible[0]
    assert note.place == f"history:{line_of(5)}" and note.allowed == (ALONE,)


def test_an_unknown_reason_is_a_note() -> None:
    entries = [*ENTRIES[:-1], (*ENTRIES[-1][:4], "Sunspots")]
    evidence = read(entries)
    assert not evidence.impossible
    assert [note.what for note in evidence.notes] == ["unknown reason 'Sunspots': any is taken"]


def test_a_history_without_an_owner_is_refused() -> None:
    with pytest.raises(EvidenceError, match="primary=history"):
        read_evidence([Source(kind="history", name="history", text=text_of(ENTRIES))], CONFIG, SETTINGS)


def test_a_prompt_tells_the_owner() -> None:
    text = "edge/sec/act# show failover history\n" + text_of(ENTRIES)
    evidence = read_evidence([Source(kind="history", name="history", text=text)], CONFIG, SETTINGS)
    assert {track.unit for track in evidence.tracks} == {Unit.SECONDARY}
