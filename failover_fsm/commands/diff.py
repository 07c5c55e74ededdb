"""`failover-fsm diff`: what a change of the configuration does to the pair."""

from __future__ import annotations

import argparse
import time
from typing import Any

import attrs

from failover_fsm.analysis.verify import verify
from failover_fsm.assessment.assess import assessment_of, without_link
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.assessment.record import Assessment
from failover_fsm.changes.differences import Differences, differences
from failover_fsm.changes.findings import of_differences
from failover_fsm.changes.text import differences_record, differences_text, markdown_text
from failover_fsm.commands import gate_files, kept_promises, page_file
from failover_fsm.commands.configurations import NoLink
from failover_fsm.commands.files import BadInput, emit, emit_answer
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.commands.topologies import connected_boundless
from failover_fsm.config.review.trouble import Point
from failover_fsm.config.values.input_file import files_read
from failover_fsm.model.interleavings import replayed
from failover_fsm.model.places import bare_environment, explored_environment
from failover_fsm.model.scenario import Scenario

__all__ = ["add_parser", "run"]


MOST_DRAWN = 10
"""The most stories of a page, each of which is drawn twice."""


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "diff",
        description="Compares the answers about two pairs: verdict, single faults, outages, what never triggers a"
        " failover, pairs of faults, promises, and the shortest stories that end differently.",
        epilog="Exit status: 0 nothing is worse, 1 something is, 2 bad input, 3 nothing is, but not all is known.",
    )
    parser.add_argument("old", metavar="OLD.cfg|OLD.toml", help="the primary's running-config, or a model file")
    parser.add_argument("new", metavar="NEW.cfg|NEW.toml", help="the same after the change")
    parser.add_argument("--old-peer", metavar="SECONDARY.cfg", help="the secondary's running-config before the change")
    parser.add_argument("--new-peer", metavar="SECONDARY.cfg", help="the secondary's running-config after the change")
    parser.add_argument("--topology", metavar="FIGURE|FILE", help="how both pairs are connected")
    parser.add_argument("--no-cache", action="store_true", help="search the promises even if an earlier run did")
    parser.add_argument("-v", "--verbose", action="store_true", help="every difference, and each story in both pairs")
    gate_files.add_arguments(parser)
    page_file.add_argument(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--markdown", action="store_true", help="print Markdown for a pull request")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `diff`.

    Returns:
        The exit status: 0 nothing is worse, 1 something is, 3 nothing is but not everything is known.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
    """
    with files_read() as inputs:
        sides = [_read(args, args.old, args.old_peer), _read(args, args.new, args.new_peer)]
    check_outputs(inputs, {"--report": args.report, **gate_files.outputs(args)})
    with Progress("reading") as line:
        old, new = (_answer(args, side, line) for side in sides)
        found = differences(old, new, line.now)
    if args.json:
        sides_of = ((old.title, old.config), (new.title, new.config))
        caveats = () if new.scenario is None else new.scenario.assumptions()
        emit(json_object("diff", differences_record(found), sides_of, caveats))
    elif args.markdown:
        emit(markdown_text(found))
    else:
        emit_answer(lambda: differences_text(found, verbose=args.verbose))
    if gate_files.wanted(args):
        gate_files.write(args, tuple(of_differences(found)), found.new.title)
    _write_page(args, found)
    return found.exit_status


def _write_page(args: argparse.Namespace, found: Differences) -> None:
    """Writes the page, if it is asked for: the differences, and each story in the old and in the new pair."""
    if args.report is None:
        return
    from failover_fsm.reports.html.figures import Story

    stories = [
        Story(
            name=f"Story {number}, {word}",
            says=f"{', then '.join(story.headings)}: {stand.text}",
            steps=tuple(replayed(stand.settings, stand.run)),
            settings=stand.settings,
        )
        for number, story in enumerate(found.behaviours[:MOST_DRAWN], 1)
        for word, stand in (("old pair", story.old), ("new pair", story.new))
    ]
    page_file.write_page(args.report, f"Difference of {args.old} and {args.new}", differences_text(found), stories)


@attrs.frozen(kw_only=True)
class _Side:
    """One of the pairs.

    Attributes:
        searched: The pair whose promises are searched; None if its link can never come up.
        wired: The same with the topology of the command line.
        apart: What keeps the two units apart.
        without: The reason why the link can never come up.
    """

    searched: Scenario | None = None
    wired: Scenario | None = None
    apart: tuple[Point, ...] = ()
    without: NoLink | None = None


def _read(args: argparse.Namespace, file: str, peer: str | None) -> _Side:
    """The pair of a configuration or a model file."""
    apart: list[Point] = []
    try:
        scenario = scenario_of(file, peer, apart)
    except NoLink as error:
        return _Side(without=error, apart=tuple(apart))
    if file.lower().endswith(".toml"):
        if args.topology is not None:
            raise BadInput(f"--topology: {file} is a model file, which names its own; allowed: with configurations")
        return _Side(searched=scenario, wired=scenario)
    if args.topology is not None:
        wired = connected_boundless(scenario, args.topology)
        return _Side(searched=wired, wired=wired, apart=tuple(apart))
    every = attrs.evolve(scenario, environment=bare_environment(scenario.config))
    searched = attrs.evolve(scenario, environment=explored_environment(scenario.config))
    return _Side(searched=searched, wired=every, apart=tuple(apart))


def _answer(args: argparse.Namespace, side: _Side, line: Progress) -> Assessment:
    """The answer about one of the pairs."""
    wired, searched = side.wired, side.searched
    if wired is None or searched is None:
        assert side.without is not None
        return without_link(side.without.source, side.without.config, side.apart)
    line.now(f"examining {wired.title}")
    return assessment_of(
        wired,
        lambda: (_promises(searched, kept=not args.no_cache), None),
        side.apart,
        lambda part: line.now(f"{wired.title}: {part}"),
    )


def _promises(scenario: Scenario, *, kept: bool) -> Protocol:
    """The promises of a pair, from an earlier run if there was one.

    Raises:
        KeyboardInterrupt: If the search was interrupted: half an answer compares with nothing.
    """
    known = kept_promises.kept(scenario) if kept else None
    if known is not None:
        return known
    with Progress("searching") as line:
        report = verify(scenario, clock=time.monotonic, progress=line.reached())
    if report.result.interrupted:
        raise KeyboardInterrupt
    protocol = Protocol.of(report)
    if kept:
        kept_promises.keep(scenario, protocol)
    return protocol
