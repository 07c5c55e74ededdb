"""`failover-fsm diagram`: state diagrams of the tables, quotient graphs of a pair, and pictures of a scenario."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from failover_fsm.commands.files import BadInput, complain, emit_bytes, write_bytes
from failover_fsm.commands.gaps import print_gaps
from failover_fsm.commands.gaps_of_run import print_gaps_of_run
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.config.values.input_file import files_read, read_input
from failover_fsm.config.values.printable import printable, printable_lines
from failover_fsm.config.values.suggestions import nearest
from failover_fsm.diagrams import (
    FIGURES,
    FOLDS,
    PICTURES,
    Diagram,
    Kind,
    RecordedRun,
    RenderError,
    TooMany,
    figure,
    pair_diagram,
    recorded_run,
    render,
    to_dot,
    to_mermaid,
    to_plantuml,
    to_scxml,
)
from failover_fsm.model.beside import BESIDE
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.trace.player import load, play

PAIR = "pair"
PAIR_FORMATS = ("svg", "png", "dot", "mermaid", "plantuml")
FORMATS = (*PAIR_FORMATS, "scxml")
TRACE_FORMATS = ("svg", "mermaid", "text", "itf", "shiviz")
MERMAID_SUFFIXES = {".mmd": "mermaid", ".mermaid": "mermaid"}
PAIR_SUFFIXES = {".svg": "svg", ".png": "png", ".dot": "dot", ".gv": "dot", **MERMAID_SUFFIXES, ".puml": "plantuml"}
SUFFIXES = {**PAIR_SUFFIXES, ".scxml": "scxml"}
TRACE_SUFFIXES = {".svg": "svg", **MERMAID_SUFFIXES, ".txt": "text", ".json": "itf", ".log": "shiviz"}


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "diagram",
        description="Draw the state diagram of a table, the explored graph of a model folded until it can be drawn, or"
        " the sequence diagram of a scenario. Only the svg and png of tables and pairs need Graphviz.",
    )
    parser.add_argument("what", metavar="WHAT", help=f"what to draw: {', '.join((*FIGURES, PAIR))} or FILE.trace")
    parser.add_argument("model", metavar="MODEL.toml|PRIMARY.cfg", nargs="?", help=f"the pair to draw; with `{PAIR}`")
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        help=f"of a table {', '.join(FORMATS)}; of a pair the same without scxml; of a scenario"
        f" {', '.join(TRACE_FORMATS)}; by default what the suffix of FILE says; without FILE, dot and text",
    )
    parser.add_argument("--roles", action="store_true", help="the role chart of the scenario, as svg")
    parser.add_argument(
        "--events", metavar="CAUSE,...", help=f"only what these cause: {', '.join(kind.value for kind in Kind)}"
    )
    folds = "; ".join(f"{name}: {meaning}" for name, (meaning, _) in FOLDS.items())
    fold_help = f"what of the pair to look at (default: as fine as can be read): {folds}"
    parser.add_argument("--fold", metavar="FOLD", help=fold_help)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write; by default standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `diagram`; a file is written whole or not at all.

    Returns:
        0, or 2 after one line on stderr: no such diagram or format, conflicting options, Graphviz missing, a file that
        cannot be written.

    Raises:
        TraceError, ConfigError, ModelFileError: If a scenario cannot be used.
    """
    try:
        is_trace = args.what.endswith(".trace")
        _check(args, is_trace)
        form = _format(args, is_trace)
        if form == "png" and args.output is None and sys.stdout is not None and sys.stdout.isatty():
            raise BadInput("a png is not for a terminal: give -o FILE.png")
        with files_read() as inputs:
            source = _source(args, is_trace)
        check_outputs(inputs, {"-o": args.output})
        if isinstance(source, RecordedRun):
            data = _run_drawn(args.what, source, form)
        else:
            data = _drawn(_diagram(args, source), form)
        if args.output is None:
            emit_bytes(data if form == "png" else printable_lines(data.decode("utf-8")).encode())
        else:
            write_bytes(args.output, data)
    except (BadInput, RenderError) as error:
        complain(f"failover-fsm diagram: {error}")
        return 2
    return 0


def _check(args: argparse.Namespace, is_trace: bool) -> None:
    """Validates the arguments together.

    Raises:
        BadInput: If they do not fit together.
    """
    if is_trace and args.events:
        raise BadInput(f"--events: a scenario is drawn whole; allowed: with {', '.join((*FIGURES, PAIR))}")
    if args.what == PAIR and args.model is None:
        raise BadInput("pair: no model; allowed: pair MODEL.toml or PRIMARY.cfg")
    if args.what != PAIR:
        for name, value in (("--fold", args.fold), (args.model, args.model)):
            if value is not None:
                raise BadInput(f"{name}: only a pair has one; allowed: with pair")
    if args.fold is not None and args.fold not in FOLDS:
        raise BadInput(f"--fold {args.fold}: no such fold{nearest(args.fold, FOLDS)}; allowed: {', '.join(FOLDS)}")


def _format(args: argparse.Namespace, is_trace: bool) -> str:
    allowed: tuple[str, ...] = TRACE_FORMATS if is_trace else PAIR_FORMATS if args.what == PAIR else FORMATS
    suffixes = TRACE_SUFFIXES if is_trace else PAIR_SUFFIXES if args.what == PAIR else SUFFIXES
    if args.roles:
        if not is_trace:
            raise BadInput("--roles: only a scenario has a role chart; allowed: with FILE.trace")
        allowed, suffixes = ("svg",), {".svg": "svg"}
    form = args.format
    if form is not None:
        if form not in allowed:
            raise BadInput(f"--format {form}: no such format{nearest(form, allowed)}; allowed: {', '.join(allowed)}")
    elif args.output is None:
        form = "svg" if args.roles else "text" if is_trace else "dot"
    else:
        suffix = Path(args.output).suffix.lower()
        if suffix not in suffixes:
            known = ", ".join(suffixes)
            raise BadInput(f"{args.output}: the suffix names no format; allowed: {known}, or give --format")
        form = suffixes[suffix]
    return "roles" if args.roles else str(form)


def _source(args: argparse.Namespace, is_trace: bool) -> RecordedRun | Scenario | None:
    """The input: the run of a scenario, or a pair; None for a table."""
    if is_trace:
        played = play(*load(args.what))
        print_gaps_of_run(played.pair.config, played.trace)
        return recorded_run(played, read_input(args.what).decode("utf-8-sig"), Path(args.what).name)
    if args.what != PAIR:
        return None
    scenario = scenario_of(args.model)
    print_gaps(scenario.config, scenario.sources[0])
    for what in _left_out(scenario):
        complain(f"{args.model}: {what}: a picture of a pair has the pair alone")
    return scenario


def _left_out(scenario: Scenario) -> tuple[str, ...]:
    """What of a scenario its picture leaves out, in words."""
    return (f"not drawn: [{scenario.beside}], {BESIDE[scenario.beside]}",) if scenario.beside else ()


def _run_drawn(what: str, recorded: RecordedRun, picture: str) -> bytes:
    try:
        return PICTURES[picture](recorded).encode()
    except ValueError as error:
        raise BadInput(f"{what}: {error}") from None


def _diagram(args: argparse.Namespace, scenario: Scenario | None) -> Diagram:
    """The diagram of a table, or of the pair of a scenario, as plain data.

    Raises:
        BadInput: If there is no such diagram, or it is too large.
    """
    drawn = _wanted(args, scenario, _kinds(args.events))
    if args.events and not drawn.edges:
        causes = ", ".join(kind.value for kind in Kind if _wanted(args, scenario, [kind]).edges) or "none"
        raise BadInput(f"--events {args.events}: no arrow has such a cause; allowed here: {causes}")
    return drawn


def _wanted(args: argparse.Namespace, scenario: Scenario | None, kinds: Sequence[Kind]) -> Diagram:
    if scenario is None:
        try:
            return figure(args.what, kinds, whole=_format(args, False) == "scxml")
        except ValueError as error:
            raise BadInput(f"{error}, {PAIR} MODEL.toml, FILE.trace") from None
    model, title, notes = (
        model_of(scenario.settings, scenario.environment),
        printable(scenario.title),
        _left_out(scenario),
    )
    try:
        pinned = None if scenario.beside else dict(scenario.expect).get("states")
        with Progress("exploring", "states", pinned) as line:
            return pair_diagram(model, fold=args.fold, kinds=kinds, title=title, notes=notes, progress=line.at)
    except TooMany as error:
        raise BadInput(f"{args.model}: {error}") from None


def _kinds(given: str | None) -> tuple[Kind, ...]:
    if given is None:
        return tuple(Kind)
    known = {kind.value: kind for kind in Kind}
    for word in given.split(","):
        if word not in known:
            what = f"{word!r} is no cause{nearest(word, known)}"
            raise BadInput(f"--events {given}: {what}; allowed: {', '.join(known)}, with commas between")
    return tuple(kind for word, kind in known.items() if word in given.split(","))


def _drawn(diagram: Diagram, form: str) -> bytes:
    writers = {"mermaid": to_mermaid, "plantuml": to_plantuml, "scxml": to_scxml}
    if form in writers:
        return writers[form](diagram).encode()
    text = to_dot(diagram)
    if form == "svg":
        return render(text, "svg")
    if form == "png":
        return render(text, "png")
    return text.encode()
