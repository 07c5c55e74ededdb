"""`show failover state`: the table of lines, the writer and the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.device.fields import FAILURES, INTERFACE_STATUSES, NAME, REASON, STAMP, STATE, STATES, known
from failover_fsm.device.form import BLANK, Entry, TextForm, UnreadLine, line
from failover_fsm.templates.template import NUMBER, Field, one_of

__all__ = [
    "FORM",
    "FailedInterface",
    "FailoverState",
    "HostState",
    "LastFailure",
    "read_failover_state",
    "write_failover_state",
]


@attrs.frozen(kw_only=True)
class FailedInterface:
    """An interface below a failure: `context` is None in single context mode; `status` is Failed or No Link."""

    context: str | None = None
    interface: str
    status: str


@attrs.frozen(kw_only=True)
class LastFailure:
    """The state of a unit or of a failover group, and its last failure, which may be over.

    Attributes:
        group: The failover group, None for the unit as a whole.
        state: One of `fields.STATES`, or what stands there.
        reason: Ifc Failure, Comm Failure, Backplane Failure, or what stands there; None if it never failed.
        at: When, as printed; None without a failure.
        interfaces: Those that had failed then.
    """

    group: int | None = None
    state: str
    reason: str | None = None
    at: str | None = None
    interfaces: tuple[FailedInterface, ...] = ()


@attrs.frozen(kw_only=True)
class HostState:
    """A host: `role` is Primary or Secondary, `groups` has one entry, or one for each failover group."""

    role: str
    groups: tuple[LastFailure, ...] = ()


@attrs.frozen(kw_only=True)
class FailoverState:
    """The output of `show failover state`.

    Attributes:
        this, other: The hosts.
        configuration: None, one or two lines such as `Sync Done - STANDBY`.
        communication: `Mac set`, or nothing.
        unread: The lines that no template reads.
    """

    this: HostState | None = None
    other: HostState | None = None
    configuration: tuple[str, ...] = ()
    communication: tuple[str, ...] = ()
    unread: tuple[UnreadLine, ...] = ()


NEVER = FAILURES[0]
"""The last failure reason of a unit that has never failed."""

_WHICH = Field(
    r"(?i:this|other)\s+host", lambda which: f"{which} host".ljust(10), lambda text: text.split()[0].capitalize()
)
_OWNER = Field("(?i:my|other)", str, str.capitalize)
_UNIT = Field("(?i:primary|secondary)", str, str.capitalize)
_CONFIGURATION = ("Sync Done", "Config Syncing", "Interface Config Syncing", "Sync Skipped", "Ready for Config Sync")
_COMMUNICATION = ("Mac set", "Updated Mac")


def _wide(field: Field, width: int) -> Field:
    return attrs.evolve(field, write=lambda value: str(value).ljust(width))


_FEW = known(STATES, "(?!)")
_RULE = Field("={2,}")

FORM = TextForm((
    line("heading", "State          Last Failure Reason[[      {date}]]", indent=15, date=one_of("Date/Time")),
    line("host", "{which} -   {role}", which=_WHICH, role=_UNIT),
    line("configuration_state", "{rule}Configuration State{end}", rule=_RULE, end=_RULE),
    line("communication_state", "{rule}Communication State{end}", rule=_RULE, end=_RULE),
    line("my_state", "{rule}{which} State{end}", rule=_RULE, which=_OWNER, end=_RULE),
    line("reasons", "{rule}Failed Reason{end}", rule=_RULE, end=_RULE),
    line("reason_of", "{which} Fail Reason:", which=_OWNER),
    line("bars", "{role} | {state} |", role=_UNIT, state=STATE),
    line("configuration", "{configuration}[[ - {suffix}]]", indent=8,
         configuration=known(_CONFIGURATION, "(?!)"), suffix=Field("(?i:standby)", str, str.upper)),
    line("communication", "{communication}", indent=8, communication=known(_COMMUNICATION, "(?!)")),
    line("interface", "[[{context} ]]{interface}: {status}", indent=30,
         context=NAME, interface=NAME, status=known(INTERFACE_STATUSES, "(?!)")),
    line("group", "Group {group}    {state} {reason}[[ {at}]]", indent=4,
         group=NUMBER, state=_wide(_FEW, 14), reason=_wide(REASON, 24), at=STAMP),
    line("state", "{state}[[ {reason}]][[ {at}]]", indent=15,
         state=_wide(_FEW, 14), reason=_wide(known(FAILURES, r"\S+(?: \S+)*?"), 24), at=STAMP),
    line("lone_reason", "{reason}", reason=known(FAILURES, "(?!)")),
), ("failover state",))  # fmt: skip
"""The lines, those of software 7 (`my_state`, `bars`, `reason_of`) too, which are read and not written."""


def write_failover_state(shown: FailoverState) -> str:
    """The text of the record, as devices print it."""
    return FORM.write(_entries(shown))


def _entries(shown: FailoverState) -> Iterator[Entry]:
    yield Entry("heading", {"date": "Date/Time"})
    for which, host in (("This", shown.this), ("Other", shown.other)):
        if host is not None:
            yield Entry("host", {"which": which, "role": host.role})
            for each in host.groups:
                values = {**attrs.asdict(each), "reason": each.reason or NEVER}
                yield Entry("state" if each.group is None else "group", values)
                yield from (Entry("interface", attrs.asdict(port)) for port in each.interfaces)
    yield BLANK
    yield Entry("configuration_state", {"rule": "====", "end": "==="})
    for text in shown.configuration:
        words, _, suffix = text.partition(" - ")
        yield Entry("configuration", {"configuration": words, "suffix": suffix or None})
    yield Entry("communication_state", {"rule": "====", "end": "==="})
    yield from (Entry("communication", {"communication": text}) for text in shown.communication)


@attrs.define
class _Reading:
    """The hosts and lists while a text is read; `now` is the host that lines belong to."""

    hosts: dict[str, HostState] = attrs.field(factory=dict)
    now: str = ""
    configuration: list[str] = attrs.field(factory=list)
    communication: list[str] = attrs.field(factory=list)

    def take(self, entry: Entry) -> None:
        values: Any = {name: None if value == NEVER else value for name, value in entry.values.items()}
        which = values.get("which")
        if which is not None:
            self.now = "This" if which in ("This", "My") else "Other"
        if entry.key in ("host", "bars"):
            groups = (LastFailure(state=values["state"]),) if entry.key == "bars" else ()
            self.hosts[self.now] = HostState(role=values["role"], groups=groups)
        elif entry.key == "configuration":
            self.configuration.append(" - ".join(text for text in values.values() if text is not None))
        elif entry.key == "communication":
            self.communication.append(values["communication"])
        elif entry.key in ("state", "group") and self.now in self.hosts:
            self._groups(*self.hosts[self.now].groups, LastFailure(**values))
        elif entry.key in ("interface", "lone_reason") and self.now in self.hosts:
            self._newest(values)

    def _newest(self, values: Any) -> None:
        """A line that belongs to the newest state of the host: a failed interface, or a reason by itself."""
        *before, newest = self.hosts[self.now].groups or (None,)
        if newest is None:
            return
        if "interface" in values:
            values = {"interfaces": (*newest.interfaces, FailedInterface(**values))}
        self._groups(*before, attrs.evolve(newest, **values))

    def _groups(self, *groups: LastFailure) -> None:
        self.hosts[self.now] = attrs.evolve(self.hosts[self.now], groups=groups)


def read_failover_state(text: str) -> FailoverState:
    """What the output of the command says, of any release; lines that are none of the table's are in `unread`."""
    entries, unread = FORM.read(text)
    reading = _Reading()
    for entry in entries:
        reading.take(entry)
    return FailoverState(
        this=reading.hosts.get("This"),
        other=reading.hosts.get("Other"),
        configuration=tuple(reading.configuration),
        communication=tuple(reading.communication),
        unread=unread,
    )
