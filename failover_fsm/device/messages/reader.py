"""The reader of system messages: lines, and whole log files of any age and from any collector.

A line is taken if it has the mark of a message, `%ASA-1-104001` or the same of an FTD or a PIX, or is a row of the log
viewer of ASDM, and has a text that a device prints for that number; a collector's record of JSON may hold it. What
stands before the mark (`<161>`, time stamps, host names) is read as well as can be; nothing there makes a line unknown.
The level is that of the line: `logging message 104001 level 4` moves it (MON-2).
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterator

import attrs

from failover_fsm.config.values.terminal import without_terminal
from failover_fsm.device.messages.collected import line_in
from failover_fsm.device.messages.stamps import Stamp, find_stamps
from failover_fsm.pair.states import Unit
from failover_fsm.templates.messages.kind import MessageKind
from failover_fsm.templates.messages.reasons import is_known_reason
from failover_fsm.templates.messages.table import kind_of

__all__ = ["Log", "Message", "Unread", "Why", "message_line", "read_head", "read_line", "read_log"]

_MARK = re.compile(
    r"%?\b(?P<product>ASA|FTD|PIX|FWSM)-(?:[A-Za-z][\w-]*-)?(?P<severity>[0-7])-(?P<number>\d{6})\b:?\s*"
)
_TABLE_ROW = re.compile(
    r"(?P<severity>[0-7])\|(?P<head>[^|]*\|[^|]*)\|(?P<number>\d{6})\|(?:[^|]*\|){0,4}(?P<text>[^|]*)\s*$"
)
"""A row of the log viewer of ASDM: level, date, time, number, addresses and ports, text."""
_PRI = re.compile(r"<(\d{1,3})>(1 (?=\d|-))?")
_LINE_END = re.compile(r"\r\n|\r|\n")
_REPEATED = re.compile(r"message repeated \d+ times: \[\s*(.*)\]\s*$")
"""What rsyslog writes in place of a message that comes again."""
_CONTROLS = re.compile(r"(?:#0[0-3][0-7]|[\x00-\x1f])+\s*$")
"""Control characters at the end of a line, as they are or as rsyslog writes them."""
_NOT_A_HOST = re.compile(
    r"[-:|>\[\](),\"'.*]*|(?:local[0-7]|kern|user|daemon|auth|syslog)\.\w+|\d+|UTC|GMT|CES?T|[ECMP][SD]T",
    re.ASCII | re.IGNORECASE,
)


class Why(enum.Enum):
    """Why a line is no message of the table."""

    NO_MESSAGE = "no system message"
    OTHER_NUMBER = "another number"
    OTHER_TEXT = "no device prints this text for the number"


@attrs.frozen(kw_only=True)
class Message:
    """A system message in a log.

    Attributes:
        line: The number of its line, from 1.
        number: The number of six digits.
        severity: The level in the line, 0 to 7.
        unit: The unit that the message names; None where its kind names none, as 411001.
        group: The number of the failover group that it names, else None.
        fields: The values by the names of the table (docs/reference/messages.md), with
            what the number alone says, as `to`.
        text: The text after the mark and the prefix, as it stands there.
        stamp: The device's time stamp, the one next to the mark; None where there is none.
        host: The name or the address next to the mark, empty where there is none.
        product: `ASA`, `FTD`, `PIX` or `FWSM`.
        priority: The number in angle brackets at the beginning of the line, None where there is none.
        kind: The row of the table.
    """

    line: int
    number: int
    severity: int
    unit: Unit | None = None
    group: int | None = None
    fields: dict[str, object] = attrs.field(factory=dict, hash=False)
    text: str = attrs.field(default="", eq=False)
    stamp: Stamp | None = None
    host: str = ""
    product: str = "ASA"
    priority: int | None = None
    kind: MessageKind = attrs.field(eq=False, repr=False)

    @property
    def said(self) -> object:
        """All that the message says, and when; two that are equal are one that came twice. None without a time."""
        if self.stamp is None:
            return None
        return self.number, self.unit, self.group, tuple(sorted(self.fields.items())), self.stamp

    @property
    def set_aside(self) -> bool:
        """No event of the model prints the message."""
        return self.kind.set_aside

    @property
    def level_was_moved(self) -> bool:
        """The level is not the one that devices ship: `logging message` has changed it."""
        return self.severity != self.kind.severity

    @property
    def has_unknown_reason(self) -> bool:
        """The reason of a switch is in no list and no known log; see `templates.messages.reasons`."""
        reason = self.fields.get("reason")
        return self.number in (104001, 104002) and isinstance(reason, str) and not is_known_reason(reason)


@attrs.frozen(kw_only=True)
class Unread:
    """A line that is no message of the table.

    Attributes:
        line: Its number, from 1.
        text: The line.
        why: Why it is not.
        number: The number of the message, where the line has one.
    """

    line: int
    text: str
    why: Why
    number: int | None = None

    @property
    def host(self) -> str:
        """The name or the address next to the mark of a message, empty where there is none."""
        sent = _sent(self.text)
        mark = _MARK.search(sent)
        return "" if mark is None else _head(sent[: mark.start()])[2]


@attrs.frozen(kw_only=True)
class Log:
    """What a log holds. Iterating over it gives the messages.

    Attributes:
        messages: The messages of the table, in the order of the lines.
        unread: The other lines; empty ones are left out.
    """

    messages: tuple[Message, ...] = ()
    unread: tuple[Unread, ...] = ()

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    def __getitem__(self, index: int) -> Message:
        return self.messages[index]

    @property
    def counts(self) -> dict[str, int]:
        """How many messages there are that events of the model print, that are set aside, and lines of each `Why`."""
        whys = Counter(each.why for each in self.unread)
        aside = sum(each.set_aside for each in self.messages)
        return {"read": len(self.messages) - aside, "set aside": aside, **{why.value: whys[why] for why in Why}}


def read_log(text: str) -> Log:
    """Reads a log: a file, a paste of a few lines, the output of `show logging`.

    Args:
        text: The log. Ends of lines can be of any kind.

    Returns:
        The messages, and the lines that are none. Nothing is an error.
    """
    messages: list[Message] = []
    unread: list[Unread] = []
    for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1):
        if not line.strip():
            continue
        found = read_line(line, number)
        if isinstance(found, Message):
            messages.append(found)
        else:
            unread.append(found)
    return Log(messages=tuple(messages), unread=tuple(unread))


def read_line(line: str, number: int = 1) -> Message | Unread:
    """Reads one line.

    Args:
        line: The line.
        number: Its number in the log, from 1.
    """
    sent = _sent(line)
    mark = _MARK.search(sent)
    row = _TABLE_ROW.match(sent.strip()) if mark is None else None
    found = mark or row
    if found is None:
        return Unread(line=number, text=line, why=Why.NO_MESSAGE)
    id_ = int(found["number"])
    text = row["text"].strip() if row else _unquoted(sent[found.end() :].strip())
    kind = kind_of(id_)
    if kind is None:
        return Unread(line=number, text=line, why=Why.OTHER_NUMBER, number=id_)
    reading = kind.read(text)
    if reading is None and sent[: found.start()].count('"') % 2:  # in a record in which more may come after it
        reading = kind.read(text.partition('"')[0])
    if reading is None:
        return Unread(line=number, text=line, why=Why.OTHER_TEXT, number=id_)
    priority, stamp, host = _head(row["head"].replace("|", " ") if row else sent[: found.start()])
    return Message(
        line=number,
        number=id_,
        severity=int(found["severity"]),
        unit=None if reading.unit is None else Unit(reading.unit.lower()),
        group=reading.group,
        fields=reading.fields,
        text=reading.text,
        stamp=stamp,
        host=host,
        product=mark["product"] if mark else "ASA",
        priority=priority,
        kind=kind,
    )


def read_head(line: str) -> tuple[Stamp | None, str]:
    """The device's time stamp and the host before the mark of a system message of any number.

    Args:
        line: The line.

    Returns:
        None and an empty text where there are none, or the line is no system message.
    """
    sent = _sent(line)
    mark = _MARK.search(sent)
    row = _TABLE_ROW.match(sent.strip()) if mark is None else None
    head = sent[: mark.start()] if mark is not None else "" if row is None else row["head"].replace("|", " ")
    return _head(head)[1:]


def _sent(line: str) -> str:
    """The line as the device has sent it: without what terminals and collectors have put around it or into it."""
    return _REPEATED.sub(r"\1", _CONTROLS.sub("", line_in(without_terminal(line), _MARK)))


def _unquoted(text: str) -> str:
    """The text without the quotation mark in which a line ends that is a value in another record."""
    return text.removesuffix('"') if text.count('"') % 2 else text


def _head(text: str) -> tuple[int | None, Stamp | None, str]:
    """The priority, the device's time stamp and the host before the mark; a collector's come first.

    A line of RFC 5424, which has a 1 after its priority, has the host behind its time stamp.
    """
    priority = _PRI.search(text)
    rest = text if priority is None else text[priority.end() :]
    stamps = list(find_stamps(rest))
    pieces = [rest] if not stamps else [rest[stamps[-1][1] :], rest[: stamps[-1][0]]]
    names = [_hosts(piece)[:: 1 if priority and priority[2] else -1] for piece in pieces]
    host = next((found[0] for found in names if found), "")
    return None if priority is None else int(priority[1]), stamps[-1][2] if stamps else None, host


def _hosts(text: str) -> list[str]:
    """The words of a piece of a head that can be names of hosts; those of another record's fields cannot."""
    words = (word.strip(":,[]()") for word in text.split())
    return [word for word in words if '"' not in word and not _NOT_A_HOST.fullmatch(word)]


def message_line(message: Message) -> str:
    """The line of a message as a device sends it to a log, with its time stamp and host where it has them."""
    head = "" if message.priority is None else f"<{message.priority}>"
    head += "".join(f"{each} " for each in (message.stamp.text if message.stamp else "", message.host) if each)
    unit = None if message.unit is None else message.unit.value.capitalize()
    kind, values = message.kind, message.fields
    text = kind.write(**values) if set(kind.names) <= set(values) else message.text  # an older form says less
    before = kind.before(unit, message.group, **values)
    if unit is not None and not before:  # devices print no unit here, some lists do
        before = f"({unit}) "
    mark = f"%{message.product}-{message.severity}-{message.number:06}"
    return f"{head}{': ' if head.endswith(' ') else ''}{mark}: {before}{text}"
