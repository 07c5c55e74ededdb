"""`failover-fsm faults`: all minimal sets of faults that lead to a goal."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.analysis.cut_sets import CutSet, CutSetSearch
from failover_fsm.analysis.goals import JUDGED, STATES, Goal, goal, goal_names
from failover_fsm.commands.check import say_of_topology, scenario_of, topology_word
from failover_fsm.commands.files import BadInput, emit, show_progress, write_bytes
from failover_fsm.commands.gaps import UNDECIDED, answer_undecided, print_gaps
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model.scenario import WITH_TOPOLOGY, Scenario
from failover_fsm.promises import BY_ID
from failover_fsm.reports.text.cut_sets import elements_record, elements_text, faults_record, faults_text
from failover_fsm.topology import FIGURES, PlanError, TopologyFileError, names_for_figures, read_topology
from failover_fsm.trace.writer import trace_from

DEFAULT_MAX = 3
_EXPECT = {"dual-active": "expect active=both\n", "no-active": "expect active=none\n"}


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "faults",
        help="all minimal sets of faults that lead to a goal",
        description="Looks for every minimal set of faults that leads from the healthy pair to the goal, in any order."
        " Exit status: 0 every set up to --max was judged, 2 bad input, 3 a limit was reached.",
    )
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument("--goal", metavar="GOAL", help=f"{', '.join(STATES)}, or the promise that is to break")
    parser.add_argument("--topology", metavar="FIGURE|FILE", help="how the pair is connected; units and elements fail")
    parser.add_argument("--max", metavar="N", default=str(DEFAULT_MAX), help=f"sets of up to N (default {DEFAULT_MAX})")
    parser.add_argument("--time-limit", metavar="S", help="stop, undecided, after S seconds")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--traces", metavar="DIR", type=Path, help="write a run for each set there as a .trace")
    parser.add_argument("--list-elements", action="store_true", help="print the elements of the topology and end")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `faults`.

    Returns:
        The exit status: 0 complete, 3 stopped before.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
    """
    scenario = connected(scenario_of(args.file), args.topology)
    if args.list_elements:
        return _list_elements(scenario, args)
    wanted = _goal(args.goal, scenario)
    most, limit = _whole("--max", args.max, least=1), _seconds(args.time_limit)
    say_of_topology(scenario)
    if scenario.config.gaps:
        return answer_undecided(scenario.title, scenario.config, as_json=args.json)
    if wanted is STATES["sessions-lost"]:
        scenario = _with_stateful_link(scenario)
    search = CutSetSearch(scenario.settings, scenario.environment, wanted)
    began = time.monotonic()
    try:
        search.run(most, _watch(search, limit))
    except (KeyboardInterrupt, _TimeIsUp):
        pass  # the results so far are kept, and `complete_up_to` is their extent
    finally:
        show_progress()
    seconds = time.monotonic() - began
    if args.traces is not None:
        _write_traces(scenario, search, args.traces)
    if args.json:
        emit(json.dumps(faults_record(scenario, search, most=most, seconds=seconds), indent=2) + "\n")
    else:
        emit(faults_text(scenario, search, most=most, seconds=seconds))
    return 0 if search.complete_up_to == most else UNDECIDED


def _with_stateful_link(scenario: Scenario) -> Scenario:
    """The scenario extended by faults of a dedicated Stateful Failover link: connections depend on it (T2-6)."""
    environment = scenario.environment
    if scenario.settings.stateful is not StatefulLink.DEDICATED or scenario.topology is not None:
        return scenario
    faults = (*environment.faults, "stateful-link")
    return attrs.evolve(scenario, environment=attrs.evolve(environment, faults=faults))


def connected(scenario: Scenario, topology: str | None) -> Scenario:
    """The scenario with another topology, in which units and elements fail; unchanged if `topology` is None.

    Raises:
        BadInput: If the word is no topology of this pair.
    """
    if topology is None:
        return scenario
    try:
        plan = read_topology(topology, names_for_figures(scenario.settings))
        found = attrs.evolve(scenario, topology=plan, expect=())
        assert found.settings.topology is not None
    except (PlanError, TopologyFileError) as error:
        place = f"{topology}: " if isinstance(error, PlanError) else ""
        raise BadInput(f"--topology: {place}{error}") from None
    return attrs.evolve(found, environment=attrs.evolve(found.environment, faults=WITH_TOPOLOGY))


def _goal(name: str | None, scenario: Scenario) -> Goal:
    allowed = ", ".join(goal_names())
    if name is None:
        raise BadInput(f"--goal is missing; allowed: {allowed}")
    try:
        found = goal(name)
    except KeyError:
        kind = f" (it is of the kind {BY_ID[name].kind}; only {', '.join(JUDGED)})" if name in BY_ID else ""
        raise BadInput(f"--goal: there is no goal {name!r}{kind}; allowed: {allowed}") from None
    quiet = attrs.evolve(scenario.environment, operator=(), max_faults=None)
    if name in BY_ID and not BY_ID[name].applies(quiet, groups=bool(scenario.settings.groups)):
        raise BadInput(f"--goal: {name} says nothing where only {', '.join(quiet.faults)} can fail; allowed: {allowed}")
    return found


def _whole(option: str, text: str, *, least: int) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 4 or int(text) < least:
        raise BadInput(f"{option}: {text!r} is no number of faults; allowed: {least}, {least + 1}, ... 9999")
    return int(text)


def _seconds(text: str | None) -> float | None:
    try:
        value = None if text is None else float(text)
    except ValueError:
        value = -1.0
    if value is not None and not 0 < value < float("inf"):
        raise BadInput(f"--time-limit: {text!r} is no number of seconds; allowed: more than 0")
    return value


# -- while it runs ---------------------------------------------------------------------------------


class _TimeIsUp(Exception):
    """The time limit is reached."""


def _watch(search: CutSetSearch, limit: float | None) -> Callable[[int, int, int], None]:
    began, last = time.monotonic(), 0.0

    def watch(size: int, count: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if limit is not None and now - began > limit:
            raise _TimeIsUp
        if now - last > 0.2:
            last = now
            line = f"sets of {size}: {count:,} of {total:,}, {len(search.found):,} found, {search.states:,} states"
            show_progress(line)

    return watch


# -- output ----------------------------------------------------------------------------------------


def _list_elements(scenario: Scenario, args: argparse.Namespace) -> int:
    settings = scenario.settings
    if settings.topology is None:
        raise BadInput(f"--list-elements: {args.file} has no topology; allowed: --topology {', '.join(FIGURES)}, FILE")
    print_gaps(scenario.config, args.file)
    emit(json.dumps(elements_record(settings), indent=2) + "\n" if args.json else elements_text(settings))
    return 0


def _write_traces(scenario: Scenario, search: CutSetSearch, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--traces {folder}: {error.strerror}; allowed: a directory that can be written") from None
    for number, found in enumerate(search.found, 1):
        name = f"{search.goal.id}-{number:03}.trace"
        write_bytes(folder / name, fault_trace(scenario, search, found, folder).encode())


def fault_trace(scenario: Scenario, search: CutSetSearch, found: CutSet, folder: Path) -> str:
    """The run of a minimal cut set as a scenario file in `folder`, which `run` replays."""
    comments = [f"{search.goal.id}: {search.goal.description}", f"by {'; '.join(found.names) or 'no fault at all'}"]
    return trace_from(
        found.events,
        config=[os.path.relpath(scenario.sources[0], folder)],
        topology=topology_word(scenario, folder),
        options=scenario.options,
        comments=comments,
    ) + ("" if scenario.settings.groups else _EXPECT.get(search.goal.id, ""))
