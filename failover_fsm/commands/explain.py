"""`failover-fsm explain`: what happened to a pair, from its logs, histories and states."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from failover_fsm.commands.arguments import positive, seconds
from failover_fsm.commands.files import BadInput, emit, emit_answer, make_folder, write_bytes
from failover_fsm.commands.gaps import answer_undecided
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.config.values.input_file import InputFileError, encoding_of, files_read, read_input
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.evidence import Evidence
from failover_fsm.postmortem.explain import LIMIT, Answer, explain
from failover_fsm.postmortem.reading import read_evidence
from failover_fsm.postmortem.searches import MORE_EVENTS
from failover_fsm.postmortem.sources import EvidenceError, Source
from failover_fsm.reports.text.postmortem import answer_record, answer_text, events_of
from failover_fsm.trace.writer import trace_from

__all__ = ["add_parser", "run", "sources_of"]

TIME_LIMIT = 10.0
"""Seconds after which a search ends undecided, unless told otherwise."""

KINDS = ("log", "history", "state")


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "explain",
        description="Finds the smallest sets of faults, repairs and commands that explain system messages, histories"
        " and states of a pair, all of them, and tells the story of each beside the lines.",
        epilog="A FILE may hold both units. Units are told by the words in the lines, by host names that belong to one"
        " unit, or as in primary=FILE. Exit status: 0 explained, 1 lines that cannot be, 2 bad input, 3 undecided.",
    )
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument("secondary", metavar="SECONDARY.cfg", nargs="?", help="the secondary's running-config")
    texts = {"log": "system messages", "history": "`show failover history`", "state": "`show failover state`"}
    for kind, text in texts.items():
        name = f"--{kind}"
        parser.add_argument(name, metavar="[UNIT=]FILE", action="append", default=[], help=f"{text}; repeat for more")
    parser.add_argument(
        "--limit", metavar="N", type=positive("sets"), default=LIMIT, help=f"list N sets at most ({LIMIT})"
    )
    parser.add_argument(
        "--most-events", metavar="N", type=positive("events"),
        help=f"try N events from outside at most (by default {MORE_EVENTS} above twice the least number the logs need)",
    )  # fmt: skip
    parser.add_argument(
        "--time-limit", metavar="S", type=seconds, default=TIME_LIMIT, help=f"give up after S seconds ({TIME_LIMIT:g})"
    )
    parser.add_argument("--timed", action="store_true", help="hold to the times in both logs, and to hold times")
    parser.add_argument("--traces", metavar="DIR", type=Path, help="write each explanation there, for `run`")
    parser.add_argument("--report", metavar="FILE.html", type=Path, help="write the answer as one HTML page")
    parser.add_argument("-v", "--verbose", action="store_true", help="every story, every step and every note")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `explain`.

    Returns:
        The exit status: 0 explained, 1 contradictory, 3 undecided.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
    """
    with files_read() as inputs:
        scenario = scenario_of(args.file, args.secondary)
        given = [(kind, word) for kind in KINDS for word in getattr(args, kind)]
        if not given:
            raise BadInput("no evidence; allowed: at least one of --log, --history and --state")
        sources = sources_of(given)
    check_outputs(inputs, {"--report": args.report}, {"--traces": args.traces})
    if scenario.config.gaps:
        return answer_undecided("explain", scenario.title, scenario.config, as_json=args.json)
    try:
        evidence = read_evidence(sources, scenario.config, scenario.settings)
    except EvidenceError as error:
        raise BadInput(str(error)) from None
    if not any(evidence.observations) and not evidence.snapshots and not evidence.impossible:
        raise BadInput(_nothing_found(sources, evidence))
    with Progress("looking for explanations") as line:
        answer = explain(
            scenario.config, evidence, options=scenario.options, limit=args.limit, most=args.most_events,
            check=line.limited(args.time_limit, "places"), timed=args.timed,
        )  # fmt: skip
    if args.traces is not None:
        _write(answer, scenario, args.traces)
    if args.report is not None:
        from failover_fsm.reports.html.postmortem import postmortem_page

        with Progress(f"drawing {args.report}"):
            write_bytes(args.report, postmortem_page(answer, title=scenario.short_title).encode("ascii"))
    if args.json:
        emit(json_object("explain", answer_record(answer), ((scenario.title, scenario.config),)))
    else:
        emit_answer(lambda: answer_text(answer, verbose=args.verbose))
    return answer.exit_status


def _nothing_found(sources: tuple[Source, ...], evidence: Evidence) -> str:
    """Why there is nothing to explain: no message of the pair, or none of which it is known whose it is."""
    for note in evidence.notes:
        if note.is_ownerless:
            return f"{note.place}: {note.what}"
    names = ", ".join(source.name for source in sources)
    return f"{names}: no line of failover found; allowed: system messages, histories or states of the pair"


def sources_of(given: list[tuple[str, str]]) -> tuple[Source, ...]:
    """The files of the command line, each a kind and a name, which may have its unit before it.

    Raises:
        BadInput: If one cannot be read.
    """
    return tuple(_sources(given))


def _sources(given: list[tuple[str, str]]) -> Iterator[Source]:
    for kind, word in given:
        before, equals, name = word.partition("=")
        unit = next((unit for unit in Unit if unit.value == before.lower()), None)
        name = word if unit is None else name
        if not name:
            raise BadInput(f"--{kind} {word}: the name is empty; allowed: {before}=FILE")
        try:
            data = read_input(name)
        except InputFileError as error:
            units = ", or UNIT=FILE with primary or secondary" if equals and unit is None else ""
            raise BadInput(f"{name}: {error.what}; allowed: {error.allowed}{units}") from None
        yield Source(kind=kind, name=name, text=data.decode(encoding_of(data), "replace"), unit=unit)


def _write(answer: Answer, scenario: Scenario, folder: Path) -> None:
    """Writes the run of each explanation as a scenario file, which `run` replays."""
    make_folder("--traces", folder)
    for number, each in enumerate(answer.explanations, start=1):
        events = "; ".join(event for event, _, _ in events_of(answer, each)) or "nothing from outside"
        text = trace_from(
            answer.replay(each),
            config=[os.path.relpath(source, folder) for source in scenario.sources[:1]],
            options=scenario.options,
            comments=[f"Explanation {number} of {len(answer.explanations)}: {events}", _boots(answer, number - 1)],
        )
        write_bytes(folder / f"explanation-{number}.trace", text.encode())


def _boots(answer: Answer, index: int) -> str:
    count = len(answer.starts[answer.explanations[index].start])
    return f"The first {count} events bring the pair to where the evidence begins." if count else ""
