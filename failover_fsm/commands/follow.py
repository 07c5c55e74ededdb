"""`failover-fsm run --follow`: the story of a run step by step, at the reader's pace on a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence

from failover_fsm.commands.files import colour_wanted, emit, emit_answer, laid_out, on_terminal, terminal_width
from failover_fsm.commands.keys import BACKSPACE, END_OF_FILE, ENTER, ESCAPE, Keys, can_be_read, keys_of_terminal
from failover_fsm.text.colour import coloured
from failover_fsm.text.labelled import labelled
from failover_fsm.text.layout import WIDTH, cut

__all__ = ["Reader", "follow"]

PROMPT = "-- Enter: next step, a: all that is left, q: quit "
"""What a terminal asks that reads whole lines only."""

HELP = (
    ("Enter, Space, Right, Down", "the next step"),
    ("Left, Up, b, Backspace", "the step before"),
    ("12 g", "step 12; g alone: the first, G: the last"),
    ("/ word Enter, n, N", "the next step with a word, again, backwards"),
    ("a", "all that is left"),
    ("q, Ctrl-D", "quit"),
)

_NEXT = (ENTER, " ", "right", "down", "page-down", "j")
_BACK = (BACKSPACE, "left", "up", "page-up", "b", "k")
_CLEAR = "\033[H\033[2J"
_ERASE = "\r\033[K"


def follow(story: Callable[[], str]) -> None:
    """Prints a story of `text.story.tell` step by step.

    On a terminal it waits for a key before each step; Ctrl-D ends it like `q`, Ctrl-C ends the program. Elsewhere, as
    in a pipe, it prints the same as `run`.

    Args:
        story: Lays the story out.

    Raises:
        BadInput: If standard output cannot be written.
    """
    steps = laid_out(story).rstrip("\n").split("\n\n")
    if can_be_read():
        with keys_of_terminal() as keys:
            Reader([coloured(step) for step in steps] if colour_wanted() else steps, steps, keys).read()
    elif on_terminal(sys.stdin) and on_terminal(sys.stdout):
        _by_lines(steps)
    else:
        emit_answer(story, coloured=coloured)


def _by_lines(steps: Sequence[str]) -> None:
    """The steps on a terminal that gives whole lines, and cannot clear one."""
    waits = True
    for number, step in enumerate(steps, start=1):
        emit(step + ("\n\n" if number < len(steps) else "\n"), styled=True)
        if waits and number < len(steps):
            try:
                answer = input(PROMPT).strip().lower()
            except EOFError:
                emit("\n")
                return
            if answer == "q":
                return
            waits = answer != "a"


def _help() -> str:
    return "".join(f"{line}\n" for keys, does in HELP for line in labelled(keys, does, 27))


class Reader:
    """Somebody who reads a story on a terminal.

    Args:
        shown: The steps as they are printed.
        steps: The same without colours.
        keys: What is pressed.
    """

    def __init__(self, shown: Sequence[str], steps: Sequence[str], keys: Keys) -> None:
        self._shown, self._steps, self._keys = shown, steps, keys
        self._at = 0
        self._word = ""
        self._said = ""

    def read(self) -> None:
        """Shows the steps as the keys ask for them, until there are no more."""
        self._print(0)
        number = ""
        while True:
            key = self._ask(number)
            number = f"{number}{key}" if key.isascii() and key.isdecimal() and len(number) < 6 else number
            if key.isascii() and key.isdecimal():
                continue
            if key in ("q", END_OF_FILE) or (key in _NEXT and self._is_last):
                return
            if key == "a":
                self._print_rest()
                return
            self._go(key, int(number) if number else None)
            number = ""

    @property
    def _is_last(self) -> bool:
        return self._at == len(self._steps) - 1

    def _ask(self, number: str) -> str:
        """The next key; the question is erased, so that the steps follow each other directly."""
        place = f"({self._at + 1} of {len(self._steps)})"
        following = "end" if self._is_last else "next"
        said = f"{self._said}, " if self._said else ""
        self._said = ""
        question = f"-- Enter: {following}, Left: back, ?: keys, q: quit {place} {said}{number}"
        emit(cut(question, (terminal_width() or WIDTH) - 1), styled=True)  # a line that wraps is not erased
        key = self._keys.next()
        emit(_ERASE, styled=True)
        return key

    def _go(self, key: str, number: int | None) -> None:
        """Shows the step that a key asks for."""
        if key in _NEXT:
            self._print(self._at + 1)
        elif key in _BACK:
            self._move(self._at - 1, "this is the first step")
        elif key in ("g", "home"):
            self._move(0 if number is None else self._numbered(number), f"there is no step {number}")
        elif key in ("G", "end"):
            self._move(len(self._steps) - 1, "")
        elif key == "/":
            self._word = self._typed() or self._word
            self._search(range(self._at + 1, len(self._steps)))
        elif key == "n":
            self._search(range(self._at + 1, len(self._steps)))
        elif key == "N":
            self._search(range(self._at - 1, -1, -1))
        elif key == "?":
            emit_answer(_help)

    def _print(self, at: int) -> None:
        """Shows a step below the last one."""
        self._at = at
        emit(f"{self._shown[at]}\n{'' if self._is_last else chr(10)}", styled=True)

    def _print_rest(self) -> None:
        for at in range(self._at + 1, len(self._steps)):
            self._print(at)

    def _move(self, at: int, otherwise: str) -> None:
        """Shows another step than the next one, on a screen of its own; `otherwise` is said where there is none."""
        if at < 0:
            self._said = otherwise
            return
        emit(_CLEAR, styled=True)
        self._print(at)

    def _numbered(self, number: int) -> int:
        """The position of the step with a number, -1 for none; several steps can stand together."""
        for at, step in enumerate(self._steps):
            found = re.match(r"(\d+)(?:-(\d+))? ", step)
            if found is not None and int(found[1]) <= number <= int(found[2] or found[1]):
                return at
        return -1

    def _search(self, places: range) -> None:
        """Shows the first of these steps in which the word stands."""
        if not self._word:
            return
        wanted = self._word.casefold()
        found = next((at for at in places if wanted in " ".join(self._steps[at].casefold().split())), -1)
        way = "before" if places.step < 0 else "after this step"
        self._move(found, f"no {self._word!r} {way}")

    def _typed(self) -> str:
        """The word that is typed after a slash; empty if Escape is pressed."""
        word = ""
        while True:
            emit(f"{_ERASE}/{word}", styled=True)
            key = self._keys.next()
            if key in (ENTER, ESCAPE, END_OF_FILE):
                emit(_ERASE, styled=True)
                return word if key == ENTER else ""
            word = word[:-1] if key == BACKSPACE else word + key if len(key) == 1 and key.isprintable() else word
