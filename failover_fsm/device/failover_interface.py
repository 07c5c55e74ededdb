"""`show failover interface`: the failover link and the Stateful Failover link with their addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.device.fields import NAME
from failover_fsm.device.form import Entry, TextForm, UnreadLine, line

__all__ = ["FORM", "FailoverInterfaces", "LinkAddresses", "read_failover_interface", "write_failover_interface"]


@attrs.frozen(kw_only=True)
class LinkAddresses:
    """A link.

    Attributes:
        name, port: Its names.
        system: The address that goes with the primary, and its mask (`10.0.5.1 255.255.255.0`, `2001:db8::a/127`).
        mine, others: The address of this unit, and that of the other one.
    """

    name: str
    port: str
    system: str | None = None
    mine: str | None = None
    others: str | None = None


@attrs.frozen(kw_only=True)
class FailoverInterfaces:
    """The output of the command: the links, and the lines that no template reads."""

    links: tuple[LinkAddresses, ...] = ()
    unread: tuple[UnreadLine, ...] = ()


FORM = TextForm((
    line("interface", "interface {name} {port}", indent=8, name=NAME, port=NAME),
    line("system", "System IP Address: {system}", indent=16),
    line("mine", "My IP Address    : {mine}", indent=16, also=("My IP Address: {mine}",)),
    line("others", "Other IP Address : {others}", indent=16, also=("Other IP Address: {others}",)),
), ("failover interface",))  # fmt: skip


def write_failover_interface(shown: FailoverInterfaces) -> str:
    """The text of the record, as devices print it."""
    return FORM.write(_entries(shown))


def _entries(shown: FailoverInterfaces) -> Iterator[Entry]:
    for link in shown.links:
        values = attrs.asdict(link)
        yield Entry("interface", values)
        yield from (Entry(key, values) for key in ("system", "mine", "others") if values[key] is not None)


def read_failover_interface(text: str) -> FailoverInterfaces:
    """What the output of the command says; lines that are none of the table's are in `unread`."""
    entries, unread = FORM.read(text)
    links: list[LinkAddresses] = []
    for entry in entries:
        values: Any = entry.values
        if entry.key == "interface":
            links.append(LinkAddresses(**values))
        elif links:
            links[-1] = attrs.evolve(links[-1], **values)
    return FailoverInterfaces(links=tuple(links), unread=unread)
