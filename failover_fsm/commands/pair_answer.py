"""The answer about a pair, as `check` prints it for a configuration: options, output and exit status."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from failover_fsm.analysis.verify import Report
from failover_fsm.assessment.assess import assessment_of, without_link
from failover_fsm.assessment.findings import findings_of
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.assessment.record import Assessment
from failover_fsm.assessment.requirements import Judged, Requirement, judged, requirement
from failover_fsm.commands import gate_files, inventory
from failover_fsm.commands.files import BadInput, emit, emit_answer
from failover_fsm.commands.gaps import gap_records
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.progress import Progress
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.trouble import Point
from failover_fsm.model.scenario import Scenario
from failover_fsm.reports.text.verdict import wrapped

__all__ = ["add_arguments", "answer", "answer_without_link", "answers", "requirements_in"]

Search = Callable[[], tuple[Protocol, Report | None]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options that are about a pair, and not about promises."""
    parser.add_argument("--topology", metavar="FIGURE|FILE", help="how the pair is connected: its switches fail too")
    inventory.add_argument(parser)
    parser.add_argument(
        "--no-cache", action="store_true", help="search, and learn the rules, as if it were the first run"
    )
    parser.add_argument("--strict", action="store_true", help="exit status 1 for gaps too")
    parser.add_argument(
        "--require",
        metavar="WHAT",
        action="append",
        default=[],
        help="exit status 1 unless it is met: survives=1, 'outage<=15s' or monitored=NAME,NAME (repeatable)",
    )


def answers(args: argparse.Namespace) -> bool:
    """Whether the question is about a pair: a configuration, no promise by name, and nothing about the search itself.

    Raises:
        BadInput: If it is not, and an option about a pair is given.
    """
    about = {"--promise": args.promise, "--cost": args.cost, "--slice": args.slice}
    beside = [option for option, value in about.items() if value]
    if not (args.file.lower().endswith(".toml") or beside):
        return True
    given = {"--strict": args.strict, "--require": args.require, "--inventory": args.inventory}
    for option, value in given.items():
        if value:
            what = f"{beside[0]} is about promises alone" if beside else f"{args.file} is a model file"
            raise BadInput(
                f"{option}: {what}; allowed: with PRIMARY.cfg{f' and without {beside[0]}' if beside else ''}"
            )
    return False


def requirements_in(args: argparse.Namespace) -> tuple[Requirement, ...]:
    """The requirements of the command line.

    Raises:
        BadInput: If one of them is none.
    """
    try:
        return tuple(requirement(text) for text in args.require)
    except ValueError as error:
        raise BadInput(f"--require: {error}") from None


def answer(
    args: argparse.Namespace, scenario: Scenario, search: Search | None, apart: Sequence[Point] = ()
) -> tuple[int, Assessment]:
    """Prints the answer about the pair of a scenario, and returns the exit status and the answer.

    Args:
        args: The command line.
        scenario: The pair, with its topology if that is known.
        search: Gives the promises, None to leave them out.
        apart: What keeps the two units apart, if the configurations of both are given.
    """
    with Progress(f"examining {scenario.title}") as line:
        found = assessment_of(scenario, search, tuple(apart), line.now)
    return _printed(args, found), found


def answer_without_link(
    args: argparse.Namespace, source: str, config: PairConfig, apart: Sequence[Point] = ()
) -> tuple[int, Assessment]:
    """The same for a pair whose failover link cannot come up."""
    found = without_link(source, config, tuple(apart))
    return _printed(args, found), found


def _printed(args: argparse.Namespace, found: Assessment) -> int:
    requirements = tuple(judged(each, found) for each in requirements_in(args))
    if args.json:
        record = {**_promises(found), "assessment": {**found.to_dict(), "requirements": _records(requirements)}}
        caveats = () if found.scenario is None else found.scenario.assumptions()
        emit(json_object("check", record, ((found.title, found.config),), caveats))
    else:
        emit_answer(lambda: _text(args, found, requirements))
    if gate_files.wanted(args):
        gate_files.write(args, tuple(findings_of(found, requirements, strict=args.strict)), found.title)
    return exit_status(found, requirements, strict=args.strict)


def _text(args: argparse.Namespace, found: Assessment, requirements: Iterable[Judged]) -> str:
    lines = [line for each in requirements for line in wrapped(each.line, "  required        ", " " * 18)]
    return (found.to_text() if args.verbose else f"{found}\n") + "".join(f"{line}\n" for line in lines)


def _promises(found: Assessment) -> Mapping[str, Any]:
    """The keys of `check --json` that are about the promises."""
    if found.report is not None:
        return found.report.to_dict()
    return {"verdict": "undecided", **({"gaps": gap_records(found.config)} if found.unknown else {})}


def _records(requirements: tuple[Judged, ...]) -> list[dict[str, object]]:
    return [each.to_dict() for each in requirements]


def exit_status(found: Assessment, requirements: tuple[Judged, ...], *, strict: bool) -> int:
    """1 if the verdict or a requirement is bad, or there are gaps in strict mode; 3 if undecided; else 0."""
    status = found.exit_status
    if any(each.unmet for each in requirements) or (strict and found.gaps):
        return 1
    return status or (3 if any(each.unknown for each in requirements) else 0)
