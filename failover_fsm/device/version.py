"""`show version`: software, hardware, ports and licences of a unit (HW-2, HW-3, HW-5, HW-7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.device.form import BLANK, Entry, TextForm, UnreadLine, line
from failover_fsm.templates.template import NUMBER, WORD, Field

__all__ = ["FORM", "Licence", "PhysicalPort", "Version", "read_version", "write_version"]


@attrs.frozen(kw_only=True)
class PhysicalPort:
    """A port: `where` is `Ext` for one outside, `Int` for one inside the chassis."""

    number: int
    where: str
    name: str
    mac: str
    irq: int


@attrs.frozen
class Licence:
    """A licensed feature: its name, its value, and how long it lasts, where that is printed."""

    feature: str
    value: str
    term: str | None = None


@attrs.frozen(kw_only=True)
class Version:
    """What the command says; None or empty for what is not printed.

    Attributes:
        software: Such as 9.16(3)19.
        space: `system`, or `context`, where it is printed.
        manager: The release of the device manager.
        image: The file that was loaded.
        hostname, uptime: The name of the unit, and since when it runs.
        model: Such as ASA5516.
        model_id: What a virtual one has besides, such as ASAv10.
        memory: MB of RAM.
        cpu: As printed.
        flash: MB of the internal Flash.
        ports: The physical ports.
        licences: The licensed features of this unit.
        shared: Those of the failover cluster.
        serial: The serial number.
        unread: The lines that no template reads.
    """

    software: str | None = None
    space: str | None = None
    manager: str | None = None
    image: str | None = None
    hostname: str | None = None
    uptime: str | None = None
    model: str | None = None
    model_id: str | None = None
    memory: int | None = None
    cpu: str | None = None
    flash: int | None = None
    ports: tuple[PhysicalPort, ...] = ()
    licences: tuple[Licence, ...] = ()
    shared: tuple[Licence, ...] = ()
    serial: str | None = None
    unread: tuple[UnreadLine, ...] = attrs.field(default=(), eq=False)


_TERM = Field(r"(?:perpetual|\d+ days|DMZ .*)")
_FEATURE = Field(r"[A-Z][^:]*?")
_TIME = Field(r"\d+ (?:year|day|hour|min|sec)s?.*")

FORM = TextForm((
    line("software", "Cisco Adaptive Security Appliance Software Version {software}[[ <{space}>]]", "HW-5",
         also=("Cisco PIX Security Appliance Software Version {software}[[ <{space}>]]",),
         software=WORD, space=Field("system|context")),
    line("manager", "Device Manager Version {manager}", manager=WORD),
    line("image", 'System image file is "{image}"', image=Field('[^"]+')),
    line("cluster_up", "failover cluster up {cluster}", cluster=_TIME),
    line("up", "{hostname} up {uptime}", hostname=WORD, uptime=_TIME),
    line("hardware", "Hardware:   {model}[[, {memory} MB RAM]][[, CPU {cpu}]]", "HW-2",
         also=("Hardware:   {model}[[, {memory} MB RAM]][[, CPU {cpu}]],",),
         model=Field(r"[^\s,]+"), memory=NUMBER, cpu=Field(r"\S(?:.*[^\s,])?")),
    line("model_id", "Model Id:   {model_id}", "HW-2", model_id=WORD),
    line("flash", "Internal {kind} Flash, {flash}MB", "HW-3", flash=NUMBER,
         kind=Field(r"(?:\S+ )*\S+")),
    line("port", "{number}: {where}: {name}  : address is {mac}, irq {irq}", "HW-2",
         number=NUMBER, where=Field("Ext|Int"), name=WORD, mac=WORD, irq=NUMBER),
    line("licensed", "Licensed features for this {what}:", "HW-7", what=Field("platform|user context")),
    line("shared", "Failover cluster licensed features for this {what}:", "HW-7", what=Field("platform|user context")),
    line("serial", "Serial Number: {serial}", serial=WORD),
    line("licence", "{feature} : {value}[[ {term}]]", "HW-7", also=("{feature} : {value}, {term}",), feature=_FEATURE,
         value=Field(r"(?:Enabled|Disabled|Unlimited|Default|Active/Active|Active/Standby|\d+)"), term=_TERM),
), ("version", "tech-support ..."))  # fmt: skip

_PLAIN = ("software", "manager", "image", "up", "hardware", "model_id", "flash", "serial")


def write_version(shown: Version) -> str:
    """The text of the record, with the lines that it can fill."""
    return FORM.write(_entries(shown))


def _entries(shown: Version) -> Iterator[Entry]:
    values: dict[str, Any] = attrs.asdict(shown)
    needs = {"up": "hostname", "hardware": "model"}
    for key in _PLAIN[:-1]:
        if values[needs.get(key, key)] is not None:
            yield Entry(key, values | {"kind": "ATA Compact"})
    yield from (Entry("port", attrs.asdict(port)) for port in shown.ports)
    for key, licences in (("licensed", shown.licences), ("shared", shown.shared)):
        if licences:
            yield BLANK
            yield Entry(key, {"what": "platform"})
            yield from (Entry("licence", attrs.asdict(each)) for each in licences)
            yield BLANK
    if shown.serial is not None:
        yield Entry("serial", values)


def read_version(text: str) -> Version:
    """What the output of the command says; all its other lines are in `unread`."""
    entries, unread = FORM.read(text)
    plain: dict[str, Any] = {}
    ports: list[PhysicalPort] = []
    features: dict[str, list[Licence]] = {"licences": [], "shared": []}
    section = "licences"
    for entry in entries:
        values: Any = entry.values
        if entry.key == "port":
            ports.append(PhysicalPort(**values))
        elif entry.key in ("licensed", "shared"):
            section = "licences" if entry.key == "licensed" else "shared"
        elif entry.key == "licence":
            features[section].append(Licence(**values))
        elif entry.key in _PLAIN:
            for name in set(values) - {"kind"}:
                plain.setdefault(name, values[name])
    licences, shared = (tuple(features[name]) for name in ("licences", "shared"))
    return Version(**plain, licences=licences, shared=shared, ports=tuple(ports), unread=unread)
