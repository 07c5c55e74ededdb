"""`failover-fsm check`: configuration in, verdict out."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any, Literal

import attrs

from failover_fsm.analysis.observed import why_in_full
from failover_fsm.analysis.verify import ENGINES, PLAIN_WIRED, Report, can_be_compiled, has_each_condition, verify
from failover_fsm.assessment.findings import of_trouble, promises_of
from failover_fsm.assessment.no_failover import as_if, no_failover_caveats, no_failover_record, no_failover_text
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.checker import CheckpointError, Verdict
from failover_fsm.commands import gate_files, kept_promises, kept_reports, long_runs, pair_answer
from failover_fsm.commands.arguments import positive, seconds
from failover_fsm.commands.configurations import NoLink
from failover_fsm.commands.files import BadInput, complain, emit, emit_answer, write_bytes
from failover_fsm.commands.gaps import UNDECIDED, answer_undecided
from failover_fsm.commands.inventory import unlike
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.kept_tables import KeptTables
from failover_fsm.commands.page_file import draw_pair, draw_report, not_written
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.ray_cluster import NoCluster, PartsLost
from failover_fsm.commands.scenarios import say_advice, say_of_topology, scenario_from
from failover_fsm.commands.sessions import check_options, say_session_advice
from failover_fsm.commands.topologies import connected, connected_boundless
from failover_fsm.config.review.trouble import Point, trouble
from failover_fsm.config.values.input_file import files_read
from failover_fsm.config.values.printable import printable
from failover_fsm.model.places import bare_environment
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.reports.text.costs import cost_lines
from failover_fsm.reports.text.verdict import pair_line, report_text


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "check",
        description="For a configuration: does the pair survive any single fault, how long is service away, what never"
        " triggers a failover, what to change. For a model file, and with --promise: which promises hold. A promise is"
        " what failover must do in any order of events.",
        epilog="Exit status for a configuration: 0 HOLDS or HOLDS WITH GAPS, 1 VIOLATED, NO FAILOVER, AT RISK or a"
        " requirement that is not met, 2 bad input, 3 UNDECIDED. For promises: 1 also where there is no failover.",
    )
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument("secondary", metavar="SECONDARY.cfg", nargs="?", help="the secondary's running-config")
    parser.add_argument("--promise", metavar="ID", action="append", help="check this promise only (repeatable)")
    parser.add_argument("--faults", metavar="N", help="at most N faults at the same time, or `any` (default: any)")
    parser.add_argument("--max-states", metavar="N", type=positive("states"), help="give up, undecided, after N states")
    parser.add_argument("--time-limit", metavar="S", type=seconds, help="give up, undecided, after S seconds")
    parser.add_argument(
        "--engine", choices=ENGINES, default="auto", help="which explorer searches (default auto: by size)"
    )
    long_runs.add_arguments(parser)
    parser.add_argument("--cost", action="store_true", help="say what each field multiplies the states by")
    parser.add_argument(
        "--slice",
        action="store_true",
        help="search each promise without the fields that it does not depend on: fewer states, often more time",
    )
    pair_answer.add_arguments(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="list every promise, and the kinds of events that changed nothing"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--traces", metavar="DIR", type=Path, help="write each counterexample there as a .trace")
    gate_files.add_arguments(parser)
    parser.add_argument("--report", metavar="FILE.html", help="write the verdict there as a page for a browser")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `check`.

    Returns:
        The exit status: 0 holds, 1 violated, 3 undecided; see `pair_answer.exit_status` for a configuration.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
    """
    of_pair = pair_answer.answers(args)
    pair_answer.requirements_in(args)
    apart: list[Point] = []
    try:
        with files_read() as inputs:
            of_states = any((args.cost, args.slice, args.checkpoint, args.resume))
            bound: Literal["default", "least"] = "least" if of_states else "default"
            scenario = scenario_from(args, apart if of_pair else None, bound)
            wired = _every_fault(scenario) if of_pair and args.topology is None else _connected(scenario, args)
            apart += unlike(args, scenario.config)
    except NoLink as error:
        if not of_pair:
            raise
        status, answer = pair_answer.answer_without_link(args, error.source, error.config, apart)
        draw_pair(args.report, answer)
        return status
    if scenario.topology is not wired.topology or not of_pair:
        scenario = wired
    if scenario.topology is not None and (beyond := _only_compiled(args)):
        _refuse_plain_only(scenario, beyond[0])
    if scenario.environment.lines and (beyond := _only_compiled(args)):
        raise BadInput(f"{beyond[0]}: a pair with command lines is explored plainly; allowed: without {beyond[0]}")
    check_options(scenario, (*_only_compiled(args), *(("--report",) if args.report else ())))
    _refuse_wirings(scenario, args)
    long_run = _long_run(args)
    _check_outputs(args, inputs)
    try:
        if of_pair:
            return _of_pair(args, scenario, wired, long_run, apart)
        return _of_promises(args, scenario, long_run)
    except PartsLost as error:
        complain(f"--cluster: {error}")
        return UNDECIDED


def _of_promises(args: argparse.Namespace, scenario: Scenario, long_run: dict[str, Any]) -> int:
    """Prints which promises hold, and returns the exit status.

    Args:
        args: The command line.
        scenario: The pair, with the topology of the command line.
        long_run: Options of the search.
    """
    say_advice(scenario.config, scenario.sources[0])
    say_session_advice(scenario)
    say_of_topology(scenario)
    _say_if_plain(args.file, scenario, args)
    if scenario.config.gaps:
        not_written(args.report)
        status = answer_undecided("check", scenario.title, scenario.config, as_json=args.json)
        return 1 if trouble(scenario.config) else status
    report = _kept_or_searched(args, scenario, long_run)
    status = _answered(args, scenario, report)
    if gate_files.wanted(args):
        stopped = of_trouble(trouble(scenario.config), scenario.sources[0])
        gate_files.write(args, (*stopped, *promises_of(report, args.file)), args.file)
    long_runs.say_if_kept(args, report.result, long_run.get("resume"))
    _say_of_memory(args, report)
    draw_report(args.report, report)
    return 1 if trouble(scenario.config) else status


def _refuse_plain_only(scenario: Scenario, option: str) -> None:
    if not scenario.environment.lines and not can_be_compiled(scenario):
        allowed = f"without {option}, or with `max_faults = 2` in [environment]"
        raise BadInput(f"{option}: {explored_plainly(scenario)}; allowed: {allowed}")


def _refuse_wirings(scenario: Scenario, args: argparse.Namespace) -> None:
    """Raises BadInput for a cluster and a topology whose wirings are too many to search each by itself."""
    if not args.cluster or scenario.topology is None:
        return
    if not has_each_condition(model_of(scenario.settings, scenario.environment)):
        what = "the topology can be broken in too many ways to search each by itself"
        raise BadInput(f"--cluster: {what}; allowed: without it, or with `max_faults = 2` in [environment]")


def explored_plainly(scenario: Scenario) -> str:
    """Why a pair with a topology is explored plainly, where the compiled engine does not take it."""
    return f"the topology can be broken in too many ways and is explored plainly: {why_in_full(scenario)}"


def _say_if_plain(file: str, scenario: Scenario, args: argparse.Namespace) -> None:
    """One line on stderr where only the plain engine takes a pair with a topology, which does not come far."""
    if scenario.topology is None or scenario.environment.lines or scenario.beside or can_be_compiled(scenario):
        return
    limit = "" if args.max_states or args.time_limit else f", up to {PLAIN_WIRED:,} states"
    complain(f"{file}: {explored_plainly(scenario)}{limit}; `max_faults = 2` in [environment] is searched in seconds")


def _every_fault(scenario: Scenario) -> Scenario:
    """The scenario with every kind of fault: a large bound on faults leaves some out of the promises' search."""
    return attrs.evolve(scenario, environment=bare_environment(scenario.config))


def _connected(scenario: Scenario, args: argparse.Namespace) -> Scenario:
    """The scenario with the topology of the command line."""
    if args.topology is None or args.faults is not None or args.file.lower().endswith(".toml"):
        return connected(scenario, args.topology)
    return connected_boundless(scenario, args.topology)


def _of_pair(
    args: argparse.Namespace, scenario: Scenario, every: Scenario, long_run: dict[str, Any], apart: list[Point]
) -> int:
    """Prints the answer about the pair, and returns the exit status.

    Args:
        args: The command line.
        scenario: The pair whose promises are searched, with the topology of the command line.
        every: The same with every kind of fault.
        long_run: Options of the search.
        apart: What keeps the two units apart.
    """
    found: list[Report] = []
    may_be_kept = _is_plain(args)

    def search() -> tuple[Protocol, Report | None]:
        known = kept_promises.kept(scenario) if may_be_kept else None
        if known is not None:
            return known, None
        found.append(_kept_or_searched(args, scenario, long_run))
        protocol = Protocol.of(found[0])
        kept_promises.keep(scenario, protocol)
        return protocol, found[0]

    status, answer = pair_answer.answer(args, every, search, apart)
    if found:
        long_runs.say_if_kept(args, found[0].result, long_run.get("resume"))
        _say_of_memory(args, found[0])
    draw_pair(args.report, answer)
    return status


def _is_plain(args: argparse.Namespace) -> bool:
    """Whether text is all that is wanted, so that the promises may be known from an earlier run."""
    return _may_be_kept(args) and not any((args.json, args.report, args.traces))


def _may_be_kept(args: argparse.Namespace) -> bool:
    """Whether no word of the command line asks for a search, or for one of a certain kind; any time is enough."""
    return args.engine == "auto" and not any((args.no_cache, args.max_states, _only_compiled(args)))


def _kept_or_searched(args: argparse.Namespace, scenario: Scenario, long_run: dict[str, Any]) -> Report:
    """The report of a model file or of a page from an earlier run, where there is one, else `_searched`.

    Raises as `_searched`.
    """
    may_be_kept = (args.file.lower().endswith(".toml") or bool(args.report)) and _may_be_kept(args)
    known = kept_reports.kept(scenario) if may_be_kept else None
    if known is not None:
        _write_traces(args, known)
        return known
    report = _searched(args, scenario, long_run)
    if may_be_kept:
        kept_reports.keep(scenario, report)
    return report


def _searched(args: argparse.Namespace, scenario: Scenario, long_run: dict[str, Any]) -> Report:
    """Searches, and writes the traces.

    Raises:
        BadInput: If a checkpoint or a cluster cannot be used.
        PartsLost: If a process of the cluster is gone.
    """
    try:
        with long_runs.cluster_of(args) as cluster, Progress("searching") as line:
            report = verify(
                scenario,
                engine=args.engine,
                max_states=args.max_states,
                time_limit=args.time_limit,
                clock=time.monotonic,
                progress=line.reached(),
                costs=args.cost,
                sliced=args.slice,
                tables=None if args.no_cache else KeptTables(scenario),
                cluster=cluster,
                **long_run,
            )
    except CheckpointError as error:
        raise long_runs.not_resumed(args, error) from None
    except NoCluster as error:
        raise BadInput(f"--cluster: {error}") from None
    _write_traces(args, report)
    return report


def _write_traces(args: argparse.Namespace, report: Report) -> None:
    if args.traces is not None:
        from failover_fsm.commands.trace_files import write_traces  # most checks write none

        write_traces(report, args.traces)


def _say_of_memory(args: argparse.Namespace, report: Report) -> None:
    """Says how a search that ended at its bound on memory goes on."""
    if (report.result.limit or "").startswith("memory of"):
        rest = "with --spill DIR the search goes on with files in a folder, slower"
        learned = "what was learned of the rules and what is computed at one time stay in memory, and take more"
        complain(f"--memory: reached; {rest if args.spill is None else learned}")


def _check_outputs(args: argparse.Namespace, inputs: list[str]) -> None:
    """Checks the outputs before the search."""
    pages = {"--report": args.report, **gate_files.outputs(args)}
    long_runs.check_files(args, inputs, pages, {"--traces": args.traces})


def _answered(args: argparse.Namespace, scenario: Scenario, report: Report) -> int:
    """Checks the promises in time, prints everything, and returns the exit status."""
    if not scenario.within:
        if args.json:
            emit(_json(scenario, report.to_dict()))
        else:
            emit_answer(lambda: _text(args, report))
        return report.exit_status
    from failover_fsm.analysis import timing_verdict as in_time  # most checks need no players

    timely = in_time.judge(scenario)
    if args.traces is not None:
        for answer in timely:
            text = in_time.broken_by(scenario, answer, [os.path.relpath(scenario.sources[0], args.traces)])
            if text is not None:
                write_bytes(args.traces / f"{answer.limit.id}.trace", text.encode())
    record = in_time.with_times(report.to_dict(), timely)
    if args.json:
        emit(_json(scenario, record))
    else:
        emit_answer(lambda: _text(args, report) + in_time.within_text(scenario, timely))
    if any(answer.surprising for answer in timely):
        return 1
    undecided = any(answer.verdict is Verdict.UNDECIDED for answer in timely)
    return 3 if undecided and report.exit_status == 0 else report.exit_status


def _json(scenario: Scenario, record: dict[str, Any]) -> str:
    config = scenario.config
    caveats = (*no_failover_caveats(config), *scenario.assumptions())
    return json_object("check", record | no_failover_record(config), ((scenario.sources[0], config),), caveats)


def _text(args: argparse.Namespace, report: Report) -> str:
    """The report, behind what keeps failover from working; for a model with promises in time only, its heading."""
    scenario = report.scenario
    first = no_failover_text(scenario.config)
    if scenario.within and not report.answers and report.exit_status == 0:
        return f"{first}{printable(scenario.title)}\n  {pair_line(scenario)}\n"
    costs = [f"{line}\n" for line in cost_lines(report.result.costs)] if report.result.costs else []
    told = report_text(report, verbose=args.verbose, listed=bool(args.promise), as_if=as_if(scenario.config))
    return first + told + ("\n" + "".join(costs) if costs else "")


def _long_run(args: argparse.Namespace) -> dict[str, Any]:
    """The options for the compiled explorer only.

    Raises:
        BadInput: If the plain explorer is requested too, or a checkpoint cannot be used.
    """
    if args.engine == "plain" and (beyond := _only_compiled(args)):
        raise BadInput(f"{beyond[0]}: the plain engine has no such thing; allowed: --engine compiled")
    for flag, used in (("--cost", args.cost), ("--checkpoint", args.checkpoint), ("--resume", args.resume)):
        if args.slice and used:
            raise BadInput(f"{flag}: needs one search of the whole pair; allowed: without --slice")
    return long_runs.compiled_options(args)


def _only_compiled(args: argparse.Namespace) -> tuple[str, ...]:
    """The given options that require the compiled explorer, as they are written."""
    options = {"--engine compiled": args.engine == "compiled", "--cost": args.cost, "--slice": args.slice}
    return (*(flag for flag, used in options.items() if used), *long_runs.given(args))
