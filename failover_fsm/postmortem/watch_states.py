"""The possible states of a pair that is watched, each with the messages that it has printed and that are to come."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.states import PeerContact, Role, State, Unit
from failover_fsm.postmortem.steps import Move, PairSteps
from failover_fsm.postmortem.tokens import DETECTED, Token
from failover_fsm.templates.messages.table import MESSAGES

__all__ = ["MOST_EVENTS", "UNITS", "Possible", "Pursuit", "is_redundant", "lack"]

MOST_EVENTS = 2
"""So many events from outside may lie between two lines."""

MOST_LOOKED_AT = 4_000
"""So many states are looked at for one line."""

MOST_PENDING = 60
"""So many messages of a unit may be still to come."""

UNITS = (Unit.PRIMARY, Unit.SECONDARY)
Pending = tuple[Token, ...]


@attrs.frozen
class Possible:
    """A possible state.

    Attributes:
        state: Its number.
        pending: What the primary has printed that is to come, and the secondary.
        events: The events from outside since the last line.
        cost: The number of those from the beginning.
        stops: The units that have stopped since their last line, each with the event.
    """

    state: int
    pending: tuple[Pending, Pending]
    events: tuple[str, ...] = ()
    cost: int = attrs.field(default=0, eq=False)
    stops: tuple[tuple[Unit, str], ...] = attrs.field(default=(), eq=False)


class Pursuit:
    """Goes on from possible states to those that print a line.

    Args:
        steps: The pair.

    Attributes:
        heard: The level up to which messages of each unit have come.
    """

    def __init__(self, steps: PairSteps) -> None:
        self._steps = steps
        self.heard: dict[Unit, int] = {}

    def after(
        self, possible: tuple[Possible, ...], unit: Unit, token: Token, most: int | None = None
    ) -> list[Possible]:
        """What is possible once a line has come, the likeliest first: those that took the fewest events.

        Args:
            possible: What was possible before.
            unit: Whose line it is.
            token: What it says.
            most: States that took as many events are of no interest; None for any number.
        """
        before = tuple(attrs.evolve(each, events=()) for each in possible)
        side = UNITS.index(unit)
        here = [one for each in before if (one := _printed(each, side, token)) is not None]
        found = sorted(here or self._later(before, side, token, most), key=lambda each: each.cost)
        return [attrs.evolve(each, stops=tuple(stop for stop in each.stops if stop[0] is not unit)) for each in found]

    def _later(self, possible: tuple[Possible, ...], side: int, token: Token, most: int | None) -> Iterator[Possible]:
        """The same where the pair has to go on to print it."""
        queue = deque((each, 0) for each in possible)
        seen = dict.fromkeys(possible)
        fewest = MOST_EVENTS
        looked = 0
        while queue and looked < MOST_LOOKED_AT:
            each, count = queue.popleft()
            looked += 1
            left = fewest - count if most is None else min(fewest - count, most - 1 - each.cost)
            if left < 0:
                continue
            for move, more in self._moves(each.state, left):
                after = self._moved(each, move)
                done = _printed(after, side, token) if move.logs[side] else None
                if done is not None:
                    fewest = count + more
                    yield done
                elif not move.is_idle and after not in seen:
                    seen[after] = None
                    (queue.append if more else queue.appendleft)((after, count + more))

    def _moves(self, state: int, left: int) -> Iterator[tuple[Move, int]]:
        yield from ((move, 0) for move in self._steps.own(state))
        if left > 0:
            yield from ((move, 1) for move in self._steps.outside(state))

    def _moved(self, each: Possible, move: Move) -> Possible:
        pending = tuple(
            (*each.pending[side], *(token for token in move.logs[side] if self._is_expected(unit, token)))[
                -MOST_PENDING:
            ]
            for side, unit in enumerate(UNITS)
        )
        events = (*each.events, str(move.event)) if move.is_outside else each.events
        stops = each.stops
        if isinstance(move.event, e.UnitFailed | e.Reload):
            stops = (*stops, (move.event.unit, str(move.event)))
        return Possible(move.after, (pending[0], pending[1]), events, each.cost + move.is_outside, stops)

    def _is_expected(self, unit: Unit, token: Token) -> bool:
        return MESSAGES[token.number].severity <= self.heard.get(unit, 1)

    def is_redundant(self, each: Possible) -> bool:
        """Somebody could take over."""
        return is_redundant(self._steps.states[each.state])

    def becomes_redundant(self, each: Possible) -> bool:
        """The same once the units' own steps are done."""
        return is_redundant(self._steps.states[self._steps.settle(each.state)[0]])

    def is_due(self, each: Possible) -> bool:
        """The units' own steps lead to a switch; a failed unit that is well again has no time for it."""
        rest, _ = self._steps.settle(each.state)
        before, after = self._steps.states[each.state], self._steps.states[rest]
        return any(
            was.role is not now.role and (Role.ACTIVE in (was.role, now.role) or now.role is Role.FAILED)
            for unit in UNITS
            for was, now in zip(before.unit(unit).groups, after.unit(unit).groups, strict=True)
        )


def is_redundant(state: State) -> bool:
    """Somebody is active for every group, and somebody else could take over."""
    groups = zip(*(state.unit(unit).groups for unit in UNITS), strict=True)
    return not lack(state) and all(any(each.role is Role.ACTIVE for each in group) for group in groups)


def lack(state: State) -> str:
    """Why nobody could take over from the active unit, "" if somebody could or no unit is active."""
    for unit in UNITS:
        own, peer = state.unit(unit), state.unit(unit.peer)
        if not any(group.role is Role.ACTIVE for group in own.groups):
            continue
        if not peer.powered:
            return f"the {unit.peer.value} does not run"
        if not peer.enabled or not own.enabled:
            return "failover is switched off"
        if any(each.contact is not PeerContact.LINK for each in (own, peer)):
            return "the units do not hear each other on the failover link"
        if any(group.role is Role.FAILED for group in peer.groups):
            return f"the {unit.peer.value} is failed"
        if not peer.up:
            return f"the {unit.peer.value} is joining"
    return ""


def _printed(each: Possible, side: int, token: Token) -> Possible | None:
    """What is left to come once the token has come; what was printed before it is lost, or late if a test says it."""
    pending = each.pending[side]
    for place, printed in enumerate(pending):
        if token.matches(printed):
            late = tuple(before for before in pending[:place] if before.number in DETECTED)
            rest = (*late, *pending[place + 1 :])
            both = (rest, each.pending[1]) if side == 0 else (each.pending[0], rest)
            return attrs.evolve(each, pending=both)
    return None
