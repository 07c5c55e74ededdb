"""`failover-fsm run --follow`: the story of a run step by step, at the reader's pace on a terminal."""

from __future__ import annotations

import os
import sys

from failover_fsm.commands.files import emit
from failover_fsm.config.values.printable import printable_lines
from failover_fsm.text.colour import coloured, has_colour

__all__ = ["follow"]

PROMPT = "-- Enter: next step, a: all that is left, q: quit "


def follow(story: str) -> None:
    """Prints a story of `text.story.tell` step by step.

    On a terminal it waits for a key before each step; Ctrl-D ends it like `q`, Ctrl-C ends the program. Elsewhere, as
    in a pipe, it prints the same as `run`.

    Raises:
        BadInput: If standard output cannot be written.
    """
    steps = story.rstrip("\n").split("\n\n")
    colour = has_colour(_is_terminal(sys.stdout), os.environ)
    waits = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    for number, step in enumerate(steps, start=1):
        shown = printable_lines(step)
        emit((coloured(shown) if colour else shown) + ("\n\n" if number < len(steps) else "\n"), styled=True)
        if waits and number < len(steps):
            answer = _ask()
            if answer == "q":
                return
            waits = answer != "a"


def _is_terminal(stream: object) -> bool:
    return stream is not None and bool(stream.isatty())  # type: ignore[attr-defined]  # a text stream


def _ask() -> str:
    """The reader's answer; its line is erased, so that the steps follow each other directly."""
    try:
        answer = input(PROMPT).strip().lower()
    except EOFError:
        emit("\n")
        return "q"
    if os.environ.get("TERM") != "dumb":
        emit("\033[1A\033[2K", styled=True)
    return answer
