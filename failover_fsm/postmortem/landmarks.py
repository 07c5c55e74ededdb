"""What the rest of a log shows of ports and commands: events that must still come, whatever else happens.

A unit prints that an interface has no link only while its port is down, that its link is up again only when the port
comes up, and that a test ended badly only while the port receives nothing. It prints that the failover link is down or
up only when that falls or comes back. So the messages about one interface of one
unit that are still to come need a least number of faults and repairs of that port, depending on how it is now. Faults
at different ports are different events, and so are commands, each of which its unit logs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from failover_fsm.pair.health import carries_hellos, failover_link_works
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, PortState, State, Unit
from failover_fsm.postmortem.evidence import Kind, Snapshot, Track
from failover_fsm.postmortem.tokens import COMMANDS_LOGGED

__all__ = ["Landmarks"]

_LINK_FELL, _LINK_ROSE = 105032, (105031, 105033)
_NO_LINK, _LINK_UP, _TESTED = 105007, 105006, 105009
_DISABLED, _FAILED = "disabled", "failed"
_BAD = ("failed", "undetermined")
_LINES = (PortState.GOOD, PortState.SILENT, PortState.DOWN)


class Landmarks:
    """The least numbers of events, by how much of each track is used up and how the ports are.

    Args:
        settings: The pair; ports that carry several interfaces are left out, one fault moves them together.
        tracks: The evidence.
        snapshots: What the units show at the end, at rest. One that shows its peer as failed, while the peer itself
            does not, then hears it on no channel.
    """

    def __init__(self, settings: Settings, tracks: Sequence[Track], snapshots: Sequence[Snapshot] = ()) -> None:
        self._settings = settings
        self._deaf = tuple(_deaf(snapshots))
        self._commands = tuple(
            (index, _commands_left(track)) for index, track in enumerate(tracks) if track.kind is Kind.LOG
        )
        self._links = tuple(
            (index, _link_left(track))
            for index, track in enumerate(tracks)
            if track.kind is Kind.LOG and not settings.together.failover
        )
        self._ports: list[tuple[int, int, bool, list[dict[PortState, int]]]] = []
        shared = settings.together.shared_at
        names = [port.name.lower().rsplit("/", 1)[-1] for port in settings.ports]
        for index, track in enumerate(tracks):
            for place, _ in enumerate(settings.ports):
                if track.kind is Kind.INTERFACES and place not in shared and names.count(names[place]) == 1:
                    rows = _port_left(track, names[place])
                    if any(rows[0].values()):
                        self._ports.append((index, place, track.unit is track.unit.PRIMARY, rows))

    def least(self, cursors: tuple[int, ...], state: State) -> int:
        """The least number of events that are still to come.

        Args:
            cursors: How many observations of each track are used up.
            state: The pair now.
        """
        found = sum(left[cursors[track]] for track, left in self._commands)
        for track, place, is_primary, rows in self._ports:
            interface = state.interfaces[place]
            found += rows[cursors[track]][interface.primary if is_primary else interface.secondary]
        is_up = state.links.failover is LinkState.GOOD
        found += max((rows[cursors[track]][is_up] for track, rows in self._links), default=0)
        return max(found, self._channels(state)) if self._deaf else found

    def _channels(self, state: State) -> int:
        """How many channels are still to be cut, so that the units that hear nothing at the end do."""
        link = failover_link_works(state, self._settings)
        places = self._settings.probed
        heard = sum(any(carries_hellos(state.interfaces, (place,), unit) for unit in self._deaf) for place in places)
        if self._settings.together.shared_at or self._settings.together.failover:
            return min(link + heard, 1)  # one fault may cut several
        return link + heard


def _deaf(snapshots: Sequence[Snapshot]) -> Iterator[Unit]:
    """The units that see their peer as failed, which is not, where failover is switched on on both.

    A unit that has never heard its peer on the failover link shows it as not detected, and is not deaf.
    """
    own = {each.about: each.words for each in snapshots if each.seen_by is each.about}
    if len(own) < len(Unit) or any(word == _DISABLED for words in own.values() for _, word in words):
        return
    for each in snapshots:
        pairs = zip(own[each.about], each.words, strict=True)
        if each.seen_by is not each.about and any(seen[1] == _FAILED != is_[1] for is_, seen in pairs):
            yield each.seen_by


def _commands_left(track: Track) -> tuple[int, ...]:
    left = [0]
    for each in reversed(track.seen):
        left.append(left[-1] + (each.token.number in COMMANDS_LOGGED))
    return tuple(reversed(left))


def _link_left(track: Track) -> list[tuple[int, int]]:
    """For each number of observations used up: the falls and repairs of the failover link, if it is down, and if up.

    Both units may print them, so the larger number of the two counts.
    """
    rows = [(0, 0)]
    for each in reversed(track.seen):
        down, up = rows[-1]
        if each.token.number == _LINK_FELL:
            down, up = down + 2, down + 1
        elif each.token.number in _LINK_ROSE:
            down, up = up + 1, up + 2
        rows.append((down, up))
    rows.reverse()
    return rows


def _port_left(track: Track, name: str) -> list[dict[PortState, int]]:
    """For each number of observations used up and each condition of the port: the events that are needed."""
    rows = [dict.fromkeys(_LINES, 0)]
    for each in reversed(track.seen):
        token, after = each.token, rows[-1]
        if token.interface != name:
            rows.append(after)
        elif token.number == _NO_LINK:
            down = after[PortState.DOWN]
            rows.append({line: down + (line is not PortState.DOWN) for line in _LINES})
        elif token.number == _LINK_UP:
            good = min(after[PortState.GOOD], after[PortState.SILENT] + 1)
            rows.append({line: good + (1 if line is PortState.DOWN else 2) for line in _LINES})
        elif token.number == _TESTED and token.says in _BAD:
            silent = after[PortState.SILENT]
            cost = {PortState.SILENT: 0, PortState.GOOD: 1, PortState.DOWN: 2}
            rows.append({line: silent + cost[line] for line in _LINES})
        else:
            rows.append(after)
    rows.reverse()
    return rows
