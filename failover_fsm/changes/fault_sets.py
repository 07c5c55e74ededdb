"""Pairs of faults that lead to two active units, to none or to lost service in one pair and not in the other."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.analysis.cut_sets import CutSetSearch
from failover_fsm.analysis.goals import STATES, Goal
from failover_fsm.assessment.risks import in_words
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e

__all__ = ["MOST_FAULTS", "SetDifference", "different_fault_sets"]

MOST_FAULTS = 60
"""The most single faults of a pair of which every two are tried."""

PAIR = 2

BY_SEVERITY = ("no-active", "dual-active", "service-lost")
"""The goals, the worst first: a pair of faults that leads to another one is told of the worse."""

FaultPair = tuple[e.Fault, ...]


@attrs.frozen(kw_only=True)
class SetDifference:
    """Pairs of faults that lead to a goal in one of the pairs only.

    Attributes:
        words: The goal, and that it takes two faults.
        old: The pairs of faults in the old pair, in words; empty if there are none that the new one does not have.
        new: The same for the new pair.
        worse: True if the new pair has them.
    """

    words: str
    old: str
    new: str
    worse: bool


def different_fault_sets(old: Scenario, new: Scenario) -> tuple[tuple[SetDifference, ...], tuple[str, ...]]:
    """The minimal pairs of faults that only one of the pairs has, by goal, and what was not compared.

    Faults that only one of the pairs knows are left out, and so are two faults of which one alone leads there in the
    other pair: that is a difference of single faults.
    """
    if old.settings == new.settings and old.topology == new.topology:
        return (), ()
    only: dict[str, tuple[list[FaultPair], list[FaultPair]]] = {}
    judged: dict[FaultPair, None] = {}
    for name in BY_SEVERITY:
        searches = [CutSetSearch(side.settings, side.environment, STATES[name]) for side in (old, new)]
        most = max(len(search.faults) for search in searches)
        if most > MOST_FAULTS:
            return (), (f"pairs of faults: there are {most} faults; compared up to {MOST_FAULTS}",)
        for search in searches:
            search.run(PAIR)
        gone, come = (
            [each for each in _only(*order) if each not in judged] for order in (searches, reversed(searches))
        )
        judged.update(dict.fromkeys((*gone, *come)))
        only[name] = gone, come
    return tuple(each for name, sets in only.items() for each in _told(STATES[name], *sets, old, new)), ()


def _told(
    goal: Goal, gone: list[FaultPair], come: list[FaultPair], old: Scenario, new: Scenario
) -> Iterator[SetDifference]:
    words = f"two faults after which {goal.description}"
    if come:
        yield SetDifference(words=words, old="", new=_listed(come, new), worse=True)
    if gone:
        yield SetDifference(words=words, old=_listed(gone, old), new="", worse=False)


def _only(mine: CutSetSearch, theirs: CutSetSearch) -> Iterator[FaultPair]:
    """The minimal pairs of one search that do not lead to the goal in the other, both faults known there."""
    known = {str(fault) for fault in theirs.faults}
    single = {str(each.faults[0]) for each in theirs.sets_of(1)}
    pairs = {frozenset(map(str, each.faults)) for each in theirs.sets_of(PAIR)}
    for each in mine.sets_of(PAIR):
        names = frozenset(map(str, each.faults))
        if names <= known and names not in pairs and not names & single:
            yield each.faults


def _listed(sets: list[FaultPair], side: Scenario) -> str:
    example = " and ".join(in_words(sets[0], side.settings))
    return example if len(sets) == 1 else f"{example}, and {len(sets) - 1} more"
