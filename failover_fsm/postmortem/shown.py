"""From what show commands print to evidence: histories and states, of a unit or of a session on both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from failover_fsm.device.failover_state import FailoverState, LastFailure, read_failover_state
from failover_fsm.device.fields import STATES
from failover_fsm.device.outputs import joined, outputs
from failover_fsm.device.prompt import read_prompt
from failover_fsm.device.words import ACTIVE_CHAIN, JOIN_CHAIN
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.evidence import Note, Snapshot, Track
from failover_fsm.postmortem.histories import history_tracks
from failover_fsm.postmortem.sources import EvidenceError, Gathered, Source

__all__ = ["snapshots_of", "tracks_of"]

_ONE_STEP = {
    **dict.fromkeys(("App Sync", *JOIN_CHAIN), JOIN_CHAIN[0]),
    **dict.fromkeys(ACTIVE_CHAIN, ACTIVE_CHAIN[-1]),
}
"""The states of a synchronisation, and those through which a unit becomes active within a second."""


def tracks_of(source: Source, settings: Settings, found: Gathered) -> Iterator[Track]:
    """The tracks of the histories in a file, which may be a session on both units."""
    is_any = False
    for unit, text in _texts_by_unit(source).items():
        made, notes = history_tracks(source.name, text, unit, settings)
        found.notes += notes
        found.counts["history entries"] += sum(len(track.seen) for track in made)
        is_any = is_any or bool(made or notes)
        yield from made
    if not is_any:
        raise EvidenceError(f"{source.name}: no entry of a history found; allowed: `show failover history`")


def _texts_by_unit(source: Source) -> Mapping[Unit, str]:
    """The text of each unit in a file, each line where it stands: as it was said, or as prompts in it tell."""
    if source.unit is not None:
        return {source.unit: source.text}
    parts = [(prompt.unit if (prompt := read_prompt(each.prompt)) else None, each) for each in outputs(source.text)]
    units = {unit for unit, _ in parts if unit is not None}
    if not units:
        raise EvidenceError(
            f"{source.name}: a history does not say whose it is;"
            f" allowed: primary={source.name} or secondary={source.name}"
        )
    if len(units) == 1:
        return {units.pop(): source.text}
    return {unit: joined(each for owner, each in parts if owner is unit) for unit in Unit}


def snapshots_of(source: Source, settings: Settings, found: Gathered) -> Iterator[Snapshot]:
    """What a file shows of each unit on which it was entered; the last answer of a unit counts."""
    shown = {}
    for part in outputs(source.text):
        for text in re.split(r"(?im)^(?=\s*This\s+host\b)", "\n".join(line for _, line in part.lines)):
            answer = read_failover_state(text)
            if answer.this is not None and answer.this.groups:
                shown[Unit(answer.this.role.lower())] = answer
    if not shown:
        raise EvidenceError(f"{source.name}: no state of a unit found; allowed: the output of `show failover state`")
    for unit, answer in shown.items():
        yield from _snapshot(source, unit, answer, settings, found)


def _snapshot(
    source: Source, unit: Unit, shown: FailoverState, settings: Settings, found: Gathered
) -> Iterator[Snapshot]:
    if source.unit not in (None, unit):
        raise EvidenceError(f"{source.name}: the state of the {unit.value}; allowed: {unit.value}={source.name}")
    found.counts["states"] += 1
    for host in (shown.this, shown.other):
        if host is not None and host.groups:
            about = unit if host is shown.this else unit.peer
            wrong = {each: _not_shown(each, source.name, settings) for each in host.groups}
            found.notes += filter(None, wrong.values())
            words = tuple((max((each.group or 0) - 1, 0), _at_rest(each.state)) for each in wrong if not wrong[each])
            yield Snapshot(source=source.name, seen_by=unit, about=about, words=words)
        for each in host.groups if host is not None else ():
            if each.reason:
                whose = "its own" if host is shown.this else "its peer's"
                what = f"the {unit.value} remembers {whose} last failure, {each.reason} at {each.at or 'no time'}"
                found.notes.append(Note(place=source.name, what=f"{what}; it may be over"))


def _not_shown(shown: LastFailure, place: str, settings: Settings) -> Note | None:
    """Why no unit of this pair shows the line, None if it may."""
    named = "no group" if shown.group is None else f"group {shown.group}"
    groups = tuple(f"group {number}" for number in range(1, len(settings.groups) + 1)) or ("no group",)
    if named not in groups:
        what, allowed = f"{named} is none of this pair", groups
    elif shown.state not in STATES:
        what, allowed = f"{shown.state!r} is no state of a unit", STATES
    else:
        return None
    return Note(place=place, what=what, cannot_be=True, allowed=allowed, line=f"{named.capitalize()}: {shown.state}")


def _at_rest(state: str) -> str:
    """The state in small letters; of those that the search takes in one step that in which it is seen."""
    return _ONE_STEP.get(state, state).lower()
