"""The form of a text: a table of lines, from which the text is written and read.

A text that a device prints is a sequence of lines, each made by one template. The writer of a text puts entries (a line
of the table, and the values of its fields) one below the other; the reader finds the entries in a text. What a text
means as a whole is said once, in the module of that text, by two functions between its record and its entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.device.outputs import is_shown_by, outputs
from failover_fsm.templates.template import WORDS, Field, Template

__all__ = ["BLANK", "Entry", "Line", "TextForm", "UnreadLine", "line"]


@attrs.frozen
class Line:
    """One kind of line in a text.

    Attributes:
        key: Its name in the table.
        template: The words and fields.
        indent: The blanks before it as it is written; any number is read.
        rules: The rules of the chapter that ask for it; none for a line that only later devices print.
    """

    key: str
    template: Template
    indent: int = 0
    rules: tuple[str, ...] = ()


def line(key: str, text: str, *rules: str, indent: int = 0, also: tuple[str, ...] = (), **fields: Field) -> Line:
    """A `Line` whose words may stand in capital or small letters; `fields` are those that are no plain words."""
    return Line(key, Template(text, fields, also, any_case=True), indent, rules)


@attrs.frozen
class Entry:
    """A line of a text: its key in the table, the values of its fields, and, where it was read, its place.

    Attributes:
        key: The key of the line.
        values: The values by field.
        number: Its number in the text from 1 on, 0 for one that is to be written.
        depth: The blanks before it in the text.
    """

    key: str
    values: Mapping[str, Any] = attrs.field(factory=dict)
    number: int = 0
    depth: int = 0


BLANK = Entry("")
"""An empty line."""


@attrs.frozen
class UnreadLine:
    """A line of a text that no template reads: its number from 1 on, and its words."""

    number: int
    text: str


_AROUND = (
    # What stands around the output of a command in a paste: prompts with or without the command, marks of lines that
    # were left out, fences.
    Template("{prompt}{command}", {"prompt": Field(r"\S*[#>]"), "command": Field(r"(?: .*)?")}),
    Template("<{omitted}>", {"omitted": Field("(?i:.*(?:omit|snip|truncat).*)")}),
    Template("{dots}", {"dots": Field(r"\[?(?:\.{2,}|…)\]?|`{3}\w*")}),
    Template("{rule} {command} {more}", {"rule": Field("-{4,}"), "command": WORDS, "more": Field("-{4,}")}),
)


@attrs.frozen
class TextForm:
    """The table of a text. The first line that fits is taken, so the special ones stand above the general.

    Attributes:
        lines: The table.
        commands: What prints the text, as in `outputs.is_shown_by`; none where no command does.
        is_one: The text is one answer: of several in a session the last counts, and they are not put together.
    """

    lines: tuple[Line, ...]
    commands: tuple[str, ...] = ()
    is_one: bool = True

    def __getitem__(self, key: str) -> Line:
        """The line of that key; raises KeyError where there is none."""
        for each in self.lines:
            if each.key == key:
                return each
        raise KeyError(key)

    def write(self, entries: Iterable[Entry]) -> str:
        """The text of the entries, each on a line that ends in a line break."""
        return "".join(f"{self._written(entry)}\n" for entry in entries)

    def _written(self, entry: Entry) -> str:
        if entry is BLANK:
            return ""
        kind = self[entry.key]
        return f"{' ' * kind.indent}{kind.template.write(**entry.values)}".rstrip()

    def read(self, text: str) -> tuple[tuple[Entry, ...], tuple[UnreadLine, ...]]:
        """The entries in a text, and the lines that are none.

        Empty lines, prompts, the marks of a pager and of omitted output belong to no text and are passed over, as are
        the outputs of other commands in a session.
        """
        entries, unread = [], []
        for number, raw in self._own(text):
            if not raw.strip() or any(each.read(raw) is not None for each in _AROUND):
                continue
            found = next(self._readings(raw, number), None)
            if found is None:
                unread.append(UnreadLine(number, raw.strip()))
            else:
                entries.append(found)
        return tuple(entries), tuple(unread)

    def _own(self, text: str) -> Iterator[tuple[int, str]]:
        """The lines that may be of this text, with their numbers."""
        own = [each for each in outputs(text) if not self.commands or is_shown_by(self.commands, each.command)]
        answers = [each for each in own if self.is_one and each.is_shown]
        return (line for each in answers[-1:] or own for line in each.lines)

    def _readings(self, raw: str, number: int) -> Iterator[Entry]:
        depth = len(raw.expandtabs()) - len(raw.expandtabs().lstrip())
        for each in self.lines:
            values = each.template.read(raw)
            if values is not None:
                yield Entry(each.key, values, number, depth)
