"""A configuration text as numbered lines of words, without what is not configuration.

Handles what real files bring along: a byte order mark, any line ends, prompts of a terminal session, comment lines
(`!`, `#`, `:`), the pager's `<--- More --->`, and the output of `show` commands other than the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from failover_fsm.config.values.errors import ConfigError

MAX_LINE = 4096

_LINE_END = re.compile("\r\n|\r|\n")
_PROMPT = re.compile(r"([A-Za-z0-9][\w.-]*(?:/[\w.-]+)*)(?:\([\w-]+\))?[#>]\s*")
_PAGER = re.compile(r"\s*<--- More --->\s*")
# An output row such as `Failover LAN Interface: folink`; no configuration line starts like this.
_LABEL = re.compile(r"[A-Z][A-Za-z0-9 /_-]*:(\s|$)")
_VERSION = re.compile(r"(ASA|PIX) Version ")
_SHOW = re.compile(r"sh(o|ow)?\s+(\S*)")


@attrs.frozen(kw_only=True)
class Line:
    """One line: `number` from 1, its `words`, whether it was `indented`.

    `prompt` holds the parts of the prompt in front of it (`asa/act/con1#` gives three), None without one.
    """

    number: int
    words: tuple[str, ...]
    indented: bool = False
    prompt: tuple[str, ...] | None = None


def read_lines(text: str, *, source: str) -> Iterator[Line]:
    """The lines of `text` that may be configuration, and every prompt, also one with nothing behind it.

    ConfigError for a text that is empty or binary, or a line of more than MAX_LINE characters.
    """
    if not text.strip("\ufeff \t\r\n"):
        raise ConfigError(source=source, line=1, what="empty file", allowed="an ASA configuration")
    in_show = False
    for number, raw in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1):
        _check_text(raw, number, source)
        line = _read_line(_PAGER.sub("", raw, count=1) if raw.lstrip().startswith("<---") else raw, number)
        if line is None:
            continue
        if line.prompt is not None or _VERSION.match(raw):
            in_show = line.prompt is not None and _shows_something_else(line)
        if not in_show or line.prompt is not None:
            yield attrs.evolve(line, words=()) if in_show else line


def count_lines(text: str) -> int:
    """How many lines `read_lines` numbers in a text."""
    return len(_LINE_END.split(text))


def _check_text(raw: str, number: int, source: str) -> None:
    if "\0" in raw:
        raise ConfigError(source=source, line=number, what="binary data", allowed="a text file")
    if len(raw) > MAX_LINE:
        raise ConfigError(
            source=source,
            line=number,
            what=f"line of {len(raw)} characters",
            allowed=f"at most {MAX_LINE} characters a line",
        )


def _read_line(raw: str, number: int) -> Line | None:
    stripped = raw.strip()
    if not stripped or stripped[0] in "!#:" or _LABEL.match(stripped):
        return None
    at_prompt = _PROMPT.match(stripped)
    if at_prompt is None:
        return Line(number=number, words=tuple(stripped.split()), indented=raw[0].isspace())
    rest = stripped[at_prompt.end() :]
    words = () if rest.startswith(("!", "#", ":")) else tuple(rest.split())
    return Line(number=number, words=words, prompt=tuple(at_prompt.group(1).split("/")))


def _shows_something_else(line: Line) -> bool:
    """Whether a typed `show` prints anything but a configuration, so that its output must be passed over."""
    show = _SHOW.match(" ".join(line.words).lower())
    if show is None:
        return False
    wanted = show.group(2)
    return not (wanted and ("running-config".startswith(wanted) or "startup-config".startswith(wanted)))
