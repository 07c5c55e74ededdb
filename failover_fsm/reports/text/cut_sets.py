"""Minimal cut sets as text for people and as data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.analysis.cut_sets import CutSet, CutSetSearch
from failover_fsm.analysis.fault_kinds import JoinedKind, joined_kinds
from failover_fsm.config.values.printable import printable
from failover_fsm.model.scenario import Scenario, hosts, shared_ports
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.wiring import Network, Topology
from failover_fsm.reports.text.fault_kinds import LEGEND, kind_text, shows_ways
from failover_fsm.reports.text.verdict import pair_line
from failover_fsm.text.layout import some_of, wrap
from failover_fsm.text.service import lost_names
from failover_fsm.text.story import RecordedStep, tell

__all__ = ["Effort", "elements_record", "elements_text", "faults_record", "faults_text", "verdict"]

MOST_SHOWN = 40
"""The most kinds of sets of one size in the text; `--json` has all."""

MOST_LISTED = 10_000
"""The most sets that `--json` lists one by one; of more, it has one of each kind."""

UNWATCHED = (
    "for service-lost, interfaces that are not monitored fail too; service is lost where the protocol rests without "
    "it, not while a take-over goes on"
)


@attrs.frozen(kw_only=True)
class Effort:
    """What was asked for, and what it took.

    Attributes:
        most: The largest size requested.
        seconds: The duration of the searches.
        limit: The seconds after which they stop; None for no limit.
        left: The seconds that the rest of the size would take at which they stopped, estimated; None where nothing is
            left, or nothing is known.
    """

    most: int
    seconds: float
    limit: float | None = None
    left: float | None = None


def faults_text(scenario: Scenario, searches: Sequence[CutSetSearch], effort: Effort, as_if: str = "") -> str:
    """The whole report: the question, the counts, the sets by size, one run, the verdict last.

    Args:
        scenario: The scenario.
        searches: The finished or stopped search for each goal.
        effort: What was asked for, and what it took.
        as_if: Stands before each verdict.
    """
    one = len(searches) == 1
    lines = _one(scenario, searches[0], effort, as_if) if one else _all(scenario, searches, effort, as_if)
    return "\n".join(lines) + "\n"


def _one(scenario: Scenario, search: CutSetSearch, effort: Effort, as_if: str) -> Iterator[str]:
    yield from _head(scenario, (search,), effort)
    for size in range(1, effort.most + 1):
        yield from _sets(search, size)
    if search.kinds:
        yield ""
        yield from _story(search, search.kinds[0].example)
    yield ""
    yield f"{as_if}{verdict(search, effort.most)}"


def _all(scenario: Scenario, searches: Sequence[CutSetSearch], effort: Effort, as_if: str) -> Iterator[str]:
    """Goal by goal, each with its own verdict and one run; the whole verdict last."""
    yield from _head(scenario, searches, effort)
    for search in searches:
        yield ""
        yield from _wrapped(f"{search.goal.id}: {as_if}{verdict(search, effort.most)}", "", "  ")
        for size in range(1, effort.most + 1):
            yield from _sets(search, size)
    for search in searches:
        if search.kinds and search.kinds[0].size < 2:
            yield ""
            yield from _story(search, search.kinds[0].example)
    yield ""
    yield f"{as_if}{whole_verdict(searches, effort.most)}"


def _head(scenario: Scenario, searches: Sequence[CutSetSearch], effort: Effort) -> Iterator[str]:
    yield printable(scenario.title)
    yield f"  {pair_line(scenario)}"
    for search in searches:
        yield from _wrapped(f"asked for {search.goal.id}: {search.goal.description}", "  ", "    ")
    yield from _wrapped(_effort(searches, effort), "  ", "    ")
    yield ""
    yield "Counted"
    for sentence in counted(scenario, searches[-1]):
        yield from _wrapped(sentence, "  - ", "    ")
    if any(search.goal.everywhere for search in searches):
        yield from _wrapped(UNWATCHED, "  - ", "    ")
    if any(shows_ways(kind) for search in searches for kind in _kinds(search, effort.most)):
        yield from _wrapped(LEGEND, "  - ", "    ")


def _effort(searches: Sequence[CutSetSearch], effort: Effort) -> str:
    """How many faults can happen, the limits, and whether they were reached."""
    faults = max(len(each.faults) for each in searches)
    within = "no time limit" if effort.limit is None else f"at most {effort.limit:g} s"
    limits = f"{faults} faults can happen; sets of up to {effort.most} (--max), {within} (--time-limit)"
    if _judged(searches) >= effort.most:
        return f"{limits}; every set was tried, {effort.seconds:.1f} s"
    left = (
        "" if effort.left is None else f", {_sizes(_judged(searches) + 1)} would take about {_time(effort.left)} more"
    )
    return f"{limits}; stopped after {effort.seconds:.1f} s{left}"


def _time(seconds: float) -> str:
    """A duration of which only the order is known."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600):,} h"


def _kinds(search: CutSetSearch, most: int) -> Iterator[JoinedKind]:
    return (kind for size in range(1, most + 1) for kind in joined_kinds(search, size))


def counted(scenario: Scenario, search: CutSetSearch) -> Iterator[str]:
    """The assumptions of the answer, one sentence each."""
    yield f"faults: {', '.join(scenario.environment.faults) or 'none'}; nothing is repaired, nobody enters a command"
    yield "any order, with the units' own steps anywhere in between"
    for start in search.starts:
        yield f"from: {start.description}"
    if search.goal.settled:
        yield (
            "judged at rest, when the units do nothing more by themselves: a hand-over is one message delay without "
            "an active unit, and does not count"
        )
    if scenario.settings.topology is not None:
        yield f"topology {scenario.settings.topology.name}: a link, path or port is up while some route is"
        yield from hosts(scenario.settings)
    yield from shared_ports(search.settings)
    yield "a set is minimal when nothing can be left out of it"


def _sets(search: CutSetSearch, size: int) -> Iterator[str]:
    kinds = joined_kinds(search, size)
    if not kinds:
        return
    yield ""
    yield "Single points of failure" if size == 1 else f"Sets of {size} faults ({search.count_of(size):,})"
    for kind in kinds[:MOST_SHOWN]:
        alone = kind.count == 1 and kind.example.start is not search.starts[0]
        many = f" ({kind.count:,})" if kind.count > 1 else f" (from {kind.example.start.description})" if alone else ""
        yield from _wrapped(kind_text(kind) + many, "  - ", "    ")
    if len(kinds) > MOST_SHOWN:
        yield f"  - and {len(kinds) - MOST_SHOWN} more kinds (--json has them all)"


def _story(search: CutSetSearch, found: CutSet) -> Iterator[str]:
    what = "; ".join(found.names) or "no fault at all"
    begin = f"How {search.goal.id} comes about, from {found.start.description}, by {what}"
    yield from _wrapped(begin, "", "")
    replay = search.steps(found)[len(found.start.events) :]
    steps = [RecordedStep(each.event, each.before, each.after, each.outputs) for each in replay]
    yield tell(steps, search.settings).rstrip("\n")
    if search.goal.everywhere:
        yield from _wrapped(f"Without service: {some_of(lost_names(replay[-1].after, search.settings))}", "", "  ")


def verdict(search: CutSetSearch, most: int) -> str:
    """One sentence: how many faults the pair survives, how many sets violate the goal, what was not looked at."""
    judged = search.complete_up_to
    rest = f"; {_rest(search)}" if judged < most else ""
    if not search.kinds:
        if rest:
            return f"UNDECIDED: {_none_does(judged)}{_rest(search)}"
        everything = " (these are all)" if most >= len(search.faults) else ""
        return f"SURVIVES any {_count(most)}{everything}"
    least = search.kinds[0].size
    so_far = " so far" if least > judged else ""
    if least == 0:
        return f"FAILS without any fault: {search.goal.description}"
    if least == 1:  # single faults are the main answer; larger minimal sets are listed too
        return f"DOES NOT SURVIVE every single fault; {_failing(search)}{so_far}: {_single_faults(search)}{rest}"
    return f"SURVIVES any {_count(least - 1)}; {_failing(search)}{so_far}{rest}"


def _none_does(judged: int) -> str:
    """What was decided where no set was found: "no single fault does; "."""
    if judged < 1:
        return ""
    return "no single fault does; " if judged == 1 else f"no set of up to {judged} faults does; "


def _rest(search: CutSetSearch) -> str:
    """How much of the size was looked at at which a search stopped."""
    extent, size = search.extent, search.complete_up_to + 1
    if extent is None or not extent.sets:
        return f"{_sizes(max(1, size))}: none looked at"
    return f"{_sizes(size)}: {extent.sets:,} of {extent.of_sets:,} looked at"


def _sizes(size: int) -> str:
    return {1: "single faults", 2: "pairs"}.get(size, f"sets of {size}")


def _single_faults(search: CutSetSearch) -> str:
    """The single faults: names, or kinds of them."""
    kinds = joined_kinds(search, 1)
    return ("; " if any(kind.places for kind in kinds) else ", ").join(map(kind_text, kinds))


def whole_verdict(searches: Sequence[CutSetSearch], most: int) -> str:
    """One sentence on all goals: the number of faults that the pair survives, and what the next one does."""
    judged = _judged(searches)
    last = next(search for search in searches if search.complete_up_to == judged)
    rest = f"{_rest(last)} for {last.goal.id}" if judged < most else ""
    least = min((search.kinds[0].size for search in searches if search.kinds), default=None)
    if rest and (least is None or least > judged + 1):
        return f"UNDECIDED: {_none_does(judged)}{rest}"
    if least is None:
        return f"SURVIVES any {_count(most)}"
    met = [f"{search.goal.id} ({search.count_of(least):,})" for search in searches if search.count_of(least)]
    if least == 0:
        return f"FAILS without any fault: {', '.join(met)}"
    begin = "DOES NOT SURVIVE every single fault" if least == 1 else f"SURVIVES any {_count(least - 1)}"
    so_far = " so far" if least > judged else ""
    fail = f"{_sets_word(2, least).removeprefix('2 ')} that fail{so_far}: {', '.join(met)}"
    return f"{begin}; {fail}{'; ' if rest else ''}{rest}"


def _judged(searches: Sequence[CutSetSearch]) -> int:
    return min(search.complete_up_to for search in searches)


def _failing(search: CutSetSearch) -> str:
    least = search.kinds[0].size
    count = search.count_of(least)
    return f"{_sets_word(count, least)} fail{'s' if count == 1 else ''}"


def _sets_word(count: int, size: int) -> str:
    one, many = {1: ("single fault", "single faults"), 2: ("pair of faults", "pairs of faults")}.get(
        size, (f"set of {size} faults", f"sets of {size} faults")
    )
    return f"{count:,} {one if count == 1 else many}"


def _count(faults: int) -> str:
    return "1 fault" if faults == 1 else f"{faults} faults"


def _wrapped(text: str, first: str, then: str) -> list[str]:
    return wrap(text, first, then)


def faults_record(
    scenario: Scenario, searches: Sequence[CutSetSearch], effort: Effort, as_if: str = ""
) -> dict[str, Any]:
    """The JSON object of `faults --json`: that of the one goal, or an object with one for each goal; as above."""
    most = effort.most
    records = [_goal_record(scenario, search, most, as_if) for search in searches]
    left = None if effort.left is None else round(effort.left, 1)
    took = {
        "seconds": round(effort.seconds, 3),
        "max": most,
        "time_limit": effort.limit,
        "seconds_left": left,
    }
    if len(records) == 1:
        return {**records[0], **took}
    return {
        "verdict": f"{as_if}{whole_verdict(searches, most)}",
        "complete_up_to": _judged(searches),
        "complete": _judged(searches) == most,
        "states": sum(search.states for search in searches),
        **took,
        "goals": records,
    }


def _goal_record(scenario: Scenario, search: CutSetSearch, most: int, as_if: str) -> dict[str, Any]:
    """The record of one goal; faults are events in the trace language.

    `from` and `traces` have one entry per minimal set: the start of its run, and the run from two units that are off.
    """
    few = sum(kind.count for kind in search.kinds) <= MOST_LISTED
    found = search.found if few else tuple(kind.example for kind in search.kinds)
    return {
        "goal": search.goal.id,
        "verdict": f"{as_if}{verdict(search, most)}",
        "minimal_sets": [[str(fault) for fault in each.faults] for each in found],
        "listed": "every set" if few else "one set of each kind",
        "kinds": [_kind_record(kind) for kind in _kinds(search, most)],
        "from": [each.start.description for each in found],
        "single_points": list(search.single_points),
        "complete_up_to": search.complete_up_to,
        "complete": search.complete_up_to == most,
        "looked_at": None if search.complete_up_to == most else _looked_at(search),
        "faults": [str(fault) for fault in search.faults],
        "states": search.states,
        "assumptions": list(counted(scenario, search)),
        "traces": [[str(event) for event in each.events] for each in found],
    }


def _looked_at(search: CutSetSearch) -> dict[str, int | None]:
    """How far a stopped search is; `of` is null where it is not known how many sets there are."""
    extent, size = search.extent, search.complete_up_to + 1
    known = extent is not None and extent.of_sets > 0
    return {
        "size": size,
        "sets": extent.sets if extent is not None else 0,
        "of": extent.of_sets if extent is not None and known else None,
    }


def _kind_record(kind: JoinedKind) -> dict[str, Any]:
    return {
        "kind": kind_text(kind),
        "count": kind.count,
        "faults": [str(fault) for fault in kind.example.faults],
        "from": kind.example.start.description,
        "trace": [str(event) for event in kind.example.events],
    }


# -- elements ------------------------------------------------------------------------------------


def elements_text(settings: Settings) -> str:
    """Every element of a topology, one per line, with the cables it joins or the networks it carries."""
    records = elements_record(settings)["elements"]
    width = max((len(each["name"]) for each in records), default=0)
    return "".join(f"{each['name']:<{width}}  {_joins(each)}\n" for each in records)


def _joins(record: dict[str, Any]) -> str:
    if "runs" in record:
        return f"runs {' and '.join(record['runs'])}"
    carries = ", ".join(record["carries"])
    return f"{' - '.join(record['ends'])}: {carries}" if record["ends"] else carries


def elements_record(settings: Settings) -> dict[str, Any]:
    """The JSON object of `faults --list-elements --json`; `carries` lists the networks routed over the element.

    `runs` lists the units that run on it, where it is a host.

    Raises:
        ValueError: If the pair has no topology.
    """
    topology = settings.topology
    if topology is None:
        raise ValueError("a pair without a topology; allowed: a pair with one")
    networks = dict(_networks(settings, topology))
    joined = {cable.name: cable.ends for network in networks.values() for cable in network}
    joined |= {trunk.name: trunk.ends for trunk in topology.trunks}
    records = []
    for name in topology.elements:
        ends = joined.get(name, ())
        ways = [word for word, network in networks.items() if _passes(topology, network, name)]
        record: dict[str, Any] = {"name": name, "ends": list(ends), "carries": ways}
        records.append(record | ({"runs": list(dict(topology.hosts)[name])} if name in dict(topology.hosts) else {}))
    return {"topology": topology.name, "elements": records}


def _networks(settings: Settings, topology: Topology) -> Iterator[tuple[str, Network]]:
    yield "failover link", topology.failover
    yield "stateful link", topology.stateful
    for port, network in zip(settings.ports, topology.ports, strict=True):
        yield port.name, network


def _passes(topology: Topology, network: Network, element: str) -> bool:
    """True if a network uses the element: one of its cables, or a switch or trunk that these reach."""
    reached = [end for cable in network for end in cable.ends]
    for place in reached:
        reached += [
            end for trunk in topology.trunks if (end := trunk.other_end(place)) is not None and end not in reached
        ]
    trunks = [trunk.name for trunk in topology.trunks if set(trunk.ends) <= set(reached)]
    return element in (*(cable.name for cable in network), *trunks, *reached)
