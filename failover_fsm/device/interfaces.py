"""`show interface [detail]`: the line, the MAC and IP addresses in use, and ASR packets; no more is modelled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.device.fields import NAME
from failover_fsm.device.form import Entry, TextForm, UnreadLine, line
from failover_fsm.templates.template import NUMBER, WORD, Field

__all__ = ["FORM", "InterfaceInUse", "Interfaces", "read_interfaces", "write_interfaces"]


@attrs.frozen(kw_only=True)
class InterfaceInUse:
    """A named interface.

    Attributes:
        port, name: Its names.
        admin, protocol: `up`, `down`, or `administratively down`; `up` or `down`.
        mac: The MAC address in use (SHW-1).
        address, mask: The IP address in use; None where it has none.
        mtu: Bytes.
        received, transmitted, dropped: The ASR packets that `show interface detail` counts (ASR-12); None without it.
    """

    port: str
    name: str
    admin: str
    protocol: str
    mac: str | None = None
    mtu: int | None = None
    address: str | None = None
    mask: str | None = None
    received: int | None = None
    transmitted: int | None = None
    dropped: int | None = None


@attrs.frozen(kw_only=True)
class Interfaces:
    """The interfaces in the output of the command, and the lines that no template reads."""

    interfaces: tuple[InterfaceInUse, ...] = ()
    unread: tuple[UnreadLine, ...] = ()


FORM = TextForm((
    line("interface", 'Interface {port} "{name}", is {admin}, line protocol is {protocol}[[{more}]]', "SHW-1",
         port=NAME, name=Field('[^"]*'), admin=Field("(?i:administratively )?(?i:up|down)"),
         protocol=Field("(?i:up|down)"), more=Field(r"[\s,].*")),
    line("mac", "MAC address {mac}, MTU {mtu}", "SHW-1", indent=8, also=("MAC address {mac}, MTU not set",),
         mac=WORD, mtu=NUMBER),
    line("ip", "IP address {address}, subnet mask {mask}", indent=8, address=WORD, mask=WORD),
    line("no_ip", "IP address unassigned", indent=8),
    line("asr", "Asymmetrical Routing Statistics:", "ASR-12", indent=2),
    line("received", "Received {received} packets", "ASR-12", indent=8, received=NUMBER),
    line("transmitted", "Transmitted {transmitted} packets", "ASR-12", indent=8, transmitted=NUMBER),
    line("dropped", "Dropped {dropped} packets", "ASR-12", indent=8, dropped=NUMBER),
), ("interface ...",), is_one=False)  # fmt: skip


def write_interfaces(shown: Interfaces) -> str:
    """The text of the record, with the lines of `show interface` that the model can fill."""
    return FORM.write(_entries(shown))


def _entries(shown: Interfaces) -> Iterator[Entry]:
    for each in shown.interfaces:
        values = attrs.asdict(each)
        yield Entry("interface", values)
        if each.mac is not None:
            yield Entry("mac", values)
        yield Entry("no_ip" if each.address is None else "ip", values)
        if each.received is not None:
            yield from (Entry(key, values) for key in ("asr", "received", "transmitted", "dropped"))


def read_interfaces(text: str) -> Interfaces:
    """What the output of the command says of the named interfaces; all its other lines are in `unread`."""
    entries, unread = FORM.read(text)
    found: list[InterfaceInUse] = []
    for entry in entries:
        values: Any = entry.values
        if entry.key == "interface":
            found.append(InterfaceInUse(**{name: values[name] for name in set(values) - {"more"}}))
        elif found:
            found[-1] = attrs.evolve(found[-1], **values)
    return Interfaces(interfaces=tuple(found), unread=unread)
