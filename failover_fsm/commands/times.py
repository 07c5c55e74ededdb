"""`failover-fsm times`: the duration of outages, from best to worst."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.analysis.element_outages import element_outages
from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.service import lost_for_good, outcomes_of
from failover_fsm.assessment.no_failover import no_failover_caveats, no_failover_record, no_failover_text
from failover_fsm.commands import page_file
from failover_fsm.commands.configurations import check_link
from failover_fsm.commands.files import BadInput, emit, emit_answer, make_folder, write_bytes
from failover_fsm.commands.gaps import gap_records
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.scenarios import say_advice
from failover_fsm.commands.topologies import laid
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.input_file import files_read
from failover_fsm.pair.events import FailoverLinkFailed
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.reports.svg.timing import sweep_svg, times_svg
from failover_fsm.reports.text.element_outages import outages_record, outages_text
from failover_fsm.reports.text.sweep import sweep_answer
from failover_fsm.reports.text.timing import (
    ENDS,
    PairTimes,
    pair_times,
    table_record,
    table_text,
    times_record,
    times_text,
)
from failover_fsm.timing.delay import LateLink, duration_of, late_record, late_text
from failover_fsm.timing.sweep import Point, own_point, sweep, sweep_record, sweep_text
from failover_fsm.timing.table import table_13_7
from failover_fsm.topology import Plan

WITHOUT_INTERFACES = ("active-unit-dies", "preempted-return", "forced")
"""The failure conditions whose times are the same whatever the data interfaces are."""

_DURATIONS = {"link_delay": "link_delay", "synchronisation": "synchronization"}
"""The options that give a duration, and the fields of `Times` that they are."""


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "times",
        description="For each failure condition: the best and the worst time to its detection, to the takeover, and "
        "with no unit active or without service; exact over every phase of every timer. Names the single faults after "
        "which service does not come back; with --topology, the outage when each of its elements fails.",
    )
    parser.add_argument("file", metavar="PRIMARY.cfg|MODEL.toml", nargs="?", help="the primary's running-config")
    parser.add_argument(
        "--topology",
        metavar="FIGURE|FILE",
        help="how the pair is connected: the outage of each of its elements, too",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--traces", metavar="DIR", type=Path, help="write the run of each extreme there as a .trace")
    parser.add_argument("--plot", metavar="FILE.svg", help="draw the worst case of each condition, or the sweep")
    page_file.add_argument(parser)
    parser.add_argument("--link-delay", metavar="TIME", help='the longest delay of the failover link, such as "10 ms"')
    parser.add_argument("--synchronisation", metavar="TIME", help='how long a synchronisation takes, such as "2 min"')
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--table-13-7", action="store_true", help="the chapter's table of failover times, computed")
    which.add_argument("--sweep", action="store_true", help="worst outage against lost hellos that are survived")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `times`; returns 0.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
    """
    options, durations, plan = Options(), _durations(args), None
    source, config = "", None
    with files_read() as inputs:
        if args.file is not None:
            source, config, options, known, plan = _read(args.file)
            durations = known | durations
    check_outputs(inputs, {"--plot": args.plot, "--report": args.report}, {"--traces": args.traces})
    _check_plot(args.plot)
    if args.table_13_7 or args.sweep:
        return _general(args, options, config)
    if config is None:
        raise BadInput("failover-fsm times: no configuration; allowed: PRIMARY.cfg, --table-13-7 or --sweep")
    with Progress(f"following the clocks of {source}", "conditions") as line:
        found, unknown = _known(pair_times(source, config, options, line.at))
    settings = Settings.of(found.config, options)
    if args.topology is not None:
        settings = laid(args.topology, settings)[1]
    elif plan is not None:
        settings = plan.laid(settings)
    if args.traces is not None:
        _write_traces(found, args.traces)
    if args.plot is not None:
        write_bytes(args.plot, times_svg(found).encode())
    say_advice(config, source)
    late = LateLink.of(settings, found.times.with_durations(**durations))
    _print(args, found, unknown, config, settings, late, with_link=bool(durations))
    return 0


def _print(
    args: argparse.Namespace,
    found: PairTimes,
    unknown: list[str],
    config: PairConfig,
    settings: Settings,
    late: LateLink,
    *,
    with_link: bool,
) -> None:
    """Prints the times, and writes the page.

    Args:
        args: The command line.
        found: The times of the failure conditions.
        unknown: The conditions whose times are not known.
        config: The configuration as it was read.
        settings: The pair, with its topology.
        late: What the delay of the failover link does.
        with_link: True to tell it in the text, too.
    """
    gaps = config.gaps
    lost = () if gaps else lost_for_good(settings)
    parted = any(each.dual_active for each in outcomes_of(settings, (FailoverLinkFailed(),)))
    with Progress("elements of the topology", "kinds") as line:
        elements = () if gaps else tuple(line.over(element_outages(settings, found.times)))
    missing = "".join(f"Not known: {', '.join(unknown)}; {gap.unknown}; {gap.remedy}.\n" for gap in gaps)
    of_link = "".join(f"{line}\n" for line in ("", *late_text(late))) if with_link else ""

    def text() -> str:
        head = no_failover_text(config)
        return head + times_text(found, lost, parted=parted) + outages_text(elements) + missing + of_link

    if args.json:
        record = times_record(found, [found.source], lost, parted=parted) | late_record(late)
        record |= no_failover_record(config)
        if settings.topology is not None:
            record |= {"elements": outages_record(elements)}
        if unknown:
            record |= {"not_known": unknown, "gaps": gap_records(found.config)}
        caveats = (*no_failover_caveats(config), *record["assumptions"])
        emit(json_object("times", record, ((found.source, found.config),), caveats))
    else:
        emit_answer(text)
    if args.report is not None:
        name = Path(found.source).name
        worst = (f"Worst cases of {name}", times_svg(found, in_page=True))
        page_file.write_page(args.report, f"Times of {name}", text(), pictures=[worst])


def _check_plot(name: str | None) -> None:
    if name is not None and Path(name).suffix.lower() != ".svg":
        raise BadInput(f"--plot {name}: the suffix names no format; allowed: .svg")


def _known(found: PairTimes) -> tuple[PairTimes, list[str]]:
    """The times without those that rest on data interfaces which are not known, and the names of these."""
    if not found.config.gaps:
        return found, []
    known = tuple(each for each in found.measured if each.condition.id in WITHOUT_INTERFACES)
    unknown = [each.condition.id for each in found.measured if each not in known]
    return attrs.evolve(found, measured=known), unknown


def _general(args: argparse.Namespace, options: Options, config: PairConfig | None) -> int:
    """The parts that are independent of a pair's settings: the chapter's table, the sweep.

    Args:
        args: The command line.
        options: The reading of the points that the chapter leaves open.
        config: The pair whose own setting the sweep marks.

    Raises:
        BadInput: For options, and for a configuration, that they have nothing to do with.
    """
    if args.table_13_7 and args.file is not None and not _is_model(args.file):
        raise BadInput(
            f"{args.file}: --table-13-7 is about no pair; allowed: no configuration, or a MODEL.toml for its options"
        )
    if args.topology is not None:
        raise BadInput("--topology: the chapter's tables are about no pair; allowed: with PRIMARY.cfg alone")
    given = next((option for option in _DURATIONS if getattr(args, option) is not None), None)
    if given is not None:
        flag = f"--{given.replace('_', '-')}"
        raise BadInput(f"{flag}: the chapter's tables are about no pair; allowed: with PRIMARY.cfg alone")
    if args.traces is not None:
        raise BadInput("--traces: there are no runs to write; allowed: with PRIMARY.cfg alone")
    if args.table_13_7:
        if args.plot is not None:
            raise BadInput("--plot: a table has no picture; allowed: with PRIMARY.cfg alone, or with --sweep")
        with Progress("following the clocks", "cells") as line:
            cells = tuple(line.over(table_13_7(options)))
        if args.json:
            emit(json_object("times", table_record(cells)))
        else:
            emit_answer(lambda: table_text(cells))
        page_file.write_page(args.report, "Failover times", table_text(cells))
        return 0
    with Progress("following the clocks", "settings") as line:
        points = tuple(sweep(options, seen=line.at))
    _print_sweep(args, points, config, options)
    return 0


def _print_sweep(
    args: argparse.Namespace, points: tuple[Point, ...], config: PairConfig | None, options: Options
) -> None:
    """Prints the sweep, draws it, and writes its page; with what is in the way of the failover of the pair in it."""
    own = None if config is None else own_point(config, options)
    head = "" if config is None else no_failover_text(config)
    caveats = () if config is None else no_failover_caveats(config)
    record = sweep_record(points) | ({} if config is None else no_failover_record(config))
    if args.plot is not None:
        write_bytes(args.plot, sweep_svg(points, own).encode())
    if args.json:
        emit(json_object("times", record, caveats=caveats))
    else:
        emit_answer(lambda: head + sweep_answer(points, own))
    pictures = [("The sweep", sweep_svg(points, own, in_page=True))] if args.report is not None else []
    page_file.write_page(args.report, "Outage against lost hellos", head + sweep_text(points, own), pictures=pictures)


def _durations(args: argparse.Namespace) -> dict[str, int]:
    """The durations of the command line, by the fields of `Times`."""
    found = {}
    for option, field in _DURATIONS.items():
        text = getattr(args, option)
        if text is not None:
            try:
                found[field] = duration_of(text)
            except ValueError as error:
                raise BadInput(f"--{option.replace('_', '-')}: {error}") from None
    return found


def _is_model(file: str) -> bool:
    return file.lower().endswith(".toml")


def _read(file: str) -> tuple[str, PairConfig, Options, dict[str, int], Plan | None]:
    if _is_model(file):
        scenario = read_model(file)
        config, options, source = scenario.config, scenario.options, scenario.sources[0]
        durations, plan = dict(scenario.durations), scenario.topology
    else:
        config, options, source, durations, plan = read_config(file), Options(), file, {}, None
    check_link(config, source)
    return source, config, options, durations, plan


def _write_traces(found: PairTimes, folder: Path) -> None:
    make_folder("--traces", folder)
    config = os.path.relpath(found.source, folder)
    for each in found.measured:
        for end in ENDS:
            text = found.trace(each, end, [config])
            if text is not None:
                write_bytes(folder / f"{each.id.replace(' ', '-')}-{end}.trace", text.encode())
