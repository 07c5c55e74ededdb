"""Cars that cross a bridge with one lane: SingleLaneBridge, of tlaplus/Examples (Akhouayri).

Two cars in each direction, eight places in a ring, two of them the bridge: 3,605 distinct states, 20,181 generated,
depth 29. Every car crosses if each of its moves and the entry to the bridge are weakly fair.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to
from failover_fsm.records import ask_of

from .case import Case, action, action_each, among, rule
from .queues import cell_of, cells, first, push, shift

NAMES = ("r1", "r2", "l1", "l2")
PLACES, BRIDGE = 8, (4, 5)
IS_AT = {place: place.__eq__ for place in range(1, PLACES + 1)}
Waiting = cell_of(NAMES)


@attrs.frozen
class Car:
    """Where it is."""

    place: int = among(range(1, PLACES + 1))


@attrs.frozen
class State:
    """The cars, and those that wait for the bridge in order."""

    cars: tuple[Car, ...] = (Car(8), Car(8), Car(1), Car(1))
    queue: tuple[Any, ...] = cells(len(NAMES), Waiting)


def following(car: int, state: Any) -> int:
    """Return the place after the one where the car is; the first two go down, the others up."""
    way = -1 if car < 2 else 1
    return (state.cars[car].place - 1 + way) % PLACES + 1


def drive(car: int, state: Any) -> None:
    place = following(car, state)
    if place == (6 if car < 2 else 3):
        push(state.queue, NAMES[car])
    state.cars[car].place = place


def on_bridge(car: int, state: Any) -> bool:
    return ask_of(state.cars[car], "place", BRIDGE.__contains__)


def taken(place: int, state: Any) -> bool:
    return any(ask_of(car, "place", IS_AT[place]) for car in state.cars)


def move_outside(car: int, state: Any) -> bool:
    if following(car, state) in BRIDGE:
        return False
    drive(car, state)
    return True


def move_inside(car: int, state: Any) -> bool:
    if not on_bridge(car, state) or taken(following(car, state), state):
        return False
    drive(car, state)
    return True


def enter(why: str, _times: int, state: Any) -> bool:
    """The first that waits enters an empty bridge, or follows others; TLC tries it once for each car."""
    name = first(state.queue)
    if name is None:
        return False
    car = NAMES.index(name)
    if why == "empty" and any(on_bridge(other, state) for other in range(4)):
        return False
    against = (2, 3) if car < 2 else (0, 1)
    if why == "follow" and (
        on_bridge(car, state)
        or any(on_bridge(other, state) for other in against)
        or taken(following(car, state), state)
    ):
        return False
    shift(state.queue)
    state.cars[car].place = following(car, state)
    return True


class Bridge:
    """Four cars."""

    rules = [
        *(rule(enter, why, times) for times in range(4) for why in ("empty", "follow")),
        *(rule(move, car) for move in (move_outside, move_inside) for car in range(4)),
    ]

    def initial_states(self) -> list[State]:
        return [State()]


def no_crash(state: Any) -> bool:
    places = [car.place for car in state.cars if car.place in BRIDGE]
    down, up = ([on_bridge(car, state) for car in cars] for cars in ((0, 1), (2, 3)))
    return len(set(places)) == len(places) and not (any(down) and any(up))


FAIR = [action_each("move_outside"), action_each("move_inside"), action("enter")]
CASES = [
    Case(
        "SingleLaneBridge",
        Bridge(),
        distinct=3605,
        generated=20181,
        depth=29,
        holds=(
            always("no crash", no_crash),
            leads_to("crosses", lambda s: True, lambda s: on_bridge(0, s), weak=FAIR, progress=False),
            leads_to("leaves", lambda s: True, lambda s: not on_bridge(0, s), weak=FAIR, progress=False),
        ),
        violated=(
            leads_to("crosses, entry unfair", lambda s: True, lambda s: on_bridge(0, s), weak=FAIR[:2], progress=False),
        ),
    )
]
