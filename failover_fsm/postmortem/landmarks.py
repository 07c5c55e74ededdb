"""What the rest of a log shows of ports and commands: events that must still come, whatever else happens.

A unit prints that an interface has no link only while its port is down, that its link is up again only when the port
comes up, and that a test ended badly only while the port receives nothing. It prints that the failover link is down or
up only when that falls or comes back. So the messages about one interface of one
unit that are still to come need a least number of faults and repairs of that port, depending on how it is now. Faults
at different ports are different events, and so are commands, each of which its unit logs.

Reasons of switches say as much: a unit that gives up its role for its interfaces has a port that does not work, and one
that does not hear its peer has lost it, by the failover link or because the peer has stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from failover_fsm.pair.health import carries_hellos, failover_link_works, hears_on_link
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, PortState, State, Unit
from failover_fsm.postmortem.evidence import Kind, Snapshot, Track
from failover_fsm.postmortem.tokens import COMMANDS_LOGGED, Token, same_reason
from failover_fsm.templates.messages.reasons import MATE_IS_HEALTHIER

__all__ = ["Landmarks"]

_LINK_FELL, _LINK_ROSE = 105032, (105031, 105033)
_NO_LINK, _LINK_UP, _TESTED = 105007, 105006, 105009
_TAKES, _GIVES, _SILENT = 104001, 104002, 103001
_UNHEARD, _FOR_INTERFACES = same_reason("HELLO not heard from mate"), same_reason(MATE_IS_HEALTHIER)
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
        logs = [(index, track) for index, track in enumerate(tracks) if track.kind is Kind.LOG]
        self._silences = tuple(
            (index, track.unit, _left(track, _is_of_silence))
            for index, track in logs
            if not any(_is_stop(each.token) for _, other in logs for each in other.seen)
        )
        self._failures = tuple((index, track.unit, _left(track, _is_of_interfaces)) for index, track in logs)
        self._ports: list[tuple[int, int, Unit, list[dict[PortState, int]]]] = []
        shared = settings.together.shared_at
        names = [port.name.lower().rsplit("/", 1)[-1] for port in settings.ports]
        for index, track in enumerate(tracks):
            for place, _ in enumerate(settings.ports):
                if track.kind is Kind.INTERFACES and place not in shared and names.count(names[place]) == 1:
                    rows = _port_left(track, names[place])
                    if any(rows[0].values()):
                        self._ports.append((index, place, track.unit, rows))

    def least(self, cursors: tuple[int, ...], state: State) -> int:
        """The least number of events that are still to come.

        Args:
            cursors: How many observations of each track are used up.
            state: The pair now.
        """
        commands = sum(left[cursors[track]] for track, left in self._commands)
        ports = self._of_ports(cursors, state)
        is_up = state.links.failover is LinkState.GOOD
        link = max((rows[cursors[track]][is_up] for track, rows in self._links), default=0)
        link = link or self._silence(cursors, state)
        found = commands + (max(ports, link) if self._settings.together.failover else ports + link)
        return max(found, self._channels(state)) if self._deaf else found

    def _of_ports(self, cursors: tuple[int, ...], state: State) -> int:
        """The events at ports: those that their messages need, and one where a unit gives up for its interfaces."""
        by_unit = dict.fromkeys(Unit, 0)
        for track, place, unit, rows in self._ports:
            by_unit[unit] += rows[cursors[track]][state.interfaces[place].line(unit)]
        for track, unit, left in self._failures:
            if left[cursors[track]] and not by_unit[unit]:
                by_unit[unit] = all(each.line(unit) is PortState.GOOD for each in state.interfaces)
        return sum(by_unit.values())

    def _silence(self, cursors: tuple[int, ...], state: State) -> int:
        """One event, the loss of the link or the peer, where a unit that hears its peer there is not to any more."""
        return any(
            left[cursors[track]] and hears_on_link(state, self._settings, unit) for track, unit, left in self._silences
        )

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


def _left(track: Track, is_wanted: Callable[[Token], bool]) -> tuple[bool, ...]:
    """For each number of observations used up: such a line is still to come."""
    left = [False]
    for each in reversed(track.seen):
        left.append(left[-1] or is_wanted(each.token))
    return tuple(reversed(left))


def _is_of_silence(token: Token) -> bool:
    """A unit prints it when it hears its peer no more."""
    return token.number == _SILENT or (token.number == _TAKES and token.says == _UNHEARD)


def _is_of_interfaces(token: Token) -> bool:
    """A unit prints it when it gives up its role for its interfaces."""
    return token.number == _GIVES and token.says == _FOR_INTERFACES


def _is_stop(token: Token) -> bool:
    """A command that makes the peer hear the unit no more, which counts as a command already."""
    return token.number in COMMANDS_LOGGED and (token.says or "").startswith(("reload", "failover_disabled"))


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
