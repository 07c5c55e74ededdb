"""Evidence whose truth is known: random runs, of which some lines are lost and the clocks differ."""

from __future__ import annotations

import functools
import random

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.beginnings import starts_of
from failover_fsm.postmortem.evidence import Observation, Track, logged_tracks
from failover_fsm.postmortem.landmarks import Landmarks
from failover_fsm.postmortem.matching import Cost, Matching
from failover_fsm.postmortem.search import Found, Search
from failover_fsm.postmortem.steps import Move, PairSteps
from failover_fsm.postmortem.tokens import Token
from failover_fsm.templates.messages.table import MESSAGES

LINK = """\
interface GigabitEthernet0/7
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/7
failover interface ip folink 192.0.2.1 255.255.255.252 standby 192.0.2.2
"""
ONE = (
    """\
interface GigabitEthernet0/0
 nameif inside
 ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2
"""
    + LINK
)
GROUPS = (
    """\
mode multiple
interface GigabitEthernet0/0
interface GigabitEthernet0/1
"""
    + LINK
    + """\
failover group 1
 primary
 preempt
failover group 2
 secondary
 preempt
admin-context admin
context admin
 allocate-interface GigabitEthernet0/0
 join-failover-group 1
context plant
 allocate-interface GigabitEthernet0/1
 join-failover-group 2
changeto context admin
interface GigabitEthernet0/0
 nameif office
 ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2
changeto context plant
interface GigabitEthernet0/1
 nameif machines
 ip address 10.2.0.1 255.255.255.0 standby 10.2.0.2
"""
)


@functools.cache
def steps_of(
    text: str = ONE,
    faults: tuple[str, ...] = ("power", "failover-link", "ports"),
    operator: tuple[str, ...] = ("failover-active", "reset"),
) -> PairSteps:
    """The pair of a configuration; its steps are shared by all tests that ask for the same."""
    settings = Settings.of(PairConfig.from_asa(text), Options())
    return PairSteps(settings, Environment(faults=faults, operator=operator, max_faults=None))


@attrs.frozen
class Truth:
    """What really happened, and what is left of it."""

    cost: Cost
    events: tuple[str, ...]
    tracks: tuple[Track, ...]


def numbers_up_to(level: int) -> frozenset[int]:
    """The numbers of the messages of a log that goes up to a level."""
    return frozenset(number for number, kind in MESSAGES.items() if not kind.set_aside and kind.severity <= level)


def random_truth(steps: PairSteps, dice: random.Random, most_events: int = 4) -> Truth:
    """A run of one to so many events from outside, with 0 to 40 % of its lines lost."""
    numbers, loss = numbers_up_to(dice.choice((1, 4, 6))), dice.choice((0.0, 0.1, 0.2, 0.4))
    at = next(iter(starts_of(steps)))
    moves: list[Move] = []
    for _ in range(dice.randint(1, most_events)):
        moves.append(_chosen(steps, at, dice))
        at = moves[-1].after
        while own := steps.own(at):
            moves.append(dice.choice(own))
            at = moves[-1].after
    kept: dict[Unit, list[Token]] = {unit: [] for unit in Unit}
    lost = 0
    for move in moves:
        for side, unit in enumerate(Unit):
            for token in move.logs[side]:
                if token.number in numbers:
                    is_lost = dice.random() < loss
                    lost += is_lost
                    kept[unit] += [] if is_lost else [token]
    events = tuple(sorted(str(move.event) for move in moves if move.is_outside))
    return Truth(Cost(0, len(events), lost), events, tracks_of(kept, numbers, dice))


def _chosen(steps: PairSteps, at: int, dice: random.Random) -> Move:
    """An event from outside; each kind is as likely as any other."""
    moves = [move for move in steps.outside(at) if not move.is_idle]
    kind = dice.choice(sorted({type(move.event).__name__ for move in moves}))
    return dice.choice([move for move in moves if type(move.event).__name__ == kind])


def tracks_of(
    kept: dict[Unit, list[Token]], numbers: frozenset[int], dice: random.Random | None = None
) -> tuple[Track, ...]:
    """Logs of both units; with dice, on clocks that are up to five minutes apart."""
    tracks: tuple[Track, ...] = ()
    for unit, tokens in kept.items():
        ahead = dice.uniform(-300, 300) if dice else 0.0
        seen = tuple(
            Observation(source=unit.value, line=line, text=str(token), unit=unit, token=token, stamp=ahead + line)
            for line, token in enumerate(tokens, start=1)
        )
        tracks += logged_tracks(unit, seen, numbers)
    return tracks


def searched(
    steps: PairSteps, tracks: tuple[Track, ...], most: int, *, start: int | None = None, nodes: int | None = None
) -> Found:
    """What the search for the best explanations finds from any start, or from one, within so many nodes."""

    def check(looked_at: int) -> None:
        if nodes is not None and looked_at > nodes:
            raise TimeoutError

    starts = tuple(starts_of(steps)) if start is None else (start,)
    return Search(Matching(steps, tracks), Landmarks(steps.settings, tracks), starts, most=most, check=check).run()
