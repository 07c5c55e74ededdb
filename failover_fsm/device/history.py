"""`show failover history`: the table of lines, the writer and the reader."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.device.fields import STAMP, STATES, known
from failover_fsm.device.form import BLANK, Entry, Line, TextForm, UnreadLine, line
from failover_fsm.templates.template import Field

__all__ = ["FORM", "FailoverHistory", "HistoryEntry", "read_failover_history", "write_failover_history"]


@attrs.frozen(kw_only=True)
class HistoryEntry:
    """One change of state.

    Attributes:
        at: When, as printed; the newest stamp above it. None where the text begins in the middle.
        group: The failover group, 0 for the unit itself; None in an Active/Standby pair.
        before, after: The states.
        reason: As printed, "" if there is none; devices give the same reason along a chain of changes.
        details: Further lines of later software, such as `This host:1`.
    """

    at: str | None = None
    group: int | None = None
    before: str
    after: str
    reason: str
    details: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class FailoverHistory:
    """The entries, oldest first; `peer`: those of the peer, which later software prints with `details`."""

    entries: tuple[HistoryEntry, ...] = ()
    peer: tuple[HistoryEntry, ...] = ()
    unread: tuple[UnreadLine, ...] = ()


_WIDE = Field(r"\S+(?: \S+)*(?=\s*\t|\s{2})", lambda value: str(value).ljust(26))
"""A state that is not known, set apart from the next one by a tab or by more than one blank."""
_KNOWN = attrs.evolve(known(STATES, "(?!)"), write=lambda value: str(value).ljust(26))
_GROUP = Field(r"\d", lambda value: str(value).ljust(5), int)
_DEEP = 30
"""From this column on a line belongs to the entry above it."""


def _rows(key: str, state: Field, indent: int, text: str) -> Iterator[Line]:
    yield line(key, text, indent=indent, group=_GROUP, before=state, after=state, reason=Field(".*"))


FORM = TextForm((
    line("rule", "{rule}", rule=Field("={10,}")),
    line("peer", "{rule}PEER{gap}HISTORY{end}", rule=Field("=*"), gap=Field("[- ]"), end=Field("=*")),
    line("peer_at", "PEER History Collected at {at}", at=STAMP),
    line("heading", "From State                 To State                   Reason"),
    line("group_heading", "Group     From State                 To State                   Reason"),
    line("at", "{at}", at=STAMP),
    *_rows("group_row", _KNOWN, 4, "{group} {before} {after}[[ {reason}]]"),
    *_rows("row", _KNOWN, 0, "{before} {after}[[ {reason}]]"),
    *_rows("group_row", _WIDE, 4, "{group} {before} {after}[[ {reason}]]"),
    *_rows("row", _WIDE, 0, "{before} {after}[[ {reason}]]"),
    line("detail", "{text}", indent=54),
), ("failover history ...",))  # fmt: skip
"""The lines; the columns are those of devices."""

_RULE = "=" * 74


def write_failover_history(history: FailoverHistory) -> str:
    """The text of the history; groups have a column of their own. What the peer remembers is not written."""
    return FORM.write(_entries(history.entries))


def _entries(entries: tuple[HistoryEntry, ...]) -> Iterator[Entry]:
    grouped = any(each.group is not None for each in entries)
    yield Entry("rule", {"rule": _RULE})
    yield Entry("group_heading" if grouped else "heading")
    yield Entry("rule", {"rule": _RULE})
    for each in entries:
        if each.at is not None:
            yield Entry("at", {"at": each.at})
        yield Entry("row" if each.group is None else "group_row", attrs.asdict(each))
        yield from (Entry("detail", {"text": text}) for text in each.details)
        yield BLANK
    yield Entry("rule", {"rule": _RULE})


def read_failover_history(text: str) -> FailoverHistory:
    """What the output of the command says, of any release; lines that are none of the table's are in `unread`."""
    entries, unread = FORM.read(text)
    own: list[HistoryEntry] = []
    peer: list[HistoryEntry] = []
    here, at, lost = own, None, list(unread)
    for entry in entries:
        if entry.key in ("peer", "peer_at"):
            here, at = peer, None
        elif entry.key == "at":
            at = str(entry.values["at"])
        elif entry.key == "detail" or (entry.depth >= _DEEP and entry.key == "row"):
            words = " ".join(str(value).strip() for value in entry.values.values() if value is not None)
            if here and entry.depth >= _DEEP:
                here[-1] = attrs.evolve(here[-1], details=(*here[-1].details, words))
            else:
                lost.append(UnreadLine(entry.number, words))
        elif entry.key in ("row", "group_row"):
            here.append(HistoryEntry(at=at, **{**entry.values, "reason": entry.values["reason"] or ""}))
    return FailoverHistory(
        entries=tuple(own), peer=tuple(peer), unread=tuple(sorted(lost, key=lambda each: each.number))
    )
