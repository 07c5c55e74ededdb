"""Kinds of minimal cut sets in words: "any two of outside, inside, dmz down at one unit"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, product

from failover_fsm.analysis.fault_kinds import JoinedKind, Place, Thing
from failover_fsm.analysis.fault_things import BROKEN, HOW, Ways
from failover_fsm.pair.states import Unit

__all__ = ["LEGEND", "kind_text", "shows_ways"]

LEGEND = (
    "down: the port is down; silent: the port is up and receives nothing; path cut: the units do not hear each other "
    "there, other traffic goes on"
)

MOST_NAMES = 6
"""The most names in a list; of more, the first and the last are given."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
BOTH = (Unit.PRIMARY.value, Unit.SECONDARY.value)
OTHERS = {
    "failover_link_failed": "the failover link",
    "stateful_link_failed": "the Stateful Failover link",
    **{f"unit_paused unit={unit}": f"the {unit} hangs" for unit in BOTH},
    **{f"congestion_began unit={unit}": f"congestion at the {unit}" for unit in BOTH},
    **{f"failover_link_one_way unit={unit}": f"the failover link towards the {unit}" for unit in BOTH},
}
"""Faults of links and units that are told by a name of their own."""


def kind_text(kind: JoinedKind) -> str:
    """A kind of sets in one line, with `; ` between its parts."""
    units = _unit_words(kind)
    parts = [_either([OTHERS.get(name, name) for name in names]) for names in kind.others]
    if len(kind.stops) > 1:
        parts.append("both units stop")
    else:
        parts += [f"{units[unit]} stops" for unit in kind.stops]
    seen: dict[tuple[str, ...], tuple[int, ...]] = {}
    for place, alike in groupby(kind.places):
        apart = _is_apart(place[0], seen)
        parts.append(("elsewhere, " if apart else "") + _place(place, len(list(alike)), seen, units))
    return "; ".join(parts)


def shows_ways(kind: JoinedKind) -> bool:
    """True if the text of the kind says down, silent or path cut."""
    ways = [how for place in kind.places for thing in place for ways in thing.ways for _, how in ways]
    return any(how in HOW.values() for how in ways)


def _is_apart(thing: Thing, seen: dict[tuple[str, ...], tuple[int, ...]]) -> bool:
    """Another thing of the same block was named before: what follows does not belong to it."""
    return thing.names not in seen and bool(thing.block) and thing.block in seen.values() and _is_element(thing)


def _is_element(thing: Thing) -> bool:
    return all(how == BROKEN for ways in thing.ways for _, how in ways)


def _unit_words(kind: JoinedKind) -> dict[str, str]:
    """How the units are called: by name, or as one and the other."""
    if not kind.either_way:
        return {unit: f"the {unit}" for unit in BOTH}
    ways = [way for place in kind.places for thing in place for ways in thing.ways for way in ways]
    named = [*kind.stops, *(unit for unit, _ in ways if unit)]
    first = named[0] if named else BOTH[0]
    other = next(unit for unit in BOTH if unit != first)
    return {first: "one unit", other: "the other unit"}


def _place(place: Place, number: int, seen: dict[tuple[str, ...], tuple[int, ...]], units: dict[str, str]) -> str:
    """What fails at so many places alike."""
    words = []
    for position, thing in enumerate(place):
        one_of = _one_of(thing, number, seen) if not position else _on_it(thing, place[0])
        words.append(one_of if _is_element(thing) else f"{one_of}: {_ways(thing.ways, units)}")
        seen[thing.names] = thing.block
    return (" and, beside it, " if any(map(_is_element, place)) else " and, on the same port, ").join(words)


def _one_of(thing: Thing, number: int, seen: dict[tuple[str, ...], tuple[int, ...]]) -> str:
    if len(thing.names) == 1:
        return thing.names[0]
    if thing.names in seen:
        return "another" if number == 1 else f"{NUMBERS[number]} others"
    listed = _listed(thing.names)
    if number == len(thing.names):
        return f"each of {listed}"
    return f"any {NUMBERS[number]} of {listed}"


def _on_it(thing: Thing, first: Thing) -> str:
    return "another" if thing.names == first.names else f"any one of {_listed(thing.names)}"


def _listed(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return f"{names[0]} to {names[-1]} ({len(names)})"


# -- ways ------------------------------------------------------------------------------------------


def _ways(choices: tuple[Ways, ...], units: dict[str, str]) -> str:
    """The ways of failing: a choice of single ones, or of several together."""
    together = [tuple(unit for unit, _ in ways) for ways in choices]
    if len(set(together)) == 1 and len(together[0]) > 1:
        return _several(choices, together[0], units)
    if all(len(ways) == 1 for ways in choices):
        return _either(list(_single(choices, units)))
    return _either([_together(ways, units) for ways in choices])


def _several(choices: tuple[Ways, ...], where: tuple[str, ...], units: dict[str, str]) -> str:
    """Several ways together, with the same choice at each unit where every combination occurs."""
    hows = [tuple(dict.fromkeys(ways[at][1] for ways in choices)) for at in range(len(where))]
    every = {tuple(zip(where, chosen, strict=True)) for chosen in product(*hows)}
    if every != set(choices):
        return _either([_together(ways, units) for ways in choices])
    if where == BOTH and len({tuple(sorted(each)) for each in hows}) == 1:
        return f"{_how(hows[0])} at both units"
    return " and ".join(_at(each, unit, units) for each, unit in zip(hows, where, strict=True))


def _single(choices: Sequence[Ways], units: dict[str, str]) -> Iterator[str]:
    """Single ways: what happens at either unit alike comes first."""
    at = {unit: tuple(how for ((where, how),) in choices if where == unit) for unit in (*BOTH, "")}
    either = tuple(how for how in at[BOTH[0]] if how in at[BOTH[1]])
    if either:
        yield f"{_how(either)} at either unit"
    for unit in BOTH:
        alone = tuple(how for how in at[unit] if how not in either)
        if alone:
            yield _at(alone, unit, units)
    if at[""]:
        yield "path cut"


def _together(ways: Ways, units: dict[str, str]) -> str:
    """Ways that occur together, unit by unit."""
    found = []
    for unit, at in groupby(ways, key=lambda way: way[0]):
        found.append("path cut" if not unit else f"{' and '.join(how for _, how in at)} at {units[unit]}")
    return " and ".join(found)


def _at(hows: Sequence[str], unit: str, units: dict[str, str]) -> str:
    return "path cut" if not unit else f"{_how(hows)} at {units[unit]}"


def _how(hows: Sequence[str]) -> str:
    return " or ".join(sorted(hows))


def _either(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"
