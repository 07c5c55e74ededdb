"""Minimal sets of faults as findings: a gate reads them as JUnit or SARIF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from failover_fsm.analysis.cut_sets import CutSet, CutSetSearch
from failover_fsm.analysis.fault_kinds import JoinedKind, joined_kinds
from failover_fsm.assessment.points import BlindSpot, blind_spots
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.reports.gates.finding import Finding, Outcome, slug
from failover_fsm.reports.text.cut_sets import verdict
from failover_fsm.reports.text.fault_kinds import kind_text
from failover_fsm.text.headings import heading

__all__ = ["of_cut_sets"]


def of_cut_sets(scenario: Scenario, searches: Sequence[CutSetSearch], most: int) -> Iterator[Finding]:
    """A finding for each goal, for each single fault that leads to it, and for each kind of larger sets.

    A single fault fails unless the configuration intends it (a gap, as in `check`); nobody promised to survive a
    larger set, so that is noted. A goal without single faults passes, unless its single faults were not all tried.

    Args:
        scenario: The pair.
        searches: The search for each goal, finished or stopped.
        most: The largest size that was asked for.
    """
    spots = {name: spot for spot in blind_spots(scenario.config, scenario.settings) for name in spot.interfaces}
    for search in searches:
        yield _goal(scenario, search, most)
        for found in search.found if search.count_of(1) else ():
            if len(found.faults) == 1:
                yield _single(scenario, search, found, spots)
        for size in range(2, most + 1):
            for kind in joined_kinds(search, size):
                yield _kind(scenario, search, kind)


def _goal(scenario: Scenario, search: CutSetSearch, most: int) -> Finding:
    """Whether every set up to the size was judged; what was found has findings of its own."""
    judged = search.complete_up_to >= most
    if search.kinds and search.kinds[0].size == 0:
        outcome = Outcome.FAILED
    else:
        outcome = Outcome.PASSED if judged else Outcome.UNDECIDED
    return Finding(
        kind="goal", id=search.goal.id, says=f"sets of up to {most} faults that lead to: {search.goal.description}",
        outcome=outcome, message="" if outcome is Outcome.PASSED else verdict(search, most), file=scenario.sources[0],
    )  # fmt: skip


def _single(scenario: Scenario, search: CutSetSearch, found: CutSet, spots: Mapping[str, BlindSpot]) -> Finding:
    (fault,) = found.faults
    spot = spots.get(fault.interface) if isinstance(fault, e.AtInterface) else None
    is_gap = spot is not None and spot.deliberate and search.goal.everywhere
    remedy = f"; {spot.reason}: {spot.remedy}" if spot is not None else ""
    return Finding(
        kind="fault", id=slug(f"{search.goal.id} {found.names[0]}"),
        says=f"{found.names[0]} does not lead to: {search.goal.description}",
        outcome=Outcome.NOTED if is_gap else Outcome.FAILED,
        message=f"{found.names[0]}: {search.goal.description}{remedy}",
        file=scenario.sources[0], line=_line(scenario, fault) if spot is None else spot.line,
        steps=tuple(_steps(search, found)),
    )  # fmt: skip


def _line(scenario: Scenario, fault: e.Fault) -> int | None:
    """The line that names the interface that fails, None if the fault is of no single interface."""
    if not isinstance(fault, e.AtInterface):
        return None
    config = scenario.config
    items = (each for each in config.interfaces if each.nameif and config.name_of(each) == fault.interface)
    return next((config.line_in(each, "nameif") for each in items), None)


def _kind(scenario: Scenario, search: CutSetSearch, kind: JoinedKind) -> Finding:
    words = kind_text(kind)
    many = f" ({kind.count:,} sets)" if kind.count > 1 else ""
    return Finding(
        kind="fault", id=slug(f"{search.goal.id} {words}"), says=f"{words} lead to: {search.goal.description}",
        outcome=Outcome.NOTED, message=f"{words}{many}: {search.goal.description}", file=scenario.sources[0],
        steps=tuple(_steps(search, kind.example)),
    )  # fmt: skip


def _steps(search: CutSetSearch, found: CutSet) -> Iterator[str]:
    """The run of a set from two units that are off, a sentence for each of its steps."""
    for each in search.steps(found):
        yield heading(each.event, each.before, each.after, search.settings)
