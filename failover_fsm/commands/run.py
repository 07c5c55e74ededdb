"""`failover-fsm run`: plays scenario files and prints their story."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from failover_fsm.commands import page_file
from failover_fsm.commands.asked_show import Answer, answers_of, asked_of, untimed_note
from failover_fsm.commands.files import BadInput, complain, emit, emit_answer
from failover_fsm.commands.follow import follow
from failover_fsm.commands.gaps import gap_records
from failover_fsm.commands.gaps_of_run import print_gaps_of_run
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.config.values.input_file import files_read
from failover_fsm.config.values.printable import printable
from failover_fsm.text.colour import coloured
from failover_fsm.text.layout import line_width
from failover_fsm.text.record import output_record, state_record
from failover_fsm.text.story import tell
from failover_fsm.trace.messages import message_lines
from failover_fsm.trace.player import load, play
from failover_fsm.trace.run import Played


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "run",
        description="Plays each scenario on a pair of its own, tells what happens and checks what the file expects. "
        "Exit status: 0 all as expected, 1 an expectation failed or the pair never settles, 2 bad input.",
    )
    parser.add_argument("files", metavar="FILE.trace", nargs="+", help="a scenario, or a counterexample")
    parser.add_argument("--config", metavar="CFG", help="a running-config that replaces those the scenarios name")
    parser.add_argument("--json", action="store_true", help="print one JSON object; with several files, its `runs`")
    parser.add_argument(
        "--show", metavar="UNIT|COMMAND@UNIT", action="append", default=[],
        help="end with what `show failover`, or another show command, prints on that unit; can be repeated",
    )  # fmt: skip
    parser.add_argument("--follow", action="store_true", help="step by step, in colour where the terminal has it")
    parser.add_argument("--messages", action="store_true", help="print the system messages of both units instead")
    page_file.add_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `run`; nothing is printed if an error is raised.

    Returns:
        The exit status: 0 as expected, 1 if an expectation fails or there is a livelock.

    Raises:
        TraceError, ConfigError: If the input cannot be used.
        BadInput: If options contradict each other.
    """
    chosen = [f"--{name}" for name in ("follow", "messages", "json") if getattr(args, name)]
    if len(chosen) > 1:
        raise BadInput(f"run: {' with '.join(chosen)}; allowed: one of them")
    asked = [asked_of(text) for text in args.show]
    runs = []
    with files_read() as inputs:
        for file in args.files:
            trace, config, remarks = load(file, args.config)
            runs.append(play(trace, config, remarks))
    check_outputs(inputs, {"--report": args.report})
    answers = [answers_of(played, asked) for played in runs]
    for played in runs:
        print_gaps_of_run(played.pair.config, played.trace, args.config)
        for warning in played.warnings:
            complain(str(warning))
    if args.json:
        records = [run_record(played, each) for played, each in zip(runs, answers, strict=True)]
        configs = [(played.trace.source, played.pair.config) for played in runs]
        emit(json_object("run", records[0] if len(records) == 1 else {"runs": records}, configs))
    else:
        for played, each in zip(runs, answers, strict=True):
            _tell(played, args, each, titled=len(runs) > 1)
    _write_page(args.report, runs, answers)
    return int(any(played.failures or played.is_livelock for played in runs))


def _write_page(name: str | None, runs: Sequence[Played], answers: Sequence[Sequence[Answer]]) -> None:
    """Writes the page of the runs, if it is asked for."""
    if name is None:
        return
    from failover_fsm.reports.html.figures import Story

    endings = ["\n".join(_ending(played, each)).strip() for played, each in zip(runs, answers, strict=True)]
    stories = [
        Story(name=played.trace.source, steps=played.steps, settings=played.pair.settings, loop=played.loop)
        for played in runs
    ]
    text = "\n\n".join(f"{story.name}: {ending}" for story, ending in zip(stories, endings, strict=True))
    page_file.write_page(name, f"Run of {', '.join(story.name for story in stories)}", f"{text}\n", stories)


# -- text ----------------------------------------------------------------------------------------


def _tell(played: Played, args: argparse.Namespace, answers: Sequence[Answer], *, titled: bool) -> None:
    def story() -> str:
        return tell(played.steps, played.pair.settings, loop=played.loop)

    if titled:
        emit_answer(lambda: f"== {printable(played.trace.source)} ".ljust(line_width(), "=") + "\n")
    if args.messages:
        emit("".join(f"{line}\n" for record in played.records for line in message_lines(record.messages)))
    elif args.follow:
        follow(story)
    else:
        emit_answer(story, coloured=coloured)
    emit("".join(f"{line}\n" for line in _ending(played, answers)))


def _ending(played: Played, answers: Sequence[Answer]) -> Iterator[str]:
    yield ""
    for each in answers:
        if len(answers) > 1:
            yield each.entered
        yield each.text
    if played.ends_at is None and any(each.is_dated for each in answers):
        yield f"({untimed_note()})\n"
    yield from map(str, played.failures)
    yield _verdict(played)


def _verdict(played: Played) -> str:
    expected = sum(len(record.claims) for record in played.records)
    failed = len(played.failures)
    if played.is_livelock:
        return f"LIVELOCK: the pair never settles; {failed} of {expected} expectations failed before that"
    if failed:
        return f"FAILED: {failed} of {expected} expectations"
    return f"OK: {expected} of {expected} expectations met" if expected else "played to the end; nothing was expected"


# -- data ----------------------------------------------------------------------------------------


def run_record(played: Played, answers: Sequence[Answer] = ()) -> dict[str, Any]:
    """A run as the JSON object of `run --json`: `show` is the text of the first show command, `shows` has all."""
    record: dict[str, Any] = {
        "file": played.trace.source,
        "final": state_record(played.pair.state, played.pair.settings),
        "outputs": list(_outputs(played)),
        "failed_expectations": [
            {"line": each.line, "wanted": each.wanted, "found": each.found} for each in played.failures
        ],
        "refused": [
            {"line": record.statement.line, "command": str(step.event), "why": step.refused.removeprefix("refused: ")}
            for record in played.records
            for step in record.refusals
        ],
        "warnings": [{"file": each.source, "line": each.line, "what": each.what} for each in played.warnings],
        "livelock": None if played.loop is None else [str(step.event) for step in played.steps[played.loop :]],
    }
    if played.pair.config.gaps:
        record["gaps"] = gap_records(played.pair.config)
    if answers:
        record["show"] = answers[0].text
        record["shows"] = [
            {"command": each.asked.command, "unit": each.asked.unit.value, "text": each.text} for each in answers
        ]
    return record


def _outputs(played: Played) -> Iterator[dict[str, Any]]:
    for record in played.records:
        for step in record.steps:
            for output in step.outputs:
                yield {"line": record.statement.line, "event": str(step.event), **output_record(output)}
        for each in record.noticed:
            yield {"line": record.statement.line, "event": None, "seconds": each.at / 1000, **output_record(each.log)}
