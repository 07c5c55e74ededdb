"""Lines of text: how wide they may be, how many columns a character takes, paragraphs and tables.

Texts are laid out for `WIDTH` columns, so that the same input gives the same bytes. Where somebody reads them on a
terminal, the command line says how wide that is.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = [
    "NARROWEST",
    "WIDEST",
    "WIDTH",
    "columns",
    "cut",
    "display_width",
    "fitted",
    "line_width",
    "lines_of",
    "padded",
    "some_of",
    "wrap",
]

WIDTH = 100
"""The columns of a line where nobody says otherwise, as in a file or a pipe."""

NARROWEST, WIDEST = 60, 200
"""The columns that a terminal is taken to have at least, and those that are used at most."""

_FILLER = "\x00"
"""Stands behind a character of two columns while a paragraph is wrapped."""

_GLUE = "\xa0"
"""Stands for a blank at which no line ends, while a paragraph is wrapped."""

_PLACE = "\x01"
"""Stands where a line may end, behind a blank that the word does not have, while a paragraph is wrapped."""

_PLACE_WITHIN = re.compile(f"(?<=[|]) {_PLACE}")

_SHORT = 40
"""The columns of a cell, with its heading, in which no line ends."""

_width: ContextVar[int | None] = ContextVar("width", default=None)


def line_width() -> int:
    """The columns that a line may have."""
    return _width.get() or WIDTH


@contextmanager
def lines_of(width: int | None) -> Iterator[None]:
    """Lays texts out for a terminal of so many columns, or with None as for a file."""
    token = _width.set(None if width is None else min(max(width, NARROWEST), WIDEST))
    try:
        yield
    finally:
        _width.reset(token)


def display_width(text: str) -> int:
    """The columns that a text takes on a terminal: two for a wide character, none for an accent by itself."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _columns_of(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.combining(char) else 1


def cut(text: str, width: int) -> str:
    """The text, or its beginning where it takes more columns."""
    if text.isascii():
        return text[: max(width, 0)]
    while display_width(text) > max(width, 0):
        text = text[:-1]
    return text


MOST_NAMES = 8
"""The most names that a sentence lists; of more, the first few are told and how many there are besides."""


def some_of(names: Sequence[str]) -> str:
    """Names with commas between; of many the first few."""
    shown = names if len(names) <= MOST_NAMES else [*names[:5], f"{len(names) - 5} more"]
    return ", ".join(shown)


def padded(text: str, width: int) -> str:
    """The text with blanks behind it up to so many columns."""
    return text + " " * (width - display_width(text))


def wrap(
    text: str, first: str = "", then: str = "", *, width: int | None = None, hyphens: bool = True, cuts: bool = False
) -> list[str]:
    """The lines of a paragraph.

    Args:
        text: The paragraph.
        first: What stands before the first line.
        then: What stands before the others.
        width: The columns of a line; None for those of `line_width`.
        hyphens: Whether a line may end behind a hyphen.
        cuts: Whether a word that is wider than a line is cut; else its line is wider.
    """
    lines = textwrap.wrap(
        text if text.isascii() else "".join(each + _FILLER * (_columns_of(each) - 1) for each in text),
        width or line_width(),
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=cuts,
        break_on_hyphens=hyphens,
    )
    return lines if text.isascii() else [line.replace(_FILLER, "") for line in lines]


def fitted(line: str, then: str = "    ") -> list[str]:
    """A line that is as long as it is in a file, in lines of a terminal with `then` before all but the first."""
    if _width.get() is None or display_width(line) <= line_width():
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    words = re.sub(r"\S+", lambda word: _with_places(word[0]), line.strip())
    return [_PLACE_WITHIN.sub("", each).replace(_PLACE, "") for each in wrap(words, indent, then, hyphens=False)]


def _with_places(word: str) -> str:
    """A word with a blank and a mark behind each `|`, if it is wider than a line: there a line may end."""
    return word if display_width(word) < line_width() - 4 else word.replace("|", f"| {_PLACE}")


def columns(
    rows: Sequence[tuple[str, ...]], indent: str = "  ", paragraphs: Sequence[tuple[str, ...]] | None = None
) -> list[str]:
    """The rows of a table as lines, each column as wide as its widest text.

    On a terminal that is narrower than the table, each row becomes a paragraph: its first text, and below it the others
    with the headings of their columns, which are the first row.

    Args:
        rows: The headings, and the rows.
        indent: What stands before each line.
        paragraphs: The rows as paragraphs, where cells are cut for a table; without the headings.
    """
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    if _width.get() is not None and len(indent) + 2 * len(widths) - 2 + sum(widths) > line_width():
        return [line for row in paragraphs or rows[1:] for line in _paragraph(rows[0], row, indent)]
    lined = [[padded(text, width) for text, width in zip(row, widths, strict=True)] for row in rows]
    return [indent + "  ".join(row).rstrip() for row in lined]


def _paragraph(headings: tuple[str, ...], row: tuple[str, ...], indent: str) -> list[str]:
    cells = [_whole(f"{heading} {text}".strip()) for heading, text in zip(headings[1:], row[1:], strict=True) if text]
    below = f"{indent}    "
    lines = [*wrap(row[0], indent, indent), *wrap("; ".join(cells), below, below)]
    return [line.replace(_GLUE, " ") for line in lines]


def _whole(cell: str) -> str:
    """A cell with its heading, which is not broken if it is short."""
    return cell.replace(" ", _GLUE) if display_width(cell) <= _SHORT else cell
