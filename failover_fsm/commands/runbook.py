"""`failover-fsm runbook`: whether a procedure ever leaves the pair without service."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from failover_fsm.assessment.no_failover import no_failover_caveats
from failover_fsm.changes.findings import of_runbook
from failover_fsm.changes.runbook import read_runbook
from failover_fsm.changes.runbook_text import problem_words, recorded, runbook_record, runbook_text
from failover_fsm.changes.runbook_verdict import Problem, RunbookAnswer, try_runbook
from failover_fsm.commands import gate_files, page_file
from failover_fsm.commands.arguments import seconds
from failover_fsm.commands.files import emit, emit_answer, make_folder, write_bytes
from failover_fsm.commands.gaps import answer_undecided
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.commands.topologies import connected
from failover_fsm.commands.trace_files import topology_word
from failover_fsm.commands.whatif import usable
from failover_fsm.config.review.trouble import trouble
from failover_fsm.config.values.input_file import files_read
from failover_fsm.diagrams.runs.roles import role_chart
from failover_fsm.diagrams.runs.roles_svg import roles_svg
from failover_fsm.model.scenario import Scenario
from failover_fsm.trace.writer import trace_from

__all__ = ["add_parser", "run"]

TIME_LIMIT = 60.0
"""Seconds after which a search ends undecided, unless told otherwise."""

MOST_DRAWN = 20
"""The most runs of a page."""


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "runbook",
        description="Tries the steps of a procedure in every order of the operator's and the units' own steps, and"
        " again with one fault at any moment.",
        epilog="Exit status: 0 SAFE or SAFE BUT FOR what is said, 1 UNSAFE or NO FAILOVER, 2 bad input, 3 UNDECIDED.",
    )
    parser.add_argument("runbook", metavar="FILE.runbook", help="the steps, one a line")
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument("secondary", metavar="SECONDARY.cfg", nargs="?", help="the secondary's running-config")
    parser.add_argument("--topology", metavar="FIGURE|FILE", help="how the pair is connected")
    parser.add_argument("--no-faults", action="store_true", help="leave the one fault out")
    parser.add_argument("--time-limit", metavar="S", type=seconds, default=TIME_LIMIT, help="give up after S seconds")
    parser.add_argument("--traces", metavar="DIR", type=Path, help="write each bad ending there, as .trace and .svg")
    gate_files.add_arguments(parser)
    page_file.add_argument(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="tell the shortest way to the riskiest step")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `runbook`.

    Returns:
        The exit status: 0 safe, or safe but for what is said; 1 unsafe, or no failover; 3 undecided.

    Raises:
        BadInput, ConfigError, ModelFileError, TraceError: If the input cannot be used.
    """
    with files_read() as inputs:
        scenario = connected(scenario_of(args.file, args.secondary), args.topology)
        contexts = [each.name for each in scenario.config.contexts]
        runbook = read_runbook(args.runbook, scenario.settings, tuple(usable(scenario.settings)), contexts)
    check_outputs(inputs, {"--report": args.report, **gate_files.outputs(args)}, {"--traces": args.traces})
    if scenario.config.gaps:
        page_file.not_written(args.report)
        status = answer_undecided("runbook", scenario.title, scenario.config, as_json=args.json)
        return 1 if trouble(scenario.config) else status
    with Progress("trying the steps") as line:
        check = line.limited(args.time_limit, "places")
        answer = try_runbook(runbook, scenario, faults=not args.no_faults, check=check, timing=_timing(line))
    if args.traces is not None:
        _write(answer, scenario, args.traces)
    if args.json:
        record = runbook_record(answer, scenario.config, args.file)
        caveats = (*no_failover_caveats(scenario.config), record["assumed"])
        emit(json_object("runbook", record, ((scenario.sources[0], scenario.config),), caveats))
    else:
        emit_answer(lambda: runbook_text(answer, scenario.config, args.file, verbose=args.verbose))
    if gate_files.wanted(args):
        gate_files.write(args, tuple(of_runbook(answer, scenario.config, scenario.sources[0])), args.runbook)
    _write_page(args, answer, scenario)
    return answer.exit_status


def _timing(line: Progress) -> Callable[[int], None]:
    """A function that takes how many times are worked out, once the search is over."""

    def timing(done: int) -> None:
        if not done:
            line.now("working out times", "times")
        line.at(done)

    return timing


def _write_page(args: argparse.Namespace, answer: RunbookAnswer, scenario: Scenario) -> None:
    """Writes the page, if it is asked for: the answer, and the run of each bad ending, the riskiest first."""
    if args.report is None:
        return
    from failover_fsm.reports.html.figures import Story

    every = (*answer.problems, *answer.with_fault, *answer.interruptions)
    stories = [
        Story(
            name=_heading(answer, problem),
            says=problem_words(answer, problem, scenario.config),
            steps=recorded(answer, problem)[answer.begin :],
            settings=answer.settings,
        )
        for problem in sorted(every, key=lambda each: each != answer.riskiest)[:MOST_DRAWN]
    ]
    text = runbook_text(answer, scenario.config, args.file, verbose=True)
    title = f"Runbook {Path(answer.runbook.source).name} on {Path(args.file).name}"
    page_file.write_page(args.report, title, text, stories)


def _write(answer: RunbookAnswer, scenario: Scenario, folder: Path) -> None:
    """Writes the run and the role chart of each bad ending."""
    make_folder("--traces", folder)
    names: dict[str, int] = {}
    for problem in (*answer.problems, *answer.with_fault, *answer.interruptions):
        name = _name(answer, problem)
        names[name] = names.get(name, 0) + 1
        stem = name if names[name] == 1 else f"{name}-{names[name]}"
        write_bytes(folder / f"{stem}.trace", _trace(answer, problem, scenario, folder).encode())
        chart = role_chart(recorded(answer, problem), answer.settings, title=stem)
        write_bytes(folder / f"{stem}.svg", roles_svg(chart).encode())


def _name(answer: RunbookAnswer, problem: Problem) -> str:
    place = problem.event.place
    line = answer.runbook.steps[place].line if place >= 0 else 0
    return f"line-{line}-{problem.event.kind}{'-with-fault' if problem.event.fault is not None else ''}"


def _heading(answer: RunbookAnswer, problem: Problem) -> str:
    """The name of a run on the page: the step, what goes wrong, and with what fault."""
    step = f"line {answer.runbook.steps[problem.event.place].line}" if problem.event.place >= 0 else "the beginning"
    fault = "" if problem.event.fault is None else f", with {problem.event.fault}"
    return f"After {step}: {problem.event.kind.replace('-', ' ')}{fault}"


def _trace(answer: RunbookAnswer, problem: Problem, scenario: Scenario, folder: Path) -> str:
    """The run to a bad ending as a scenario file in `folder`, which `run` replays."""
    return trace_from(
        [step.event for step in recorded(answer, problem)],
        config=[os.path.relpath(source, folder) for source in scenario.sources[:1]],
        topology=topology_word(scenario, folder),
        options=scenario.options,
        comments=[f"{answer.runbook.source}: {problem_words(answer, problem, scenario.config)}"],
    )
