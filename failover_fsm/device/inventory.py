"""`show inventory`: the parts of a unit with their product names (HW-2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.device.form import BLANK, Entry, TextForm, UnreadLine, line
from failover_fsm.templates.template import WORD, WORDS, Field

__all__ = ["FORM", "Inventory", "Part", "read_inventory", "write_inventory"]


@attrs.frozen(kw_only=True)
class Part:
    """A part: its name, its description, its product id, its version id, its serial number if it has one."""

    name: str
    description: str
    product: str = ""
    version: str = ""
    serial: str | None = None


@attrs.frozen(kw_only=True)
class Inventory:
    """The parts in the output of the command, and the lines that no template reads."""

    parts: tuple[Part, ...] = ()
    unread: tuple[UnreadLine, ...] = attrs.field(default=(), eq=False)


FORM = TextForm((
    line("part", 'Name: "{name}", DESCR: "{description}"', "HW-2", name=Field('[^"]*'), description=Field('[^"]*')),
    line("product", "PID: {product} , VID: {version} , SN:[[ {serial}]]", "HW-2",
         also=("PID: {product}, VID: {version}, SN:[[ {serial}]]", "PID: {product} , VID: {version}, SN:[[ {serial}]]"),
         product=WORDS, version=Field("[^,]*?"), serial=WORD),
), ("inventory ...",), is_one=False)  # fmt: skip


def write_inventory(shown: Inventory) -> str:
    """The text of the record."""
    return FORM.write(_entries(shown))


def _entries(shown: Inventory) -> Iterator[Entry]:
    for part in shown.parts:
        values = attrs.asdict(part)
        yield from (Entry("part", values), Entry("product", values), BLANK)


def read_inventory(text: str) -> Inventory:
    """What the output of the command says; all its other lines are in `unread`."""
    entries, unread = FORM.read(text)
    parts: list[Part] = []
    for entry in entries:
        values: Any = entry.values
        if entry.key == "part":
            parts.append(Part(**values))
        elif parts:
            parts[-1] = attrs.evolve(parts[-1], **values)
    return Inventory(parts=tuple(parts), unread=unread)
