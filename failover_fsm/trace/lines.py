"""Lines of the trace language: `key=value` words, quotes, comments, and the error class of traces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.printable import printable
from failover_fsm.config.values.suggestions import nearest

__all__ = ["MAX_LINE", "TraceError", "TraceLine", "Word", "quoted"]

MAX_LINE = 4096


class TraceError(Exception):
    """A trace that cannot be used; `str()` is one line, `FILE:LINE: what; allowed: ...`.

    Attributes:
        source: The file name, or another word for the origin.
        line: The line number, from 1; 0 for the file as a whole.
        what: The fault.
        allowed: The accepted alternatives, or empty.
    """

    def __init__(self, source: str, line: int, what: str, allowed: str = "") -> None:
        super().__init__(source, line, what, allowed)
        self.source = source
        self.line = line
        self.what = what
        self.allowed = allowed

    def __str__(self) -> str:
        tail = f"; allowed: {self.allowed}" if self.allowed else ""
        place = f"{self.source}:{self.line}" if self.line else self.source
        return printable(f"{place}: {self.what}{tail}")


def quoted(text: str) -> str:
    """The value as written on a line: in quotes if needed."""
    return '"' + text.replace('"', '""') + '"' if not text or re.search(r'[\s#"=]', text) else text


_WORD = re.compile(r'(?:(?P<key>[^\s="]+)=)?(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<bare>[^\s"]*))(?=\s|$)')


@attrs.frozen
class Word:
    """A word of a line without quotes; `key` is None if there is no `=`."""

    key: str | None
    value: str

    @property
    def raw(self) -> str:
        """The whole word, for words that are no arguments."""
        return self.value if self.key is None else f"{self.key}={self.value}"


@attrs.frozen
class TraceLine:
    """One line of a trace; makes the errors in it."""

    source: str
    number: int
    text: str

    def error(self, what: str, allowed: str = "") -> TraceError:
        """An error on this line."""
        return TraceError(self.source, self.number, what, allowed)

    def words(self) -> list[Word]:
        """The words of the line without its comment."""
        if len(self.text) > MAX_LINE:
            raise self.error("the line is too long", f"up to {MAX_LINE} characters")
        if any(unicodedata.category(char) in ("Cc", "Cs") and char != "\t" for char in self.text):
            raise self.error("binary data", "a text file in UTF-8")
        return list(self._split())

    def _split(self) -> Iterator[Word]:
        text, place = self.text.rstrip(), 0
        while place < len(text):
            if text[place].isspace():
                place += 1
                continue
            if text[place] == "#":
                return
            found = _WORD.match(text, place)
            if found is None:
                open_quote = text.count('"', place) % 2
                what = "a quote is not closed" if open_quote else "a quote in the middle of a word"
                raise self.error(what, 'key="value with blanks", a quote inside it doubled')
            inside = found["quoted"]
            yield Word(found["key"], found["bare"] if inside is None else inside.replace('""', '"'))
            place = found.end()

    def arguments(self, words: Iterable[Word], keys: Iterable[str]) -> dict[str, str]:
        """The `key=value` words; each key must be one of `keys` and given once."""
        allowed, given = tuple(keys), {}
        listed = " ".join(f"{key}=" for key in allowed) or "nothing"
        for word in words:
            if word.key is None:
                raise self.error(f"{shown(word.value)} is not of the form key=value", listed)
            if word.key not in allowed:
                raise self.error(f"unknown argument {shown(word.key)}{nearest(word.key, allowed)}", listed)
            if word.key in given:
                raise self.error(f"argument {shown(word.key)} stands twice", "each argument once")
            given[word.key] = word.value
        return given
