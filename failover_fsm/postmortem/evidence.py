"""Evidence: what two units left behind, as sequences of observations whose order is known.

A sequence is a *track*: the messages in a unit's log, those about interfaces apart (devices print them when their tests
end, which may be long after the cause), and the entries of a unit's history, one track for each failover group. Between
tracks nothing is known but what `clocks` finds out afterwards.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from failover_fsm.device.words import JOIN_CHAIN, peer_state, state_name
from failover_fsm.pair.states import State, Unit
from failover_fsm.postmortem.tokens import DETECTED, Token

__all__ = ["Evidence", "Kind", "Note", "Observation", "Snapshot", "Track", "logged_tracks"]


class Kind(enum.Enum):
    """What a track is a part of."""

    LOG = "log"
    INTERFACES = "messages about interfaces in the log"
    HISTORY = "history"


@attrs.frozen(kw_only=True, eq=False)
class Observation:
    """One piece of evidence.

    Attributes:
        source: The file.
        line: The number of its line, from 1; of a chain of changes in a history, the first.
        text: The line as it stands.
        unit: The unit whose log or history it is in.
        token: What it says.
        stamp: Seconds on the unit's own clock, None without a time.
        said: Of a message with a time, all that it says and when: equal ones are one message. Else None.
    """

    source: str
    line: int
    text: str
    unit: Unit
    token: Token
    stamp: float | None = None
    said: object = None

    @property
    def place(self) -> str:
        """`FILE:LINE`."""
        return f"{self.source}:{self.line}"


@attrs.frozen(kw_only=True, eq=False)
class Track:
    """Observations in their order.

    Attributes:
        unit: The unit.
        kind: What they are part of.
        seen: The observations.
        numbers: The numbers of messages that the log would have; None where the model's every message counts.
        group: Of a history, the failover group.
    """

    unit: Unit
    kind: Kind
    seen: tuple[Observation, ...] = ()
    numbers: frozenset[int] = frozenset()
    group: int | None = None

    def takes(self, token: Token) -> bool:
        """What the unit prints belongs to this track."""
        if self.kind is Kind.HISTORY:
            return token.number < 1 and (token.number < 0 or token.group == self.group)
        return token.number in self.numbers


@attrs.frozen(kw_only=True, eq=False)
class Snapshot:
    """What `show failover state` on a unit says of one of the two at the end.

    Attributes:
        source: The file.
        seen_by: The unit that says so.
        about: The unit of which it says so.
        words: The states in small letters by the position of the failover group.
    """

    source: str
    seen_by: Unit
    about: Unit
    words: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """What it says."""
        words = ", ".join(word.title() for _, word in self.words)
        if self.seen_by is self.about:
            return f"the {self.about.value} is {words}"
        return f"the {self.seen_by.value} sees the {self.about.value} as {words}"

    @property
    def is_passing(self) -> bool:
        """It shows a unit that joins: it was taken before the pair came to rest."""
        return any(word == JOIN_CHAIN[0].lower() for _, word in self.words)

    def holds(self, state: State) -> bool:
        """Whether the pair shows it in a state."""
        own = state.unit(self.seen_by)
        for index, word in self.words:
            if self.seen_by is self.about:
                now = state_name(own, index) or ""
            else:
                now = peer_state(own, state.unit(self.about), index)
            if now.lower() != word:
                return False
        return own.powered


@attrs.frozen(kw_only=True)
class Note:
    """Something in the evidence that a reader should know: an unknown reason, a line set aside.

    Attributes:
        place: `FILE:LINE`.
        what: What it is.
        cannot_be: No run of the pair, and no device, prints the line.
        allowed: What the model would have allowed there.
        line: The line as it stands.
        is_ownerless: Nothing says whose the line is.
    """

    place: str
    what: str
    cannot_be: bool = False
    allowed: tuple[str, ...] = ()
    line: str = ""
    is_ownerless: bool = False


@attrs.frozen(kw_only=True, eq=False)
class Evidence:
    """All that was found.

    Attributes:
        tracks: The tracks, those of the primary first.
        snapshots: What `show failover state` says.
        notes: Notes, and the lines that cannot be, which are in no track.
        counts: How many `lines of failover` there are, by their numbers, how many of these `cannot be` or are `set
            aside`, and how many `other lines`, `history entries` and `states`.
    """

    tracks: tuple[Track, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    notes: tuple[Note, ...] = ()
    counts: dict[str, int] = attrs.field(factory=dict)

    @property
    def observations(self) -> Iterator[Observation]:
        """Every observation."""
        return (each for track in self.tracks for each in track.seen)

    @property
    def impossible(self) -> tuple[Note, ...]:
        """The lines that cannot be, whatever happened."""
        return tuple(note for note in self.notes if note.cannot_be)


def logged_tracks(unit: Unit, seen: tuple[Observation, ...], numbers: frozenset[int]) -> tuple[Track, Track]:
    """The two tracks of a unit's log.

    Args:
        unit: The unit.
        seen: The messages, in the order of the lines.
        numbers: The numbers of messages that the log would have.
    """
    detected = frozenset(DETECTED)
    main = tuple(each for each in seen if each.token.number not in detected)
    late = tuple(each for each in seen if each.token.number in detected)
    return (
        Track(unit=unit, kind=Kind.LOG, seen=main, numbers=numbers - detected),
        Track(unit=unit, kind=Kind.INTERFACES, seen=late, numbers=numbers & detected),
    )
