"""Text as people may safely be shown it: what a terminal would act upon, or would not show, becomes an escape.

Names, titles, reasons and file names come from files that somebody else wrote. Written to a terminal as they are, a
control sequence in them could clear the screen and print another verdict, a line end could add a line to a report,
and a bidirectional or zero-width character could make a word look like another one. Everything printed for people goes
through this module; JSON and HTML have escapes of their own.
"""

from __future__ import annotations

import re

__all__ = ["MAX_ERROR", "error_line", "masked", "printable", "printable_lines"]

MAX_ERROR = 300
"""Characters of an error line, at most."""

# Python calls these printable, but they show nothing: joiners, fillers, vowels without a shape, variation selectors.
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
_PLAIN = re.compile(r"[ -~]*")
_SUSPECT = re.compile(rf"[^ -~]|[{_INVISIBLE}]")
_ALWAYS_SHOWN = re.compile(rf"[^{_INVISIBLE}]")


def printable(text: str) -> str:
    """The text as one line in which every character can be seen; others are escapes such as `\\x1b` and `\\n`."""
    return text if _PLAIN.fullmatch(text) else _SUSPECT.sub(_escaped, text)


def printable_lines(text: str) -> str:
    """The same for a text of several lines: line ends and tabs stay."""
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n"))


def masked(text: str) -> str:
    """The text of as many characters, each that cannot be seen a question mark; line ends and tabs stay."""
    return _SUSPECT.sub(lambda found: found[0] if found[0] in "\t\n" or _is_shown(found[0]) else "?", text)


def error_line(text: str) -> str:
    """An error as it is shown: one printable line of at most `MAX_ERROR` characters, cut at its end."""
    line = printable(text)
    return line if len(line) <= MAX_ERROR else line[: MAX_ERROR - 3] + "..."


def _escaped(found: re.Match[str]) -> str:
    return found[0] if _is_shown(found[0]) else found[0].encode("unicode_escape").decode("ascii")


def _is_shown(char: str) -> bool:
    return char.isprintable() and _ALWAYS_SHOWN.fullmatch(char) is not None
