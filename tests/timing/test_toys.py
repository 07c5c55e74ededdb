"""Small systems of clocks on which the symbolic search and the one tick by tick are checked by hand.

A place says which clocks run there, when each is due, and where it leads. Clock A ran before the fault for up to 1 s, B
is as old as A, and C, D begin with the fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.events import UnitFailed
from failover_fsm.pair.states import Role
from failover_fsm.timing.location import Clock, Timer
from failover_fsm.timing.symbolic import (
    ELAPSED,
    IDLE,
    UNSERVED,
    Age,
    Fired,
    Symbol,
    SymbolicModel,
    TooManyStates,
    anyone_active,
    reachable,
)
from failover_fsm.timing.ticks import Moment, Tick, TickModel
from failover_fsm.timing.timed import TimerOutcome

P, S = Unit.PRIMARY, Unit.SECONDARY
A, B = Clock(Timer.HELLO, P), Clock(Timer.SILENCE, S)
C, D = Clock(Timer.CHECK, P), Clock(Timer.ELECTION, S)
CLOCKS = {"A": A, "B": B, "C": C, "D": D, "E": Clock(Timer.HELLO, S), "F": Clock(Timer.SILENCE, P)}


@attrs.frozen
class Place:
    """A location; nobody is active where its name begins with a small i."""

    name: str

    def unit(self, unit: Unit) -> Any:
        """Both units have one group, active on the primary if anywhere; where the name ends in `off`, it has failed."""
        active = unit is P and not self.name.startswith("i")
        group = SimpleNamespace(role=Role.ACTIVE if active else Role.STANDBY_READY)
        return SimpleNamespace(groups=(group,), powered=not (unit is P and self.name.endswith("off")))


@attrs.frozen
class Toy:
    """Clocks by place.

    Attributes:
        edges: By place, lines such as `A 1000 -> end` or `A 1000 restarts -> mid, end`, `C 5 restarts A back 3 -> x`.
        routine: Units whose hellos are no news, everywhere.
    """

    edges: Mapping[str, tuple[str, ...]]
    routine: tuple[Unit, ...] = ()
    times: Any = attrs.field(default=SimpleNamespace(tick=100))

    def _lines(self, place: Place) -> dict[Clock, list[str]]:
        return {CLOCKS[line[0]]: line.split() for line in self.edges.get(place.name, ())}

    def due(self, place: Place) -> dict[Clock, int]:
        """The clocks of a place."""
        return {clock: int(words[1]) for clock, words in self._lines(place).items()}

    def fire(self, place: Place, clock: Clock) -> tuple[TimerOutcome, ...]:
        """Where a clock leads: it restarts if the line says so, with the clocks named there."""
        words = self._lines(place)[clock]
        also = words[2 : words.index("->")]
        back = also.index("back") if "back" in also else len(also)
        names = also[:back]
        restarted = tuple(CLOCKS[name] for name in names if name != "restarts") + (
            (clock,) if "restarts" in names else ()
        )
        stood = ((CLOCKS[also[back + 1]], int(also[back + 2])),) if back < len(also) else ()
        ends = (Place(word.rstrip(",")) for word in words[words.index("->") + 1 :])
        return tuple(TimerOutcome(end, restarted, stood) for end in ends)  # type: ignore[arg-type]  # a toy

    def is_routine(self, place: Place, unit: Unit) -> bool:
        """Whether hellos of a unit are no news."""
        return unit in self.routine

    def happen(self, place: Place, event: UnitFailed) -> Place:
        """The unit fails."""
        return Place(f"{place.name}-off")


def is_end(place: Any) -> bool:
    return str(place.name).endswith(("end", "off"))


def model(toy: Toy, **more: Any) -> SymbolicModel:
    arguments: dict[str, Any] = {
        "timed": toy, "start": Place("start"), "ages": {A: 1000}, "tied": {B: A}, "goal": is_end, **more,
    }  # fmt: skip
    return SymbolicModel(**arguments)


def ends(symbols: list[Symbol], gauge: Any = ELAPSED) -> list[tuple[str, tuple[int, int] | None]]:
    """The places in which runs end, with the range of a gauge there; None where it does not run."""
    found = []
    for symbol in symbols:
        if symbol.ends:
            place: Any = symbol.location
            found.append((place.name, symbol.range(gauge) if gauge in symbol.zone[0] else None))
    return sorted(found, key=str)


TOYS: dict[str, tuple[dict[str, tuple[str, ...]], list[tuple[str, tuple[int, int]]]]] = {
    "a clock that ran before is due at any time": ({"start": ("A 1000 -> end",)}, [("end", (0, 1000))]),
    "a clock that begins with the fault is due at its time": ({"start": ("C 700 -> end",)}, [("end", (700, 700))]),
    "a clock as old as another has its phase": ({"start": ("B 3000 -> end",)}, [("end", (2000, 3000))]),
    "clocks as old as each other are due together": (
        {"start": ("A 1000 -> mid", "B 1000 -> mid"), "mid": ("A 1000 -> end", "B 1000 -> end")},
        [("end", (0, 1000))],
    ),
    "both were as old at the fault": (
        {"start": ("A 1000 -> mid", "B 3000 -> never"), "mid": ("B 3000 -> end",)}, [("end", (2000, 3000))]
    ),
    "a clock that restarts is due once more": (
        {"start": ("A 1000 restarts -> mid",), "mid": ("A 1000 -> end",)}, [("end", (1000, 2000))]
    ),
    "one that does not goes on": (
        {"start": ("A 1000 -> mid",), "mid": ("A 1500 -> end",)}, [("end", (500, 1500))]
    ),
    "one that has stood still is set back": (
        {"start": ("A 1000 back A 300 -> mid",), "mid": ("A 1000 -> end",)}, [("end", (300, 1300))]
    ),
    "others can restart with it": (
        {"start": ("C 700 A -> mid", "A 1000 -> early"), "mid": ("A 500 -> end",), "early": ()}, [("end", (1200, 1200))]
    ),
    "a clock whose phase has been used begins anew": (
        {"start": ("A 1000 -> mid",), "mid": ("C 700 -> late",), "late": ("A 1000 -> end",)}, [("end", (1700, 2700))]
    ),
    "a phase is free as long as it was not used": (
        {"start": ("C 700 -> mid",), "mid": ("A 1000 -> end",)}, [("end", (700, 1700))]
    ),
    "whichever is due first goes first": (
        {"start": ("A 1000 -> a-end", "C 300 -> c-end")}, [("a-end", (0, 300)), ("c-end", (300, 300))]
    ),
    "at the same instant either may go first": (
        {"start": ("C 300 -> c-end", "D 300 -> d-end")}, [("c-end", (300, 300)), ("d-end", (300, 300))]
    ),
    "a clock may lead to several places": (
        {"start": ("C 300 -> c-end, mid",), "mid": ("D 200 -> d-end",)}, [("c-end", (300, 300)), ("d-end", (500, 500))]
    ),
    "a clock at rest keeps its value where it goes on": (
        {"start": ("C 300 -> mid", "D 800 -> never"), "mid": ("D 800 -> end",)}, [("end", (800, 800))]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOYS)
def test_all_phases_and_orders_are_followed_at_once(name: str) -> None:
    edges, expected = TOYS[name]
    assert ends(reachable(model(Toy(edges)))) == expected


LATER = ("a clock whose phase has been used begins anew", "a phase is free as long as it was not used")
"""Where a phase begins to matter on the way; counters count what runs from the beginning."""


@pytest.mark.parametrize("name", [name for name in TOYS if name not in LATER])
def test_tick_by_tick_the_same_times_are_found(name: str) -> None:
    """Ticks of 100 ms, and every phase that is a multiple of it; each number of ticks in between is met too."""
    edges, expected = TOYS[name]
    arguments: dict[str, Any] = {"timed": Toy(edges), "start": Place("start"), "ages": {A: 1000}, "tied": {B: A}}
    ticks = TickModel(**arguments, goal=is_end, horizon=60)
    found: dict[str, set[int]] = {}
    moments = list(ticks.initial_states())
    seen = set(moments)
    for moment in moments:
        place: Any = moment.location
        if is_end(place):
            found.setdefault(place.name, set()).add(moment.elapsed * 100)
            assert ticks.events(moment) == []
        for event in ticks.events(moment):
            after = ticks.step(moment, event)
            if after is not None and after not in seen:
                seen.add(after)
                moments.append(after)
    whole = {place: set(range(low, high + 1, 100)) for place, (low, high) in expected}
    assert found == whole


def test_tick_by_tick_a_clock_that_is_due_stops_time() -> None:
    arguments: dict[str, Any] = {
        "timed": Toy({"start": ("C 200 restarts -> istart, end", "D 100 -> start"), "istart": ("C 100 -> end",)}),
        "start": Place("start"), "ages": {}, "tied": {}, "goal": is_end,
    }  # fmt: skip
    ticks = TickModel(**arguments, horizon=3)
    (first,) = ticks.initial_states()
    assert first.counters == ((C, 0), (D, 0)) and ticks.events(first) == [Tick()]
    second = ticks.step(first, Tick())
    assert second == attrs.evolve(first, counters=((C, 1), (D, 1)), elapsed=1) and second is not None
    assert ticks.events(second) == [Fired(D)]
    third = ticks.step(attrs.evolve(second, counters=((C, 1), (D, 0))), Tick())
    assert third is not None and ticks.events(third) == [Fired(C, 0), Fired(C, 1), Fired(D)]
    idle = ticks.step(third, Fired(C, 0))
    assert idle == Moment(Place("istart"), ((C, 0),), elapsed=2, idle=0)  # type: ignore[arg-type]  # a toy
    assert idle is not None
    last = ticks.step(idle, Tick())
    assert last is not None and (last.elapsed, last.idle) == (3, 1) and ticks.events(last) == [], "at the horizon"


# -- gauges ----------------------------------------------------------------------------------------------


def test_an_age_is_that_of_a_clock_at_the_fault() -> None:
    """AGE minus ELAPSED: of a clock that is due after 1 s, its age and the time until it is due are 1 s together."""
    (end,) = (each for each in reachable(model(Toy({"start": ("A 1000 -> end",)}))) if each.ends)
    assert end.range(Age(A)) == (1000, 1000) and end.range(ELAPSED) == (0, 1000)
    tied = reachable(model(Toy({"start": ("B 3000 -> end",)})))
    assert ends(tied, Age(A)) == [("end", (3000, 3000))] and ends(tied, Age(B)) == [("end", None)]
    with pytest.raises(KeyError):
        end.range(IDLE)


def test_the_time_without_an_active_unit_is_counted_while_it_lasts() -> None:
    edges = {"start": ("C 300 -> imid",), "imid": ("D 200 -> iend, mid, ilater",), "mid": ("C 50 -> i2end",),
             "ilater": ("A 1000 -> end",)}  # fmt: skip
    found = reachable(model(Toy(edges)))
    assert ends(found, IDLE) == [("end", (200, 1200)), ("i2end", None), ("iend", (200, 200))]
    assert ends(found, UNSERVED) == ends(found, IDLE), "served by whoever is active, if nothing else is said"
    unserved = reachable(model(Toy(edges), served=lambda place: place.name != "mid"))
    assert ends(unserved, UNSERVED) == [("end", None), ("i2end", (50, 50)), ("iend", None)]


def test_without_gauges_only_clocks_are_in_a_state() -> None:
    """The graph is finite then, whatever has been counted on the way."""
    edges = {"start": ("A 1000 restarts -> start",)}
    plain = model(Toy(edges), measured=False)
    states = reachable(plain)
    assert {name for each in states for name in each.zone[0]} == {A} and len(states) == 1
    assert states[0].used == {A} and len(reachable(model(Toy(edges)), lambda each: each.range(ELAPSED)[0] < 2000)) == 4


def test_a_hello_that_is_no_news_begins_to_matter_with_its_phase() -> None:
    """It is left out, with the silence that it ends, until it is news, or has been news once."""
    edges = {"start": ("A 1000 restarts -> mid", "B 2000 -> never", "C 700 -> c-end")}
    quiet = model(Toy(edges, routine=(P,)))
    assert quiet.running(quiet.start, frozenset()) == {C: 700}
    assert quiet.running(quiet.start, frozenset({A})) == {A: 1000, B: 2000, C: 700}
    assert ends(reachable(quiet)) == [("c-end", (700, 700))]
    other = model(
        Toy({"start": ("A 1000 -> end", "B 2000 -> never", "E 1000 -> never", "F 2000 -> never")}, routine=(S,))
    )
    assert other.running(other.start, frozenset()) == {A: 1000, B: 2000}


# -- steps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edges", "instant"),
    [
        ({"start": ("C 700 -> mid",)}, False),
        ({"start": ("C 700 restarts -> start",)}, False),  # it has to count up again
        ({"start": ("C 0 restarts -> start",)}, True),
        ({"start": ("C 700 -> mid",), "mid": ("C 700 -> end",)}, True),
        ({"start": ("C 700 -> mid",), "mid": ("D 700 -> end",)}, False),
    ],
)
def test_a_step_that_may_repeat_in_no_time_is_instant(edges: dict[str, tuple[str, ...]], instant: bool) -> None:
    plain = model(Toy(edges), measured=False)
    (start,) = plain.initial_states()
    (event,) = plain.events(start)
    assert event == Fired(C, 0, instant=instant) and str(event) == "primary check 0"


def test_a_clock_past_its_time_stops_a_run() -> None:
    plain = model(Toy({"start": ("C 700 -> mid",), "mid": ("C 699 -> end",)}))
    (start,) = plain.initial_states()
    ((_, after),) = plain.successors(start)
    assert after.overdue and not after.ends and plain.successors(after) == () and not start.overdue
    (_, late) = reachable(plain)
    assert late == after


def test_the_model_answers_the_checker() -> None:
    for measured in (True, False):
        both = model(Toy({"start": ("C 300 -> a-end, b-end", "D 500 -> never")}), measured=measured)
        (start,) = both.initial_states()
        assert both.events(start) == (Fired(C, 0), Fired(C, 1))
        after = both.step(start, Fired(C, 1))
        where: Any = after and after.location
        assert where.name == "b-end" and both.step(start, Fired(D)) is None
        assert after is not None and both.successors(after) == () and both.events(after) == ()


def test_a_second_fault_can_come_at_any_time_until_the_end() -> None:
    toy = Toy({"start": ("C 300 -> mid",), "mid": ("D 100 -> end",)})
    found = reachable(model(toy, later=UnitFailed(unit=P)))
    assert ends(found) == [("end", (400, 400)), ("mid-off", (300, 400)), ("start-off", (0, 300))]
    (start,) = model(toy).initial_states()
    events = model(toy, later=UnitFailed(unit=P)).events(start)
    assert events == (Fired(C), Fired(Clock(Timer.FAULT, P), instant=True))
    once = reachable(model(toy, later=UnitFailed(unit=P), goal=lambda place: place.name == "end"))
    names: list[Any] = [each.location for each in once]
    assert sorted(place.name for place in names) == ["end", "mid", "mid-off", "start", "start-off"]


@pytest.mark.parametrize("measured", [True, False])
def test_a_search_may_meet_so_many_states_and_no_more(measured: bool) -> None:
    toy = Toy({"start": ("C 300 -> mid",), "mid": ("D 100 -> third",), "third": ("C 100 -> end",)})
    assert len(reachable(model(toy, most=4, measured=measured))) == 4
    with pytest.raises(TooManyStates):
        reachable(model(toy, most=3, measured=measured))
    plain = model(toy, most=1, measured=False)
    (start,) = plain.initial_states()
    ((_, after),) = plain.successors(start)
    assert plain.successors(start), "what is known costs nothing"
    with pytest.raises(TooManyStates):
        plain.successors(after)


def test_states_that_are_not_kept_have_no_successors() -> None:
    toy = Toy({"start": ("C 300 -> mid",), "mid": ("D 100 -> end",)})
    found: list[Any] = [each.location for each in reachable(model(toy), lambda symbol: symbol.range(ELAPSED)[0] < 300)]
    assert [place.name for place in found] == ["start", "mid"]


@pytest.mark.parametrize(
    ("roles", "anyone"),
    [("AS", True), ("SA", True), ("AA", True), ("SS", False), ("AS SA", True), ("AS SS", False), ("SS SA", False)],
)
def test_someone_is_active_if_every_group_is_active_somewhere(roles: str, anyone: bool) -> None:
    """By group, the role on the primary and on the secondary."""
    known = {"A": Role.ACTIVE, "S": Role.STANDBY_READY}

    def unit(which: Unit) -> Any:
        side = 0 if which is P else 1
        return SimpleNamespace(groups=tuple(SimpleNamespace(role=known[group[side]]) for group in roles.split()))

    location: Any = SimpleNamespace(unit=unit)
    assert anyone_active(location) is anyone
