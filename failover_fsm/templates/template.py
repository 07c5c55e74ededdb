"""A line of text with named fields, from which both its writer and its reader are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

import attrs

__all__ = ["NUMBER", "WORD", "WORDS", "Field", "Template", "one_of"]

_PLACE = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]")


@attrs.frozen
class Field:
    """How the value of a field is written, and which text is read as one.

    Attributes:
        pattern: A regular expression without groups that is matched against the whole value.
        write: The text of a value.
        read: The value of a text that `pattern` matches; `read(write(value)) == value`.
    """

    pattern: str
    write: Callable[[object], str] = str
    read: Callable[[str], object] = str


WORD = Field(r"\S+")
WORDS = Field(r"\S.*?")
NUMBER = Field(r"\d+", str, int)


def one_of(*texts: str) -> Field:
    """A field that is one of `texts`; the longest is tried first."""
    return Field("|".join(re.escape(text) for text in sorted(texts, key=lambda each: (-len(each), each))))


@attrs.frozen
class Template:
    """A line such as ``Unit Poll frequency {poll}, holdtime {hold}``.

    Attributes:
        text: The line as it is written; a name in braces is the place of a field. A part in double square brackets
            may be missing: it is written if all its fields have a value, and fields that are not there read as None.
        fields: The kind of each field; one that is missing here is a `WORDS`.
        also: Other forms of the line, which are read and never written, with the same fields or fewer.
        any_case: The words outside fields are read in capital or small letters.
    """

    text: str
    fields: Mapping[str, Field] = attrs.field(factory=dict)
    also: tuple[str, ...] = ()
    any_case: bool = False

    def write(self, **values: object) -> str:
        """The line with `values` in their places; raises KeyError where a field has none."""

        def part(optional: re.Match[str]) -> str:
            return "" if any(values.get(name) is None for name in _PLACE.findall(optional[1])) else optional[1]

        return _PLACE.sub(lambda place: self._kind(place[1]).write(values[place[1]]), _OPTIONAL.sub(part, self.text))

    def read(self, line: str) -> dict[str, object] | None:
        """The values of the fields in `line`, or None if it is another line.

        Blanks around the line are ignored, and a run of blanks or tabs inside it stands for any other.
        """
        for pattern in self._patterns:
            if (match := pattern.fullmatch(line.strip())) is not None:
                found = match.groupdict().items()
                return {name: None if text is None else self._kind(name).read(text) for name, text in found}
        return None

    def _kind(self, name: str) -> Field:
        return self.fields.get(name, WORDS)

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(self._compiled(text.strip()) for text in (self.text, *self.also))

    def _compiled(self, text: str) -> re.Pattern[str]:
        parts = _OPTIONAL.split(text)
        expression = "".join(
            f"(?:{self._part(part)})?" if at % 2 else self._part(part) for at, part in enumerate(parts)
        )
        return re.compile(expression)

    def _part(self, text: str) -> str:
        pieces = _PLACE.split(text)
        literal = [r"\s+".join(self._literal(word) for word in re.split(r"\s+", piece)) for piece in pieces[::2]]
        places = [f"(?P<{name}>{self._kind(name).pattern})" for name in pieces[1::2]]
        return "".join(a + b for a, b in zip(literal, [*places, ""], strict=True))

    def _literal(self, word: str) -> str:
        escaped = re.escape(word)
        return f"(?i:{escaped})" if self.any_case and escaped else escaped
