"""`failover-fsm faults`: all minimal sets of faults that lead to a goal."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.analysis.cut_sets import CutSet, CutSetSearch
from failover_fsm.analysis.fault_kinds import JoinedKind, joined_kinds
from failover_fsm.analysis.goals import JUDGED, SAFETY, STATES, Goal, goal, goal_names
from failover_fsm.assessment.fault_findings import of_cut_sets
from failover_fsm.assessment.findings import of_gaps, of_trouble
from failover_fsm.assessment.no_failover import as_if, no_failover_caveats, no_failover_record, no_failover_text
from failover_fsm.commands import gate_files, page_file
from failover_fsm.commands.arguments import as_seconds
from failover_fsm.commands.files import BadInput, emit, emit_answer, make_folder, write_bytes
from failover_fsm.commands.gaps import UNDECIDED, answer_undecided, print_gaps
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.scenarios import say_advice, say_of_topology, scenario_of
from failover_fsm.commands.topologies import connected
from failover_fsm.commands.trace_files import topology_word
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.config.review.trouble import trouble
from failover_fsm.config.values.input_file import files_read
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.diagrams.wiring.layout import layout
from failover_fsm.diagrams.wiring.pictures import wiring_dot, wiring_svg
from failover_fsm.model.interleavings import Explorer
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair.events import UnitFailed
from failover_fsm.pair.service import loss_in
from failover_fsm.promises import BY_ID
from failover_fsm.reports.text.cut_sets import (
    Effort,
    counted,
    elements_record,
    elements_text,
    faults_record,
    faults_text,
)
from failover_fsm.reports.text.fault_kinds import kind_text
from failover_fsm.topology import KNOWN
from failover_fsm.trace.lines import quoted
from failover_fsm.trace.writer import trace_from

DEFAULT_MAX = 2
DEFAULT_MAX_OF_ONE = 3
BUDGET = 10.0
"""Seconds after which a search stops that names neither `--max` nor `--time-limit`."""
_EXPECT = {"dual-active": "expect active=both\n", "no-active": "expect active=none\n"}


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "faults",
        description="Looks for every minimal set of faults that leads from the healthy pair to two active units, to "
        "none, or to an interface without service, in any order."
        " Exit status: 0 every set up to --max was judged, 1 NO FAILOVER, 2 bad input, 3 a limit was reached.",
    )
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--goal", metavar="GOAL", help=_goals_text())
    which.add_argument("--promise", metavar="ID", help="the promise of `check` that is to break")
    parser.add_argument("--topology", metavar="FIGURE|FILE", help="how the pair is connected; units and elements fail")
    parser.add_argument(
        "--max",
        metavar="N",
        help=f"sets of up to N (default {DEFAULT_MAX}, with one goal {DEFAULT_MAX_OF_ONE}, as far as {BUDGET:g} s go)",
    )
    parser.add_argument("--time-limit", metavar="S", help=f"stop after S seconds (default {BUDGET:g} without --max)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--traces", metavar="DIR", type=Path, help="write a run for each kind there as a .trace")
    page_file.add_argument(parser)
    gate_files.add_arguments(parser)
    parser.add_argument(
        "--draw", metavar="FILE", help="draw the topology there, svg or dot by its suffix, with a smallest set marked"
    )
    parser.add_argument("--list-elements", action="store_true", help="print the elements of the topology and end")
    parser.set_defaults(run=run)


def _goals_text() -> str:
    """The goals, for the help text."""
    goals = "; ".join(f"{each.id}: {each.description}" for each in STATES.values())
    return f"{goals} (default: {', '.join(SAFETY[:-1])} and {SAFETY[-1]} together)"


def run(args: argparse.Namespace) -> int:
    """Runs `faults`.

    Returns:
        The exit status: 0 complete, 1 if there is no failover, 3 stopped before.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
    """
    with files_read() as inputs:
        scenario = connected(scenario_of(args.file), args.topology)
    check_outputs(
        inputs, {"--draw": args.draw, "--report": args.report, **gate_files.outputs(args)}, {"--traces": args.traces}
    )
    _check_drawing(scenario, args)
    if args.list_elements:
        return _list_elements(scenario, args)
    goals = tuple(_goals(args, scenario))
    default = DEFAULT_MAX if len(goals) > 1 else DEFAULT_MAX_OF_ONE
    most = default if args.max is None else _whole("--max", args.max, least=1)
    limit = _seconds(args.time_limit)
    if limit is None and args.max is None:
        limit = BUDGET
    say_advice(scenario.config, scenario.sources[0])
    say_of_topology(scenario)
    if scenario.config.gaps:
        return _undecided(args, scenario)
    if goals[0] is STATES["sessions-lost"]:
        scenario = _with_stateful_link(scenario)
    began = time.monotonic()
    searches = tuple(_searches(scenario, goals))
    with Progress("looking for sets of faults", "kinds") as line:
        watch = _Watch(began, limit, line)
        _search(searches, most, watch)
    effort = Effort(most=most, seconds=time.monotonic() - began, limit=limit, left=watch.left)
    if args.traces is not None:
        _write_traces(scenario, searches, args.traces)
    if args.draw is not None:
        _draw(scenario, args.draw, _smallest(searches))
    if args.json:
        emit(_record(scenario, searches, effort))
    else:
        emit_answer(lambda: _text(scenario, searches, effort))
    _write_page(args, scenario, searches, _text(scenario, searches, effort))
    if gate_files.wanted(args):
        stopped = of_trouble(trouble(scenario.config), args.file)
        gate_files.write(args, (*stopped, *of_cut_sets(scenario, searches, most)), args.file)
    complete = all(search.complete_up_to == most for search in searches)
    return 1 if trouble(scenario.config) else 0 if complete else UNDECIDED


def _undecided(args: argparse.Namespace, scenario: Scenario) -> int:
    """Answers where part of the configuration is missing; returns the exit status."""
    if gate_files.wanted(args):
        found = (*of_trouble(trouble(scenario.config), args.file), *of_gaps(scenario.config.gaps, scenario.sources[0]))
        gate_files.write(args, found, args.file)
    page_file.not_written(args.report)
    status = answer_undecided("faults", scenario.title, scenario.config, as_json=args.json)
    return 1 if trouble(scenario.config) else status


MOST_DRAWN = 20
"""The most kinds of sets whose runs a page draws, the smallest first; its text has them all."""


def _write_page(args: argparse.Namespace, scenario: Scenario, searches: tuple[CutSetSearch, ...], text: str) -> None:
    """Writes the page of the sets, if it is asked for."""
    if args.report is None:
        return
    from failover_fsm.reports.html.figures import Story

    kinds = [
        (search, kind)
        for search in searches
        for size in sorted({kind.size for kind in search.kinds})
        for kind in joined_kinds(search, size)
    ]
    stories = [
        Story(
            name=f"{search.goal.id} by {'; '.join(kind.example.names) or 'no fault at all'}",
            says=f"One of {kind.count:,}: {kind_text(kind)}." if kind.count > 1 else "",
            steps=tuple(search.steps(kind.example)),
            settings=search.settings,
            ending=f"At the end: {search.goal.description}.",
        )
        for search, kind in sorted(kinds, key=lambda each: len(each[1].example.faults))[:MOST_DRAWN]
    ]
    pictures = []
    if scenario.settings.topology is not None:
        pictures.append((f"Topology {scenario.settings.topology.name}, with a smallest set marked",
                         wiring_svg(layout(scenario.settings, _smallest(searches)))))  # fmt: skip
    page_file.write_page(args.report, f"Faults of {scenario.short_title}", text, stories, pictures=pictures)


def _searches(scenario: Scenario, goals: Iterable[Goal]) -> Iterator[CutSetSearch]:
    """A search for each goal; they share the steps of the pair."""
    explorer: Explorer | None = None
    for each in goals:
        search = CutSetSearch(scenario.settings, scenario.environment, each, explorer)
        explorer = search.explorer
        yield search


def _search(searches: tuple[CutSetSearch, ...], most: int, watch: _Watch) -> None:
    """Runs every search, size by size, so that a limit leaves something known of each goal."""
    try:
        for size in range(1, most + 1):
            for search in searches:
                watch.begin(search)
                search.run(size, watch)
        watch.left = None
    except (KeyboardInterrupt, _TimeIsUp):
        pass


def _with_stateful_link(scenario: Scenario) -> Scenario:
    """The scenario extended by faults of a dedicated Stateful Failover link: connections depend on it (T2-6)."""
    environment = scenario.environment
    if scenario.settings.stateful is not StatefulLink.DEDICATED or scenario.topology is not None:
        return scenario
    faults = (*environment.faults, "stateful-link")
    return attrs.evolve(scenario, environment=attrs.evolve(environment, faults=faults))


def _goals(args: argparse.Namespace, scenario: Scenario) -> Iterator[Goal]:
    """The goals of the command line; without one, those that everybody wants to know about."""
    if args.promise is not None:
        yield _promised(args.promise, scenario)
    elif args.goal is None:
        yield from (STATES[name] for name in SAFETY)
    elif args.goal in STATES:
        yield STATES[args.goal]
    elif args.goal in BY_ID:
        yield _promised(args.goal, scenario, option="--goal")
    else:
        allowed = ", ".join(STATES)
        close = nearest(args.goal, goal_names())
        raise BadInput(f"--goal: there is no goal {args.goal!r}{close}; allowed: {allowed}, or --promise ID")


def _promised(name: str, scenario: Scenario, option: str = "--promise") -> Goal:
    """The goal that a promise breaks."""
    allowed = listed(name, (each for each in goal_names() if each not in STATES))
    if name not in BY_ID:
        raise BadInput(f"{option}: there is no promise {name!r}{nearest(name, BY_ID)}; allowed: {allowed}")
    if BY_ID[name].kind not in JUDGED:
        kind = BY_ID[name].kind
        raise BadInput(f"{option}: no single run can break {name}, which is of the kind {kind}; allowed: {allowed}")
    quiet = attrs.evolve(scenario.environment, operator=(), max_faults=None)
    if not BY_ID[name].applies(quiet, groups=bool(scenario.settings.groups)):
        kinds = ", ".join(quiet.faults)
        raise BadInput(f"{option}: {name} says nothing where only {kinds} can fail; allowed: {allowed}")
    return goal(name)


def _whole(option: str, text: str, *, least: int) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 4 or int(text) < least:
        raise BadInput(f"{option}: {text!r} is no number of faults; allowed: {least}, {least + 1}, ... 9999")
    return int(text)


def _seconds(text: str | None) -> float | None:
    value = None if text is None else as_seconds(text)
    if text is not None and value is None:
        raise BadInput(f"--time-limit: {text!r} is no number of seconds; allowed: more than 0")
    return value


# -- while it runs ---------------------------------------------------------------------------------


class _TimeIsUp(Exception):
    """The time limit is reached."""


class _Watch:
    """The clock of the searches: stops them at the limit, shows their progress, estimates what is left.

    Attributes:
        left: The seconds that the kinds of the size at hand that are left would take; None where that is not known.
    """

    def __init__(self, began: float, limit: float | None, line: Progress) -> None:
        self.left: float | None = None
        self._began, self._limit, self._line = began, limit, line
        self._search: CutSetSearch | None = None
        self._first: tuple[int, int, float] | None = None

    def begin(self, search: CutSetSearch) -> None:
        """Watches another search from now on."""
        self._search, self._first, self.left = search, None, None

    def __call__(self, size: int, count: int, total: int) -> None:
        """Called before each kind of sets, see `CutSetSearch.run`."""
        now = time.monotonic()
        if self._first is None or self._first[0] != size or not count:
            self._first, self.left = (size, count, now), None
        elif count > self._first[1]:
            self.left = (now - self._first[2]) / (count - self._first[1]) * (total - count)
        if self._limit is not None and now - self._began > self._limit:
            raise _TimeIsUp
        search = self._search
        assert search is not None, "`begin` was called"
        if not count:
            self._line.now(f"{search.goal.id}, sets of {size}", "kinds", total)
        self._line.at(count, total)
        self._line.note = f"{len(search.kinds):,} found, {search.states:,} states"


# -- output ----------------------------------------------------------------------------------------


def _record(scenario: Scenario, searches: tuple[CutSetSearch, ...], effort: Effort) -> str:
    record = faults_record(scenario, searches, effort, as_if(scenario.config)) | no_failover_record(scenario.config)
    return _json(scenario, record, (*no_failover_caveats(scenario.config), *counted(scenario, searches[-1])))


def _text(scenario: Scenario, searches: tuple[CutSetSearch, ...], effort: Effort) -> str:
    return no_failover_text(scenario.config) + faults_text(scenario, searches, effort, as_if(scenario.config))


def _json(scenario: Scenario, record: dict[str, Any], caveats: Iterable[str] = ()) -> str:
    return json_object("faults", record, ((scenario.sources[0], scenario.config),), caveats)


def _list_elements(scenario: Scenario, args: argparse.Namespace) -> int:
    settings = scenario.settings
    if settings.topology is None:
        raise BadInput(f"--list-elements: {args.file} has no topology; allowed: --topology {', '.join(KNOWN)}, FILE")
    print_gaps(scenario.config, args.file)
    if args.draw is not None:
        _draw(scenario, args.draw, ())
    if args.json:
        emit(_json(scenario, elements_record(settings)))
    else:
        emit_answer(lambda: elements_text(settings))
    return 0


DRAWINGS = {".svg": wiring_svg, ".dot": wiring_dot, ".gv": wiring_dot}
"""The pictures of a topology by the suffix of the file."""


def _check_drawing(scenario: Scenario, args: argparse.Namespace) -> None:
    if args.draw is None:
        return
    if scenario.settings.topology is None:
        raise BadInput(f"--draw: {args.file} has no topology; allowed: --topology {', '.join(KNOWN)}, FILE")
    if Path(args.draw).suffix.lower() not in DRAWINGS:
        raise BadInput(f"--draw {args.draw}: the suffix names no format; allowed: {', '.join(DRAWINGS)}")


def _draw(scenario: Scenario, name: str, marked: Iterable[str]) -> None:
    drawn = layout(scenario.settings, marked)
    write_bytes(name, DRAWINGS[Path(name).suffix.lower()](drawn).encode())


def _smallest(searches: Iterable[CutSetSearch]) -> tuple[str, ...]:
    """The elements, and the units that stop, of a smallest set that was found."""
    found = [search.kinds[0].example for search in searches if search.kinds]
    faults = min((each.faults for each in found), key=len, default=())
    names = (each.unit.value if isinstance(each, UnitFailed) else getattr(each, "element", "") for each in faults)
    return tuple(name for name in names if name)


def _write_traces(scenario: Scenario, searches: tuple[CutSetSearch, ...], folder: Path) -> None:
    """Writes one run for each kind of sets."""
    make_folder("--traces", folder)
    for search in searches:
        sizes = sorted({kind.size for kind in search.kinds})
        kinds = (kind for size in sizes for kind in joined_kinds(search, size))
        for number, kind in enumerate(kinds, 1):
            name = f"{search.goal.id}-{number:03}.trace"
            write_bytes(folder / name, fault_trace(scenario, search, kind, folder).encode())


def fault_trace(scenario: Scenario, search: CutSetSearch, kind: JoinedKind, folder: Path) -> str:
    """The run of one set of a kind as a scenario file in `folder`, which `run` replays."""
    found = kind.example
    comments = [f"{search.goal.id}: {search.goal.description}", f"by {'; '.join(found.names) or 'no fault at all'}"]
    comments += [f"one of {kind.count:,}: {kind_text(kind)}"] if kind.count > 1 else []
    return trace_from(
        found.events,
        config=[os.path.relpath(scenario.sources[0], folder)],
        topology=topology_word(scenario, folder),
        options=scenario.options,
        comments=comments,
    ) + _expected(search, found)


def _expected(search: CutSetSearch, found: CutSet) -> str:
    """The `expect` line that holds at the end of the run, where there is one for the goal."""
    settings = search.settings
    if search.goal.everywhere:
        lost = loss_in(search.steps(found)[-1].after, settings).interfaces
        return "".join(f"expect interface={quoted(settings.ports[index].name)} served=no\n" for index in lost)
    return "" if settings.groups else _EXPECT.get(search.goal.id, "")
