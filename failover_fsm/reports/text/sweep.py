"""The answer of `times --sweep` as wide as the terminal: where that is narrow, headings take two lines."""

from __future__ import annotations

from collections.abc import Sequence

from failover_fsm.text.layout import fitted, wrap
from failover_fsm.timing.sweep import Point, sweep_text

__all__ = ["sweep_answer"]

_HEADINGS = (
    ("poll", "hold", "worst", "hellos", "pause", "hellos"),
    ("", "", "outage", "survived", "survived", "a second"),
)
_WIDTHS = (6, 6, 7, 8, 8, 8)


def sweep_answer(points: Sequence[Point], own: Point | None = None) -> str:
    """The points as a table that fits the line; the arguments as for `sweep_text`."""
    text = sweep_text(points, own)
    if not any(map(_is_too_wide, text.splitlines())):
        return text
    about, table, *below = text.split("\n\n")
    headings, *rows = table.splitlines()
    if _is_too_wide(headings):
        rows = [*(_row(" ", cells) for cells in _HEADINGS), *(_row(row[2], row[3:].split()) for row in rows)]
    else:
        rows = [headings, *rows]
    paragraphs = [about.replace("\n", " "), *(line for part in below for line in part.splitlines())]
    laid = [wrap(paragraph) for paragraph in paragraphs]
    return "\n".join([*laid[0], "", *rows, "", *(line for lines in laid[1:] for line in lines)]) + "\n"


def _is_too_wide(line: str) -> bool:
    return len(fitted(line)) > 1


def _row(mark: str, cells: Sequence[str]) -> str:
    laid = (f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
    return f"  {mark} {'  '.join(laid)}".rstrip()
