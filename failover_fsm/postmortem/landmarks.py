"""What the rest of a log shows of ports and commands: events that must still come, whatever else happens.

A unit prints that an interface has no link only while its port is down, that its link is up again only when the port
comes up, and that a test ended badly only while the port receives nothing. So the messages about one interface of one
unit that are still to come need a least number of faults and repairs of that port, depending on how it is now. Faults
at different ports are different events, and so are commands, each of which its unit logs; a unit that gives up its
role for a command was given one, whether or not the command itself is in the log.

Reasons of switches say as much: a unit that gives up its role for its interfaces has a port that does not work. What
the units print of their contact on the failover link is counted in `contacts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import attrs

from failover_fsm.pair.health import carries_hellos, failover_link_works
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, PortState, State, Unit
from failover_fsm.postmortem.contacts import LINK_FELL, LINK_ROSE, Contacts, Way, ways
from failover_fsm.postmortem.evidence import Kind, Snapshot, Track
from failover_fsm.postmortem.steps import Sort
from failover_fsm.postmortem.tokens import COMMANDS_LOGGED, Token, same_reason
from failover_fsm.templates.messages.reasons import MATE_IS_HEALTHIER

__all__ = ["Landmarks"]

_NO_LINK, _LINK_UP, _TESTED = 105007, 105006, 105009
_GIVES = 104002
_FOR_INTERFACES, _BY_COMMAND = same_reason(MATE_IS_HEALTHIER), same_reason("Set by the config command")
_DISABLED, _FAILED = "disabled", "failed"
_BAD = ("failed", "undetermined")
_LINES = (PortState.GOOD, PortState.SILENT, PortState.DOWN)


@attrs.frozen(eq=False)
class _View:
    """What of a state counts.

    Attributes:
        ports: The port of each of the interfaces of which lines speak.
        all_good: Whether all ports of a unit work, by unit.
        ways: How the units hear each other.
        link: The failover link is whole.
        channels: How many channels are to be cut, so that the units that hear nothing at the end do.
    """

    ports: tuple[PortState, ...]
    all_good: tuple[bool, bool]
    ways: tuple[Way, Way]
    link: bool
    channels: int


@attrs.frozen(eq=False)
class _Commands:
    """The commands of one unit that its log needs, for each number of observations used up.

    Attributes:
        track: The number of the log.
        is_second: It is the secondary's.
        logged: Those that are logged.
        stops: Of these, the ones that make the peer hear the unit no more.
        role: Of these, the ones that ask for a role.
        switches: The times that a group gives up its role for a command, of the group that has the most.
    """

    track: int
    is_second: bool
    logged: tuple[int, ...]
    stops: tuple[int, ...]
    role: tuple[int, ...]
    switches: tuple[int, ...]


class Landmarks:
    """The least numbers of events, by how much of each track is used up and how the pair is.

    Args:
        settings: The pair; ports that carry several interfaces are left out, one fault moves them together.
        tracks: The evidence.
        snapshots: What the units show at the end, at rest. One that shows its peer as failed, while the peer itself
            does not, then hears it on no channel.
    """

    def __init__(self, settings: Settings, tracks: Sequence[Track], snapshots: Sequence[Snapshot] = ()) -> None:
        self._settings = settings
        self._deaf = tuple(_deaf(snapshots))
        logs = [(index, track) for index, track in enumerate(tracks) if track.kind is Kind.LOG]
        self._commands = tuple(_commands(index, track) for index, track in logs)
        self._links = tuple((index, _link_left(track)) for index, track in logs if not settings.together.failover)
        self._contacts = Contacts(settings, tracks)
        self._failures = tuple(
            (index, track.unit is Unit.SECONDARY, _left(track, _is_of_interfaces)) for index, track in logs
        )
        self._ports: list[tuple[int, int, bool, list[dict[PortState, int]]]] = []
        shared = settings.together.shared_at
        names = [port.name.lower().rsplit("/", 1)[-1] for port in settings.ports]
        for index, track in enumerate(tracks):
            for place, _ in enumerate(settings.ports):
                if track.kind is Kind.INTERFACES and place not in shared and names.count(names[place]) == 1:
                    rows = _port_left(track, names[place])
                    if any(rows[0].values()):
                        self._ports.append((index, place, track.unit is Unit.SECONDARY, rows))
        self._views: dict[State, _View] = {}

    def least(self, cursors: tuple[int, ...], state: State) -> int:
        """The least number of events that are still to come.

        Args:
            cursors: How many observations of each track are used up.
            state: The pair now.
        """
        view = self._view(state)
        ports = sum(self._of_ports(cursors, view))
        both, stops = self._of_commands(cursors)
        commands = sum(both)
        link = max([rows[cursors[track]][view.link] for track, rows in self._links], default=0)
        contact = self._contacts.least(cursors, view.ways)
        if self._settings.together.failover:
            return max(commands + ports, commands - stops + contact, view.channels)
        return max(ports + max(commands + link, commands - stops + contact), view.channels)

    def helpful(self, cursors: tuple[int, ...], state: State) -> tuple[Sort, ...]:
        """The sorts of events that can bring the end nearer; after an event of another sort `least` is not less.

        Args:
            cursors: How many observations of each track are used up.
            state: The pair now.
        """
        if self._deaf or self._settings.together.failover:
            return tuple(Sort)
        view = self._view(state)
        ports, (commands, _) = self._of_ports(cursors, view), self._of_commands(cursors)
        stops = self._contacts.is_nearer(cursors, view.ways)
        wanted = {
            Sort.LINK: stops[2] or any(rows[cursors[track]][view.link] for track, rows in self._links),
            Sort.PRIMARY_STOP: stops[0] or commands[0],
            Sort.SECONDARY_STOP: stops[1] or commands[1],
            Sort.PRIMARY_COMMAND: commands[0],
            Sort.SECONDARY_COMMAND: commands[1],
            Sort.PRIMARY_PORT: ports[0],
            Sort.SECONDARY_PORT: ports[1],
        }
        return tuple(sort for sort, is_wanted in wanted.items() if is_wanted)

    def _view(self, state: State) -> _View:
        found = self._views.get(state)
        if found is None:
            found = self._views[state] = _View(
                tuple(
                    state.interfaces[place].secondary if is_second else state.interfaces[place].primary
                    for _, place, is_second, _ in self._ports
                ),
                (
                    all(each.primary is PortState.GOOD for each in state.interfaces),
                    all(each.secondary is PortState.GOOD for each in state.interfaces),
                ),
                ways(state, self._settings),
                state.links.failover is LinkState.GOOD,
                self._channels(state) if self._deaf else 0,
            )
        return found

    def _of_ports(self, cursors: tuple[int, ...], view: _View) -> list[int]:
        """The events at the ports of each unit: those of its messages, and one where it gives up for its interfaces."""
        by_unit = [0, 0]
        for (track, _, side, rows), line in zip(self._ports, view.ports, strict=True):
            by_unit[side] += rows[cursors[track]][line]
        for track, side, left in self._failures:
            if left[cursors[track]] and not by_unit[side]:
                by_unit[side] = int(view.all_good[side])
        return by_unit

    def _of_commands(self, cursors: tuple[int, ...]) -> tuple[tuple[int, int], int]:
        """The commands of each unit, and how many of all make a peer hear its unit no more."""
        each, stops = [0, 0], 0
        for log in self._commands:
            at = cursors[log.track]
            stops += log.stops[at]
            each[log.is_second] += log.logged[at] - log.role[at] + max(log.role[at], log.switches[at])
        return (each[0], each[1]), stops

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
    if len(own) < len(Unit) or any(each.is_passing for each in snapshots):
        return
    if any(word == _DISABLED for words in own.values() for _, word in words):
        return
    for each in snapshots:
        is_ = dict(own[each.about])
        well = (index for index, word in each.words if word == _FAILED != is_.get(index, _FAILED))
        if each.seen_by is not each.about and any(True for _ in well):
            yield each.seen_by


def _commands(index: int, track: Track) -> _Commands:
    """What a log shows of its unit's commands."""

    def left(is_wanted: Callable[[Token], bool]) -> tuple[int, ...]:
        found = [0]
        for each in reversed(track.seen):
            found.append(found[-1] + is_wanted(each.token))
        return tuple(reversed(found))

    groups = dict.fromkeys(each.token.group for each in track.seen) or {None: None}
    switches = [left(partial(_gives_by_command, group)) for group in groups]
    return _Commands(
        track=index,
        is_second=track.unit is Unit.SECONDARY,
        logged=left(lambda token: token.number in COMMANDS_LOGGED),
        stops=left(lambda token: _is_command(token, ("reload", "failover_disabled"))),
        role=left(lambda token: _is_command(token, ("failover_active", "no_failover_active"))),
        switches=tuple(map(max, zip(*switches, strict=True))),
    )


def _left(track: Track, is_wanted: Callable[[Token], bool]) -> tuple[bool, ...]:
    """For each number of observations used up: such a line is still to come."""
    left = [False]
    for each in reversed(track.seen):
        left.append(left[-1] or is_wanted(each.token))
    return tuple(reversed(left))


def _is_of_interfaces(token: Token) -> bool:
    """A unit prints it when it gives up its role for its interfaces."""
    return token.number == _GIVES and token.says == _FOR_INTERFACES


def _gives_by_command(group: int | None, token: Token) -> bool:
    """The unit gives up its role of a group for a command that it was given; one it takes may have been offered."""
    return token.number == _GIVES and token.says == _BY_COMMAND and token.group == group


def _is_command(token: Token, names: tuple[str, ...]) -> bool:
    return token.number in COMMANDS_LOGGED and (token.says or "").startswith(names)


def _link_left(track: Track) -> list[tuple[int, int]]:
    """For each number of observations used up: the falls and repairs of the failover link, if it is down, and if up.

    Both units may print them, so the larger number of the two counts.
    """
    rows = [(0, 0)]
    for each in reversed(track.seen):
        down, up = rows[-1]
        if each.token.number == LINK_FELL:
            down, up = down + 2, down + 1
        elif each.token.number in LINK_ROSE:
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
