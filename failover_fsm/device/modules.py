"""`show module`: the cards of a unit, its own among them (HW-2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.device.form import Entry, TextForm, UnreadLine, line
from failover_fsm.templates.template import WORD, WORDS, Field, Template

__all__ = ["FORM", "Card", "Modules", "read_modules", "write_modules"]


@attrs.frozen(kw_only=True)
class Card:
    """A card: its slot or name, its type, its model and serial number (`N/A` for a module without an image)."""

    slot: str
    type: str
    model: str
    serial: str


@attrs.frozen(kw_only=True)
class Modules:
    """The cards in the output of the command, and the lines that no template reads."""

    cards: tuple[Card, ...] = ()
    unread: tuple[UnreadLine, ...] = attrs.field(default=(), eq=False)


_SLOT = Field("\\d+|ips|cxsc|sfr")

FORM = TextForm((
    line("cards", "Mod  Card Type                                    Model              Serial No.", "HW-2"),
    line("addresses", "Mod  MAC Address Range                 Hw Version   Fw Version   Sw Version"),
    line("applications", "Mod  SSM Application Name           Status           SSM Application Version"),
    line("statuses", "Mod  Status             Data Plane Status     Compatibility"),
    line("licences", "Mod  License Name   License Status  Time Remaining"),
    line("rule", "{dashes}", dashes=Field("-+(?: +-+)*")),
    line("row", "{slot} {rest}", "HW-2", slot=_SLOT, rest=WORDS),
), ("module ...",), is_one=False)  # fmt: skip
"""Rows of all tables of the command are alike; which one a row belongs to is what the line above it says."""

CARD = Template("{type} {model} {serial}", {"type": WORDS, "model": WORD, "serial": WORD})
"""A row of the table of cards, behind its slot."""

_RULE = {"dashes": "---- -------------------------------------------- ------------------ -----------"}


def write_modules(shown: Modules) -> str:
    """The text of the record: the table of cards."""
    return FORM.write(_entries(shown))


def _entries(shown: Modules) -> Iterator[Entry]:
    yield Entry("cards")
    yield Entry("rule", _RULE)
    for card in shown.cards:
        yield Entry("row", {"slot": card.slot, "rest": CARD.write(**attrs.asdict(card))})


def read_modules(text: str) -> Modules:
    """What the output of the command says of the cards; lines of no table are in `unread`."""
    entries, unread = FORM.read(text)
    cards: list[Card] = []
    section = ""
    for entry in entries:
        if entry.key not in ("row", "rule"):
            section = entry.key
        elif entry.key == "row" and section == "cards":
            values: Any = CARD.read(str(entry.values["rest"]))
            if values is not None:
                cards.append(Card(slot=str(entry.values["slot"]), **values))
    return Modules(cards=tuple(cards), unread=unread)
