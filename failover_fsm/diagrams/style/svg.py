"""A small svg writer: shapes and text with known widths, so that text is wrapped and never cut.

Lengths are in pixels of 1/96 inch; 12 of them are 9 points. The page is as wide as a sheet of A4 or Letter paper
without its margins, so a picture prints in its drawn size. Text is measured in the widths of Arial, with some room for
substitute fonts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from failover_fsm.config.values.printable import masked
from failover_fsm.diagrams.style.theme import color, with_dark

__all__ = [
    "INK",
    "LINE_HEIGHT",
    "PAGE_WIDTH",
    "PAPER",
    "SIZE",
    "document",
    "element",
    "escaped",
    "group",
    "holding",
    "number",
    "place",
    "text",
    "text_lines",
    "width",
    "wrap",
]

PAGE_WIDTH = 716
SIZE = 12
LINE_HEIGHT = 15
INK, PAPER = color("ink"), color("paper")
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
_ROOM = 1.04
_BOLD = 1.07
BREAKABLE = "-/:_.,"
"""The characters behind which a word that is too wide is broken."""

_WIDTHS: dict[str, float] = {
    char: thousandths / 1000
    for chars, thousandths in (
        ("'", 191), ("ijl", 222), ("|", 260), (" !,./:;I[]\\ft", 278), ("()-`r{}", 333), ('"', 355), ("*", 389),
        ("^", 469), ("Jckvsxyz", 500), ("#$0123456789?L_abdeghnopqu", 556), ("+<=>~", 584), ("FTZ", 611),
        ("&ABEKPSVXY", 667), ("CDHNRUw", 722), ("GOQ", 778), ("Mm", 833), ("%", 889), ("W", 944),
    )
    for char in chars
}  # fmt: skip


def width(content: str, size: float = SIZE, *, bold: bool = False) -> float:
    """The width of the text in pixels; a character outside ASCII counts as wide as it is high."""
    return sum(_WIDTHS.get(char, 1.0) for char in content) * size * _ROOM * (_BOLD if bold else 1)


def wrap(content: str, room: float, size: float = SIZE, *, bold: bool = False) -> list[str]:
    """The text in lines no wider than `room` pixels; a wider word is broken."""
    lines: list[str] = []
    for word in content.split():
        pieces = list(_pieces(word, room, size, bold))
        if lines and width(f"{lines[-1]} {pieces[0]}", size, bold=bold) <= room:
            lines[-1] += f" {pieces.pop(0)}"
        lines += pieces
    return lines


def _pieces(word: str, room: float, size: float, bold: bool) -> Iterator[str]:
    """A word in pieces that fit, broken behind a hyphen or the like where it has one."""
    piece = ""
    for char in word:
        if piece and width(piece + char, size, bold=bold) > room:
            end = max(piece.rfind(mark) for mark in BREAKABLE) + 1 or len(piece)
            yield piece[:end]
            piece = piece[end:]
        piece += char
    yield piece


def escaped(content: str) -> str:
    """The text as ASCII XML; invisible characters and those that XML forbids become question marks."""
    legal = masked(content)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        legal = legal.replace(char, entity)
    return legal.encode("ascii", "xmlcharrefreplace").decode("ascii")


def number(value: float) -> str:
    """A coordinate with at most one decimal, so that equal pictures have equal bytes."""
    return f"{value:.1f}".removesuffix(".0")


def element(name: str, /, **attributes: str | float) -> str:
    """An element without content; an underscore in an attribute name stands for a hyphen."""
    return f"<{name}{_written(attributes)}/>"


def holding(inside: Iterable[str], name: str, /, **attributes: str | float) -> str:
    """An element around other elements or escaped text."""
    return f"<{name}{_written(attributes)}>{''.join(inside)}</{name}>"


def group(tooltip: str, inside: Iterable[str], **attributes: str | float) -> str:
    """Elements with a common tooltip."""
    return holding([holding([escaped(tooltip)], "title"), *inside], "g", **attributes)


def place(tooltip: str, first: int, last: int, inside: Iterable[str], **rect: float) -> str:
    """The shapes of some steps of a run, on a pane that a page can highlight and that takes clicks."""
    pane = element("rect", class_="pane", **rect, fill="none", pointer_events="all")
    return group(tooltip, [pane, *inside], data_first=first, data_last=last)


def _written(attributes: dict[str, str | float]) -> str:
    return "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )


def text(x: float, y: float, content: str, **attributes: str | float) -> str:
    """One line of text with its baseline at `y`."""
    return holding([escaped(content.replace("->", "\u2192"))], "text", x=x, y=y, **attributes)


def text_lines(x: float, y: float, lines: Iterable[str], **attributes: str | float) -> Iterator[str]:
    """Lines of text; the top of the first is at `y`."""
    for index, line in enumerate(lines):
        yield text(x, y + index * LINE_HEIGHT + SIZE - 1, line, **attributes)


def document(height: float, title: str, description: str, body: Iterable[str], *, in_page: bool = False) -> str:
    """A complete picture.

    Args:
        height: Its height in pixels.
        title: Its title, also the tooltip of all that has none.
        description: What it shows, in words.
        body: The shapes.
        in_page: True in a page, which has the colours for dark screens in its own style sheet.
    """
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{PAGE_WIDTH}" height="{number(height)}"'
        f' viewBox="0 0 {PAGE_WIDTH} {number(height)}" role="img" font-family="{escaped(FONT)}"'
        f' font-size="{SIZE}" fill="{INK}">',
        f"<title>{escaped(title)}</title>",
        f"<desc>{escaped(description)}</desc>",
        element("rect", width=PAGE_WIDTH, height=height, fill=PAPER),
        *body,
        "</svg>",
    ]
    picture = "\n".join(lines) + "\n"
    return picture if in_page else with_dark(picture)
