"""What a log shows of its unit's contact with the peer on the failover link: how often that was lost.

A unit prints that the link failed only when it had contact there and hears nothing any more, and that the link is back
only when it hears its peer and had no contact. So between two losses it has heard its peer, and each loss is an event
of its own: the link fell, or the peer stopped. A fall of the link may be a loss for both units, and counts half in the
log of each, as does its repair, which the next contact needs; that a unit stops is a loss for its peer only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from failover_fsm.pair.health import failover_link_works, hears_on_link
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PeerContact, State, Unit
from failover_fsm.postmortem.evidence import Kind, Track
from failover_fsm.postmortem.tokens import Token, same_reason

__all__ = ["LINK_FELL", "LINK_ROSE", "Contacts", "Way", "ways"]

Way = tuple[bool, bool, bool]
"""The link works, a hello of the peer can reach the unit there, and the unit has contact there."""

LINK_FELL, LINK_ROSE = 105032, (105031, 105033)
_CONTACT_LOST, _CONTACT_MADE, _SILENT, _TAKES = 105043, 105042, 103001, 104001
_UNHEARD = same_reason("HELLO not heard from mate")
_BOTH = (False, True)
_WAYS: tuple[Way, ...] = tuple((one, two, three) for one, two, three in product(_BOTH, _BOTH, _BOTH) if one or not two)
_NEVER = 1 << 30
_WHOLE = 2
"""What an event counts, in halves."""

Row = dict[Way, int]


def ways(state: State, settings: Settings) -> tuple[Way, Way]:
    """How both units hear each other, the primary first.

    Args:
        state: The pair.
        settings: What the protocol reads.
    """
    works = failover_link_works(state, settings)
    primary, secondary = (
        (works, hears_on_link(state, settings, unit), state.unit(unit).contact is PeerContact.LINK) for unit in Unit
    )
    return primary, secondary


class Contacts:
    """The least numbers of events that the contact of both units needs, by how much of each log is used up.

    Args:
        settings: The pair; where a port carries the failover link too, what the units print of the link is left out.
        tracks: The evidence.
    """

    def __init__(self, settings: Settings, tracks: Sequence[Track]) -> None:
        logs = [(at, track) for at, track in enumerate(tracks) if track.kind is Kind.LOG]
        is_own = not settings.together.failover
        self._alone = tuple((at, track.unit is Unit.SECONDARY, _rows(track, _WHOLE, is_own)) for at, track in logs)
        self._shared = tuple((at, track.unit is Unit.SECONDARY, _rows(track, 1, is_own)) for at, track in logs)

    def least(self, cursors: Sequence[int], both: tuple[Way, Way]) -> int:
        """The losses and repairs that are still to come, and the stops.

        Args:
            cursors: How many observations of each track are used up.
            both: How the units hear each other now.
        """
        alone = max((rows[cursors[at]][both[side]] for at, side, rows in self._alone), default=0)
        shared = sum(rows[cursors[at]][both[side]] for at, side, rows in self._shared)
        return (max(alone, shared) + 1) // 2

    def is_nearer(self, cursors: Sequence[int], both: tuple[Way, Way]) -> tuple[bool, bool, bool]:
        """Whether fewer are needed once the primary has stopped, the secondary has, and the link has changed.

        Args:
            cursors: How many observations of each track are used up.
            both: How the units hear each other now.
        """
        stop, link = [False, False], False
        for at, side, rows in (*self._alone, *self._shared):
            works, _, has_contact = way = both[side]
            row = rows[cursors[at]]
            stop[not side] |= row[works, False, has_contact] < row[way]
            link |= row[not works, False, has_contact] < row[way]
        return stop[0], stop[1], link


def _rows(track: Track, link: int, is_own: bool) -> list[Row]:
    """For each number of observations used up: what is needed at least, by how the unit hears its peer.

    Args:
        track: The log.
        link: What a fall or a repair of the link counts.
        is_own: No other interface uses the port of the link.
    """
    distances = _distances(link)
    rows: list[Row] = [dict.fromkeys(_WAYS, 0)]
    for each in reversed(track.seen):
        printed = dict(_printing(each.token, link, is_own))
        after = rows[-1]
        if printed:
            near = {way: cost + after[now] for way, (now, cost) in printed.items()}
            after = {way: min(distances[way, to] + cost for to, cost in near.items()) for way in _WAYS}
        rows.append(after)
    rows.reverse()
    return rows


def _printing(token: Token, link: int, is_own: bool) -> Iterator[tuple[Way, tuple[Way, int]]]:
    """How a unit that prints it hears its peer just before, how just after, and what that counts; nothing for any."""
    number = token.number
    is_silence = number == _SILENT or (number == _TAKES and token.says == _UNHEARD)
    for works, hears, has_contact in _WAYS:
        way = works, hears, has_contact
        if number == _CONTACT_LOST and has_contact and not hears:
            yield way, ((works, False, False), 0)
        elif number == _CONTACT_MADE and hears and not has_contact:
            yield way, ((works, True, True), 0)
        elif number == LINK_FELL and is_own and works:
            yield way, ((False, False, has_contact), link)
        elif number in LINK_ROSE and is_own and not works:
            yield way, ((True, False, has_contact), link)
        elif is_silence and not hears:
            yield way, (way, 0)


def _distances(link: int) -> dict[tuple[Way, Way], int]:
    """What it takes at least from each way to each other one."""
    found = {(one, other): 0 if one == other else _NEVER for one, other in product(_WAYS, repeat=2)}
    for one in _WAYS:
        for other, cost in _next(one, link):
            found[one, other] = min(found[one, other], cost)
    for between, one, other in product(_WAYS, repeat=3):
        found[one, other] = min(found[one, other], found[one, between] + found[between, other])
    return found


def _next(way: Way, link: int) -> Iterator[tuple[Way, int]]:
    works, hears, has_contact = way
    yield (works, hears, False), 0
    yield (works, False, False), _WHOLE if link == _WHOLE else 0  # its own stop, which is a loss for its peer
    if not works:
        yield (True, False, has_contact), link
        return
    yield (False, False, has_contact), link
    yield (True, True, has_contact), 0  # the peer is there again by itself: a reload
    if hears:
        yield (True, False, has_contact), _WHOLE
        yield (True, True, True), 0
