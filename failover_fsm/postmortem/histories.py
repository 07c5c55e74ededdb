"""Histories as evidence: entries with their lines, and those that cannot follow the one above them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product

import attrs

from failover_fsm.device.fields import STATES
from failover_fsm.device.history import FORM, HistoryEntry, read_failover_history
from failover_fsm.device.messages import read_stamp
from failover_fsm.device.words import ACTIVE_CHAIN, JOIN_CHAIN
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.evidence import Kind, Note, Observation, Track
from failover_fsm.postmortem.legal import CHAIN, after_state
from failover_fsm.postmortem.tokens import ENTRY, history_token, is_known, same_reason

__all__ = ["history_tracks"]

_DEEP = 30
_APP_SYNC, _NOT_DETECTED, _DISABLED = "App Sync", "Not Detected", "Disabled"
_STEPS = frozenset(
    (*pairwise(ACTIVE_CHAIN), *pairwise(JOIN_CHAIN), *product(JOIN_CHAIN[1:], ("Standby Ready", "Failed")))
)
"""The changes within a chain; each repeats the reason of the one before."""


@attrs.frozen
class _Placed:
    """An entry with the number of its line."""

    entry: HistoryEntry
    line: int

    @property
    def text(self) -> str:
        """The entry in one line."""
        group = "" if self.entry.group is None else f"group {self.entry.group}: "
        at = f"{self.entry.at}  " if self.entry.at else ""
        return f"{at}{group}{self.entry.before} -> {self.entry.after}  {self.entry.reason}"


def history_tracks(source: str, text: str, unit: Unit, settings: Settings) -> tuple[list[Track], list[Note]]:
    """The tracks of a history, one for each failover group, and what cannot be in it or is worth a note.

    Args:
        source: The name of the file.
        text: The output of `show failover history`.
        unit: Whose it is.
        settings: The pair.
    """
    notes: list[Note] = []
    placed = [*_of_the_model(_placed(text))]
    previous = -1.0
    for each in placed:
        stamp = _seconds(each.entry)
        if stamp is not None and stamp < previous:
            notes.append(_note(source, each, "its time is before that of the entry above", ()))
        previous = previous if stamp is None else max(previous, stamp)
        if not is_known(ENTRY, each.entry.reason) and each.entry.reason:
            what = f"unknown reason {each.entry.reason!r}: any is taken"
            notes.append(Note(place=f"{source}:{each.line}", what=what, line=each.text))
    wrong = {note.place for note in notes if note.cannot_be}
    groups = sorted({each.entry.group for each in placed}, key=lambda group: -1 if group is None else group)
    tracks = []
    for group in groups:
        own = _cut_short([each for each in placed if each.entry.group == group])
        bad = [*_bad(source, own, group, settings)]
        notes += (note for note in bad if note.place not in wrong)
        wrong |= {note.place for note in bad}
        seen = tuple(_observation(source, unit, each) for each in own if f"{source}:{each.line}" not in wrong)
        tracks.append(Track(unit=unit, kind=Kind.HISTORY, seen=seen, group=group))
    return tracks, sorted(notes, key=lambda note: int(note.place.rsplit(":", 1)[1]))


def _placed(text: str) -> Iterator[_Placed]:
    """The entries of the unit itself, with their lines."""
    entries, _ = FORM.read(text)
    lines = []
    for entry in entries:
        if entry.key in ("peer", "peer_at"):
            break
        if entry.key in ("row", "group_row") and entry.depth < _DEEP:
            lines.append(entry.number)
    yield from (_Placed(*pair) for pair in zip(read_failover_history(text).entries, lines, strict=False))


def _of_the_model(placed: Iterable[_Placed]) -> Iterator[_Placed]:
    """The entries without states that the model does not have: App Sync of a Firepower, and Not Detected of a boot.

    Devices word the reason of a boot in several ways, so that of the first entry of a group is taken for any.
    """
    begun: set[int | None] = set()
    for each in placed:
        before, after, reason = each.entry.before, each.entry.after, each.entry.reason
        if after == _APP_SYNC or (before, after) == (_NOT_DETECTED, _DISABLED):
            continue
        if before == _NOT_DETECTED:
            before = _DISABLED
        if before == _DISABLED and each.entry.group not in begun:
            reason = ""
        before = JOIN_CHAIN[0] if before == _APP_SYNC else before
        begun.add(each.entry.group)
        yield attrs.evolve(each, entry=attrs.evolve(each.entry, before=before, reason=reason))


def _cut_short(own: Sequence[_Placed]) -> list[_Placed]:
    """The entries of a group; a join that breaks off does so in its first state: the search takes the rest at once."""
    kept: list[_Placed] = []
    for each in own:
        before, after = each.entry.before, each.entry.after
        if before in JOIN_CHAIN[1:] and (before, after) not in _STEPS and after in STATES:
            while kept and kept[-1].entry.after in JOIN_CHAIN[1:]:
                kept.pop()
            if after == JOIN_CHAIN[0]:
                continue
            each = attrs.evolve(each, entry=attrs.evolve(each.entry, before=JOIN_CHAIN[0]))
        kept.append(each)
    return kept


def _seconds(entry: HistoryEntry) -> float | None:
    stamp = read_stamp(entry.at) if entry.at else None
    return None if stamp is None else stamp.seconds


def _observation(source: str, unit: Unit, each: _Placed) -> Observation:
    token = history_token(each.entry, is_evidence=True)
    return Observation(
        source=source, line=each.line, text=each.text, unit=unit, token=token, stamp=_seconds(each.entry)
    )


def _note(source: str, each: _Placed, what: str, allowed: tuple[str, ...]) -> Note:
    return Note(place=f"{source}:{each.line}", what=what, cannot_be=True, allowed=allowed, line=each.text)


# -- entries that cannot be ----------------------------------------------------------------------------


def _bad(source: str, own: Sequence[_Placed], group: int | None, settings: Settings) -> Iterator[Note]:
    """The entries of a group that no unit can have after the ones above them; those are left out further on."""
    count = len(settings.groups)
    if (group is None) is bool(count) or (group is not None and group > count):
        wanted = tuple(f"group {number}" for number in range(count + 1)) if count else ("no group",)
        named = "no group" if group is None else f"group {group}"
        yield from (_note(source, each, f"{named} is none of this pair", wanted) for each in own)
        return
    last: HistoryEntry | None = None
    chain = ""
    for each in own:
        wrong = _why(last, chain, each.entry)
        if wrong is not None:
            yield _note(source, each, *wrong)
            continue
        last = each.entry
        chain = last.reason if last.after in CHAIN else ""


def _why(last: HistoryEntry | None, chain: str, entry: HistoryEntry) -> tuple[str, tuple[str, ...]] | None:
    """Why the entry cannot follow the last one, and what could; None if it can."""
    for state in (entry.before, entry.after):
        if state not in STATES:
            return f"{state!r} is no state of a unit", STATES
    following = after_state(entry.before)
    if last is not None and last.after != entry.before:
        can = tuple(f"{last.after} -> {state}" for state in after_state(last.after))
        return f"the entry above ends in {last.after}, this one begins in {entry.before}", can
    if entry.after not in following:
        return f"{entry.after} never follows {entry.before}", tuple(f"{entry.before} -> {state}" for state in following)
    if chain and (entry.before, entry.after) in _STEPS and same_reason(entry.reason) != same_reason(chain):
        return "along a chain of changes the reason stays the same", (chain,)
    reasons = following[entry.after]
    known = is_known(ENTRY, entry.reason)
    if reasons and known and same_reason(entry.reason) not in map(same_reason, reasons):
        return f"no change from {entry.before} to {entry.after} has the reason {entry.reason!r}", reasons
    return None
