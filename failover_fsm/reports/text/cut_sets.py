"""Minimal cut sets as text for people and as data for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from failover_fsm.analysis.cut_sets import CutSet, CutSetSearch
from failover_fsm.config.values.printable import printable
from failover_fsm.model.scenario import Scenario, shared_ports
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.wiring import Network, Topology
from failover_fsm.reports.text.verdict import WIDTH, pair_line
from failover_fsm.text.story import RecordedStep, tell

__all__ = ["elements_record", "elements_text", "faults_record", "faults_text", "verdict"]

MOST_SHOWN = 40
"""The most sets of one size in the text; `--json` has all."""


def faults_text(scenario: Scenario, search: CutSetSearch, *, most: int, seconds: float) -> str:
    """The whole report: the question, the counts, the sets by size, one run, the verdict last.

    Args:
        scenario: The scenario.
        search: The finished or stopped search.
        most: The largest size requested.
        seconds: The duration of the search.
    """
    return "\n".join(_lines(scenario, search, most, seconds)) + "\n"


def _lines(scenario: Scenario, search: CutSetSearch, most: int, seconds: float) -> Iterator[str]:
    goal = search.goal
    yield printable(scenario.title)
    yield f"  {pair_line(scenario)}"
    yield from _wrapped(f"asked for {goal.id}: {goal.description}", "  ", "    ")
    whole = f"every set of up to {most}" if search.complete_up_to == most else "stopped early"
    yield f"  {len(search.faults)} faults, {whole}; {search.states:,} states, {seconds:.1f} s"
    yield ""
    yield "Counted"
    for sentence in counted(scenario, search):
        yield from _wrapped(sentence, "  - ", "    ")
    for size in range(most + 1):
        yield from _sets(search, size)
    if search.found:
        yield ""
        yield from _story(search, search.found[0])
    yield ""
    yield verdict(search, most)


def counted(scenario: Scenario, search: CutSetSearch) -> Iterator[str]:
    """The assumptions of the answer, one sentence each."""
    yield f"faults: {', '.join(scenario.environment.faults) or 'none'}; nothing is repaired, nobody enters a command"
    yield "any order, with the units' own steps anywhere in between"
    for start in search.starts:
        yield f"from: {start.description}"
    if search.goal.settled:
        yield (
            "judged settled, where no step of the units changes anything: a hand-over is one message delay without "
            "an active unit, and does not count"
        )
    if scenario.settings.topology is not None:
        yield f"topology {scenario.settings.topology.name}: a link, path or port is up while some route is"
    yield from shared_ports(search.settings)
    yield "a set is minimal when nothing can be left out of it"


def _sets(search: CutSetSearch, size: int) -> Iterator[str]:
    found = search.sets_of(size)
    if not found or size == 0:
        return
    yield ""
    yield "Single points of failure" if size == 1 else f"Sets of {size} faults ({len(found)})"
    for item in found[:MOST_SHOWN]:
        begins = "" if item.start is search.starts[0] else f" (from {item.start.description})"
        yield from _wrapped("; ".join(item.names) + begins, "  - ", "    ")
    if len(found) > MOST_SHOWN:
        yield f"  - and {len(found) - MOST_SHOWN} more (--json has them all)"


def _story(search: CutSetSearch, found: CutSet) -> Iterator[str]:
    what = "; ".join(found.names) or "no fault at all"
    yield from _wrapped(f"How it comes about, from {found.start.description}, by {what}", "", "")
    replay = search.steps(found)[len(found.start.events) :]
    steps = [RecordedStep(each.event, each.before, each.after, each.outputs) for each in replay]
    yield tell(steps, search.settings).rstrip("\n")


def verdict(search: CutSetSearch, most: int) -> str:
    """One sentence: how many faults the pair survives, how many sets violate the goal."""
    judged = search.complete_up_to
    if judged < most:
        known = f"every set of up to {_count(judged)} was judged" if judged >= 0 else "nothing was judged"
        so_far = f"; {_failing(search)} so far" if search.found else ""
        return f"UNDECIDED: the search did not finish; {known}{so_far}"
    if not search.found:
        everything = " (these are all)" if most >= len(search.faults) else ""
        return f"SURVIVES any {_count(most)}{everything}"
    least = min(len(found.faults) for found in search.found)
    if least == 0:
        return f"FAILS without any fault: {search.goal.description}"
    if least == 1:  # single faults are the main answer; larger minimal sets are listed too
        return f"DOES NOT SURVIVE every single fault; {_failing(search)}: {', '.join(search.single_points)}"
    return f"SURVIVES any {_count(least - 1)}; {_failing(search)}"


def _failing(search: CutSetSearch) -> str:
    least = min(len(found.faults) for found in search.found)
    count = len(search.sets_of(least))
    return f"{_sets_word(count, least)} fail{'s' if count == 1 else ''}"


def _sets_word(count: int, size: int) -> str:
    one, many = {1: ("single fault", "single faults"), 2: ("pair of faults", "pairs of faults")}.get(
        size, (f"set of {size} faults", f"sets of {size} faults")
    )
    return f"{count} {one if count == 1 else many}"


def _count(faults: int) -> str:
    return "1 fault" if faults == 1 else f"{faults} faults"


def _wrapped(text: str, first: str, then: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=then, break_long_words=False)


def faults_record(scenario: Scenario, search: CutSetSearch, *, most: int, seconds: float) -> dict[str, Any]:
    """The JSON object of `faults --json`; faults are events in the trace language.

    `from` and `traces` have one entry per minimal set: the start of its run, and the run from two units that are off.
    """
    return {
        "goal": search.goal.id,
        "verdict": verdict(search, most),
        "minimal_sets": [[str(fault) for fault in found.faults] for found in search.found],
        "from": [found.start.description for found in search.found],
        "single_points": list(search.single_points),
        "complete_up_to": search.complete_up_to,
        "complete": search.complete_up_to == most,
        "faults": [str(fault) for fault in search.faults],
        "states": search.states,
        "seconds": round(seconds, 3),
        "assumptions": list(counted(scenario, search)),
        "traces": [[str(event) for event in found.events] for found in search.found],
    }


# -- elements ------------------------------------------------------------------------------------


def elements_text(settings: Settings) -> str:
    """Every element of a topology, one per line, with the cables it joins or the networks it carries."""
    records = elements_record(settings)["elements"]
    width = max((len(each["name"]) for each in records), default=0)
    return "".join(f"{each['name']:<{width}}  {_joins(each)}\n" for each in records)


def _joins(record: dict[str, Any]) -> str:
    carries = ", ".join(record["carries"])
    return f"{' - '.join(record['ends'])}: {carries}" if record["ends"] else carries


def elements_record(settings: Settings) -> dict[str, Any]:
    """The JSON object of `faults --list-elements --json`; `carries` lists the networks routed over the element.

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
        records.append({"name": name, "ends": list(ends), "carries": ways})
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
