"""Colours on a terminal: for the story of a run, and for verdicts.

Colour only repeats the words, and every line keeps its width.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["answer_coloured", "coloured", "has_colour"]

_CODES = {
    "Active": "1;34",
    "Standby Ready": "36",
    "Failed": "1;31",
    "Disabled": "35",
    "Negotiation|Cold Standby|Sync Config|Sync File System|Bulk Sync": "33",
}
_ROLES = re.compile("|".join(rf"\b({words})\b" for words in _CODES))
_COLOURS = tuple(_CODES.values())
_HEADING = re.compile(r"^(\d+(?:-\d+)?) +(.*)$")
_ALARM = re.compile(r"\*\* .* \*\*|^>>> .*|^!! .*")


def has_colour(is_terminal: bool, environment: Mapping[str, str]) -> bool:
    """True if the output is a terminal with colour and NO_COLOR is not set."""
    return is_terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def coloured(text: str) -> str:
    """The text of `story.tell`, or a part of it, with ANSI escape codes."""
    return "\n".join(map(_line, text.split("\n")))


_VERDICTS = {
    "NO FAILOVER|VIOLATED|AT RISK|NOT AS IT SHOULD BE|BREAKS|FAILS|WORSE|WORST|UNSAFE|for good|both active": "1;31",
    "UNDECIDED|SAFE BUT FOR|CHANGED|not known": "1;33",
    "HOLDS(?: WITH GAPS)?|SURVIVES|AS THE MODEL FILE SAYS|SAFE|BETTER|SAME": "1;32",
}
_VERDICT = re.compile("|".join(rf"\b({words})\b" for words in _VERDICTS))
_LABEL = re.compile(r"^  (?:[a-z][a-z0-9-]*(?: [a-z0-9]+)*(?=  +[^ \[])|[a-z0-9]+(?:-[a-z0-9]+)+$)")


def answer_coloured(text: str) -> str:
    """The answer of a command with ANSI escape codes: verdicts and what is bad by colour, labels in bold."""
    codes = tuple(_VERDICTS.values())
    painted = (_VERDICT.sub(lambda found: _paint(codes[(found.lastindex or 1) - 1], found[0]), line)
               for line in text.split("\n"))  # fmt: skip
    return "\n".join(_LABEL.sub(lambda found: _paint("1", found[0]), line) for line in painted)


def _line(line: str) -> str:
    if _HEADING.match(line):
        return _paint("1", line)
    if found := _ALARM.search(line):
        return line[: found.start()] + _paint("1;7", found[0]) + line[found.end() :]
    return _ROLES.sub(lambda found: _paint(_COLOURS[(found.lastindex or 1) - 1], found[0]), line)


def _paint(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m"
