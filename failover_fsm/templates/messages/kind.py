"""One kind of system message: number, severity, text, and the unit that a message names before its text."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from functools import cached_property

import attrs

from failover_fsm.templates.template import Field, Template

__all__ = ["ADDRESS", "INTERFACE", "NAME", "ORDINAL", "MessageKind", "Prefix", "Reading"]

INTERFACE = Field(r"[^\s,]+")
"""An interface, by its `nameif` or as a port."""
ADDRESS = Field(r"[^\s/]+")
NAME = Field(r"[^\s'](?:[^']*[^\s'])?")
"""A text in quotation marks."""


def _ordinal(text: str) -> object:
    return int(text) if re.fullmatch(r"0|[1-9]\d{0,17}", text, re.ASCII) else text


ORDINAL = Field(r"[^\s,)]+", str, _ordinal)
"""A number, or whatever a device prints in its place."""

_UNIT = re.compile(
    r"\(\s*(?:(?:Web)?VPN-)?(Primary|Secondary)"
    r"(?:[-_/ ]*group[-_/ ]*(\d{1,9}))?(?:[-_/ ]*(Active|Standby))?\s*\)\s*",
    re.IGNORECASE | re.ASCII,
)
_HOST = re.compile(r"\(\s*([^()]*[^()\s])\s*\)\s*")
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d\u00b4`", "''\"\"''")


class Prefix(enum.Enum):
    """The words in brackets before the text."""

    UNIT = "(Primary), of a failover group (Primary_group_1)"
    ROLE = "(Primary-Active)"
    VPN = "(VPN-Primary)"
    WEBVPN = "(WebVPN-Primary)"
    NONE = "nothing"


@attrs.frozen(kw_only=True)
class Reading:
    """What the text of a message says.

    Attributes:
        unit: `Primary` or `Secondary`, None where the message names no unit.
        group: The number of the failover group, None where the message names none.
        fields: The values by the names of the table.
        text: The text after the prefix.
    """

    unit: str | None
    group: int | None
    fields: dict[str, object]
    text: str


@attrs.frozen
class MessageKind:
    """A row of the table of messages.

    Attributes:
        number: The number of six digits.
        severity: The level as devices ship it, 0 to 7; `logging message N level L` changes it.
        text: The text after the prefix as it is written; fields stand in braces.
        cause: What in a pair prints it, in words; empty if nothing in the model does.
        why_not: Why nothing in the model prints it; what it tells a reader all the same.
        fields: The kinds of the fields, as in `Template`.
        also: Other texts that devices and older editions have; they are read only.
        prefix: What stands before the text.
        implied: What the number alone says, by the names of fields.
        brief: A run shows the message without being asked; others only repeat what the run shows.
    """

    number: int
    severity: int
    text: str
    cause: str = ""
    why_not: str = ""
    fields: Mapping[str, Field] = attrs.field(factory=dict, kw_only=True)
    also: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    prefix: Prefix = attrs.field(default=Prefix.UNIT, kw_only=True)
    implied: Mapping[str, str] = attrs.field(factory=dict, kw_only=True)
    brief: bool = attrs.field(default=False, kw_only=True)

    @property
    def set_aside(self) -> bool:
        """Nothing in the model prints the message: it is read, and explains nothing."""
        return not self.cause

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields in the text, in their order."""
        return tuple(re.findall(r"\{(\w+)\}", self.text))

    def write(self, **values: object) -> str:
        """The text without the prefix; raises KeyError where a field has no value."""
        return Template(self.text, self.fields).write(**values)

    def before(self, unit: str | None, group: int | None = None, **values: object) -> str:
        """The prefix with the blank after it, empty where the message has none.

        Args:
            unit: `Primary` or `Secondary`; None for a host that `values` may name.
            group: The number of the failover group, None where the message is not about one.
            values: `role` of the unit, and `host`, where the message has them.
        """
        if self.prefix is Prefix.NONE:
            return ""
        if unit is None:
            return f"({values['host']}) " if "host" in values else ""
        kinds = {Prefix.VPN: "VPN-", Prefix.WEBVPN: "WebVPN-"}
        of_group = "" if group is None else f"_group_{group}"
        role = f"-{values['role']}" if self.prefix is Prefix.ROLE and "role" in values else ""
        return f"({kinds.get(self.prefix, '')}{unit}{of_group}{role}) "

    def read(self, text: str) -> Reading | None:
        """What a text after the number says, with its prefix; None if it is no text of this message.

        The full stop at the end, the case of letters and the number of blanks do not matter.
        """
        for form in dict.fromkeys((text, text.translate(_QUOTES))):
            reading = self._read(form.strip())
            if reading is not None:
                return reading
        return None

    def _read(self, text: str) -> Reading | None:
        unit, group, said = None, None, {}
        if (named := _UNIT.match(text)) is not None:
            unit = named[1].capitalize()
            group = None if named[2] is None else int(named[2])
            said = {} if named[3] is None else {"role": named[3].capitalize()}
        elif self.prefix is not Prefix.NONE and (named := _HOST.match(text)) is not None:
            said = {"host": named[1]}
        rest = text if named is None else text[named.end() :]
        found = self._template.read(rest.removesuffix("."))
        if found is None:
            return None
        return Reading(unit=unit, group=group, fields={**said, **found, **self.implied}, text=rest)

    @cached_property
    def _template(self) -> Template:
        forms = [form.removesuffix(".") for form in (self.text, *self.also)]
        return Template(forms[0], self.fields, tuple(forms[1:]), any_case=True)
