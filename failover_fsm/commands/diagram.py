"""`failover-fsm diagram`: the state diagrams of the two tables, and pictures of a scenario."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from failover_fsm.commands.files import BadInput, write_bytes
from failover_fsm.diagrams import FIGURES, PICTURES, RenderError, figure, render, to_dot, to_mermaid, told
from failover_fsm.play import load, play

FORMATS = ("svg", "png", "dot", "mermaid")
TRACE_FORMATS = ("svg", "mermaid", "text", "itf", "shiviz")
SUFFIXES = {".svg": "svg", ".png": "png", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid"}
TRACE_SUFFIXES = {".svg": "svg", ".mmd": "mermaid", ".mermaid": "mermaid", ".txt": "text", ".json": "itf"}
TRACE_SUFFIXES |= {".log": "shiviz"}


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `diagram` to the commands of the program; its `run` is set as the default of that name."""
    parser = subparsers.add_parser(
        "diagram",
        help="draw a table that runs, or a scenario step by step",
        description="Draw the state diagram of a table, or the sequence diagram of a scenario. Only the svg and png"
        " of a table need Graphviz.",
    )
    parser.add_argument("what", metavar="|".join((*FIGURES, "FILE.trace")), help="the table or scenario to draw")
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        help=f"of a table {', '.join(FORMATS)}; of a scenario {', '.join(TRACE_FORMATS)};"
        " by default what the suffix of FILE says; without FILE, dot and text",
    )
    parser.add_argument("--roles", action="store_true", help="the role chart of the scenario, as svg")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write; by default standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw what `args` asks for.

    args: `what`, `format`, `roles` and `output` as `add_parser` has them.  Returns 0, or 2 after one
    line on stderr: no such diagram or format, Graphviz missing, a file that cannot be written.
    Raises TraceError or ConfigError for a scenario that cannot be used.  A file is written whole or
    not at all.
    """
    try:
        is_trace = args.what.endswith(".trace")
        form = _format(args, is_trace)
        if form == "png" and args.output is None and sys.stdout.isatty():
            raise BadInput("a png is not for a terminal: give -o FILE.png")
        data = _trace_drawn(args.what, form) if is_trace else _drawn(args.what, form)
        if args.output is None:
            _print(data)
        else:
            write_bytes(args.output, data)
    except (BadInput, RenderError) as error:
        print(f"failover-fsm diagram: {error}", file=sys.stderr)
        return 2
    return 0


def _format(args: argparse.Namespace, is_trace: bool) -> str:
    allowed: tuple[str, ...] = TRACE_FORMATS if is_trace else FORMATS
    suffixes = TRACE_SUFFIXES if is_trace else SUFFIXES
    if args.roles:
        if not is_trace:
            raise BadInput("--roles: a table has no role chart; allowed: with FILE.trace")
        allowed, suffixes = ("svg",), {".svg": "svg"}
    form = args.format
    if form is not None:
        if form not in allowed:
            raise BadInput(f"--format {form}: no such format; allowed: {', '.join(allowed)}")
    elif args.output is None:
        form = "svg" if args.roles else "text" if is_trace else "dot"
    else:
        suffix = Path(args.output).suffix.lower()
        if suffix not in suffixes:
            known = ", ".join(suffixes)
            raise BadInput(f"{args.output}: the suffix names no format; allowed: {known}, or give --format")
        form = suffixes[suffix]
    return "roles" if args.roles else str(form)


def _trace_drawn(what: str, picture: str) -> bytes:
    played = play(*load(what))
    text = Path(what).read_text(encoding="utf-8-sig")
    try:
        return PICTURES[picture](told(played, text, Path(what).name)).encode()
    except ValueError as error:
        raise BadInput(f"{what}: {error}") from None


def _drawn(what: str, form: str) -> bytes:
    try:
        diagram = figure(what)
    except ValueError as error:
        raise BadInput(f"{error}, FILE.trace") from None
    if form == "mermaid":
        return to_mermaid(diagram).encode("ascii")
    text = to_dot(diagram)
    if form == "svg":
        return render(text, "svg")
    if form == "png":
        return render(text, "png")
    return text.encode("ascii")


def _print(data: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is left in the buffer would fail again, loudly, when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise BadInput(f"standard output: {error.strerror}") from None
