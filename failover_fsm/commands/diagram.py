"""`failover-fsm diagram`: the state diagrams of the two tables, as text or as a picture."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from failover_fsm.commands.files import BadInput, write_bytes
from failover_fsm.diagrams import FIGURES, RenderError, figure, render, to_dot, to_mermaid

FORMATS = ("svg", "png", "dot", "mermaid")
SUFFIXES = {".svg": "svg", ".png": "png", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid"}


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `diagram` to the commands of the program; its `run` is set as the default of that name."""
    parser = subparsers.add_parser(
        "diagram",
        help="draw a state diagram of the tables that run",
        description="Draw the state diagram of a table. dot and mermaid are text and need nothing;"
        " svg and png need Graphviz.",
    )
    parser.add_argument("what", metavar="|".join(FIGURES), help="the table to draw")
    parser.add_argument(
        "--format", metavar="|".join(FORMATS), help="by default what the suffix of FILE says; without FILE, dot"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write; by default standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw what `args` asks for.

    args: `what`, `format` and `output` as `add_parser` has them.  Returns 0, or 2 after one line
    on stderr: no such diagram or format, Graphviz missing, a file that cannot be written.  A file
    is written whole or not at all.
    """
    try:
        form = _format(args.format, args.output)
        if form == "png" and args.output is None and sys.stdout.isatty():
            raise BadInput("a png is not for a terminal: give -o FILE.png")
        data = _drawn(args.what, form)
        if args.output is None:
            _print(data)
        else:
            write_bytes(args.output, data)
    except (BadInput, RenderError) as error:
        print(f"failover-fsm diagram: {error}", file=sys.stderr)
        return 2
    return 0


def _format(asked: str | None, output: str | None) -> str:
    if asked is not None:
        if asked not in FORMATS:
            raise BadInput(f"--format {asked}: no such format; allowed: {', '.join(FORMATS)}")
        return asked
    if output is None:
        return "dot"
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        raise BadInput(f"{output}: the suffix names no format; allowed: {', '.join(SUFFIXES)}, or give --format")
    return SUFFIXES[suffix]


def _drawn(what: str, form: str) -> bytes:
    try:
        diagram = figure(what)
    except ValueError as error:
        raise BadInput(str(error)) from None
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
