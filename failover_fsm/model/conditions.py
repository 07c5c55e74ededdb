"""The observations that an environment can bring about, each with a cheapest condition of the interfaces.

There are millions of conditions of a few interfaces and a handful of observations, so conditions are not listed. The
state of each port that carries several things is chosen one by one; what the other interfaces do besides is then a
number for each *kind* of interface and each thing it can be in, and every observation a few linear conditions on these
numbers (integer_program.py). Both steps are exact: what is not found here cannot come about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations_with_replacement, product
from typing import Any

import attrs

from failover_fsm.model.integer_program import Row, Solution, cheapest, meets
from failover_fsm.model.observations import (
    QUESTIONS,
    Known,
    Observed,
    Signature,
    least_failed,
    signature_of,
)
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import most_port_states, port_states
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, PortState, Unit

__all__ = ["TooManyPorts", "observations"]

Condition = tuple[Interface, ...]
Down = tuple[bool, bool]
"""Whether the port is down at the primary and at the secondary."""


class TooManyPorts(Exception):
    """More ports carry several things than can be taken one by one."""


@attrs.frozen(cache_hash=True)
class Kind:
    """What one interface contributes in a state, and a cheapest state that does so.

    Attributes:
        group: The failover group in which it counts, None where it does not count.
        data: Its peer's hello reaches the unit there, primary first, as far as it is monitored.
        answers: Its peer's answer does.
        down: Its port is down, where it counts.
        silent: The unit alone receives nothing there, where it counts.
        receives: Both ports are up and receive.
    """

    group: int | None
    data: Down
    answers: Down
    down: Down
    silent: Down
    receives: bool


Choices = tuple[tuple[Kind, int, Interface], ...]
"""The kinds that an interface can be of, each with its cost and a state."""


def observations(
    model: PairModel,
    kinds: Mapping[Callable[..., Any], str] | None = None,
    *,
    fine: bool = False,
) -> tuple[Observed, ...]:
    """Every observation of the interfaces within the bound on faults; that of the good condition first.

    Args:
        model: The pair in its environment.
        kinds: The questions that are asked besides those of `QUESTIONS`.
        fine: As in `observations.compared`.

    Raises:
        TooManyPorts: If too many ports carry several things each.
    """
    settings, bound = model.settings, model.environment.max_faults
    good = model.initial_states()[0].interfaces
    found: dict[Signature, tuple[int, object, Condition]] = {signature_of(settings, good, fine=fine): (0, (), good)}
    program = Programs(settings, fine)
    for interfaces in _conditions(model, program):
        placed = model.in_order(interfaces)
        cost = model.broken(placed)
        if bound is not None and cost > bound:
            continue
        signature, here = signature_of(settings, placed, fine=fine), (cost, model.rank(placed), placed)
        if signature not in found or here[:2] < found[signature][:2]:
            found[signature] = here
    known = Known(settings, {**QUESTIONS, **(kinds or {})}, fine)
    every = sorted(found.items(), key=lambda item: (item[1][2] != good, item[1][:2]))
    return tuple(
        Observed(number=number, signature=signature, condition=condition, cost=cost, known=known)
        for number, (signature, (cost, _, condition)) in enumerate(every)
    )


# -- ports, one by one -------------------------------------------------------------------------------


def _conditions(model: PairModel, programs: Programs) -> Iterator[Condition]:
    """A cheapest condition of each observation at least, for every state of the ports that carry several things."""
    roles = [role_of(model.settings, index) for index in range(len(model.settings.ports))]
    for down in _port_states(model):
        known: dict[object, Choices] = {}
        choices = []
        for index, role in enumerate(roles):  # most interfaces are like another one, whose choices are known
            if role not in known:
                known[role] = tuple(_choices(model, index, down))
            choices.append(known[role])
        for numbers in programs.solutions(choices):
            yield one_by_one(choices, numbers)


def role_of(settings: Settings, index: int) -> object:
    """What the choices of an interface depend on, besides the ports that are down."""
    together = settings.together
    if index in together.shared_at or index in dict(together.over_several) or index in together.followers:
        return index
    places = (settings.counted, settings.probed, settings.able_to_fail)
    return settings.ports[index].group, *(index in each for each in places)


def _port_states(model: PairModel) -> Iterator[dict[str, Down]]:
    """Which of the ports that can fail are down, ports that carry alike in one order only."""
    fail = model.environment.has("ports")
    every: tuple[Down, ...] = tuple((one, other) for one in (False, True) for other in (False, True)) if fail else ()
    names = [[place.port.name for place in alike if place.port is not None] for alike in model.alike]
    ways = [tuple(combinations_with_replacement(every or ((False, False),), len(alike))) for alike in names]
    if fail and port_states(model.alike) > most_port_states(model.environment):
        raise TooManyPorts(f"ports that carry several things can stand in {port_states(model.alike):,} ways")
    for chosen in product(*ways):
        yield {
            name: down
            for alike, states in zip(names, chosen, strict=True)
            for name, down in zip(alike, states, strict=True)
        }


def _choices(model: PairModel, index: int, down: Mapping[str, Down]) -> Iterator[tuple[Kind, int, Interface]]:
    """The kinds that an interface can be of with these ports down, each in its cheapest state."""
    settings, best = model.settings, dict[Kind, tuple[int, Interface]]()
    follower = index in settings.together.followers
    for item in states_of(settings, model.environment, index, down):
        kind = kind_at(settings, index, item)
        lines = (item.primary, item.secondary)
        cost = sum(line is not PortState.GOOD for line in lines)
        cost += (item.path is LinkState.CUT) + (item.deaf is not None)
        cost -= lines.count(PortState.DOWN) * follower
        if kind not in best or cost < best[kind][0]:
            best[kind] = (cost, item)
    yield from ((kind, cost, item) for kind, (cost, item) in best.items())


def states_of(
    settings: Settings, environment: Environment, index: int, down: Mapping[str, Down]
) -> Iterator[Interface]:
    """Every state of an interface with these ports down."""
    together, able = settings.together, index in settings.able_to_fail
    several = dict(together.over_several)
    carrier = together.shared_at.get(index)
    if carrier is not None:
        forced: Down | None = down.get(carrier.name, (False, False))
    elif index in several:
        ports = [down.get(together.shared_at[lead].name, (False, False)) for lead in several[index]]
        forced = (all(port[0] for port in ports), all(port[1] for port in ports))
    else:
        forced = None
    silent = (PortState.SILENT,) if able and environment.has("traffic") else ()
    falls = (PortState.DOWN,) if able and environment.has("ports") and forced is None else ()
    lines = [
        (PortState.DOWN,) if forced is not None and forced[unit] else (PortState.GOOD, *silent, *falls)
        for unit in (0, 1)
    ]
    paths = (LinkState.GOOD, LinkState.CUT) if able and environment.has("paths") else (LinkState.GOOD,)
    ways: tuple[tuple[LinkState, Unit | None], ...] = tuple((path, None) for path in paths)
    if able and environment.has("one-way-paths"):
        ways += tuple((LinkState.GOOD, unit) for unit in Unit)
    for (path, deaf), primary, secondary in product(ways, *lines):
        yield Interface(path=path, primary=primary, secondary=secondary, deaf=deaf)


def kind_at(settings: Settings, index: int, item: Interface) -> Kind:
    counts, asked = index in settings.counted, index in settings.probed
    lines = (item.primary, item.secondary)
    carried = [
        item.leads_to(each) and item.line(each) is PortState.GOOD and item.line(each.peer) is not PortState.DOWN
        for each in Unit
    ]
    down = [line is PortState.DOWN for line in lines]
    silent = [lines[unit] is PortState.SILENT and lines[1 - unit] is PortState.GOOD for unit in (0, 1)]
    return Kind(
        group=settings.ports[index].group if counts else None,
        data=(carried[0] and counts, carried[1] and counts),
        answers=(carried[0] and asked, carried[1] and asked),
        down=(down[0] and counts, down[1] and counts),
        silent=(silent[0] and counts, silent[1] and counts),
        receives=lines == (PortState.GOOD, PortState.GOOD),
    )


def one_by_one(choices: Sequence[Choices], numbers: Mapping[Choices, Sequence[int]]) -> Condition:
    """Interfaces in these numbers of states; those with the same choices are served in their order."""
    left = {each: [item for (_, _, item), count in zip(each, counts, strict=True) for item in [item] * count]
            for each, counts in numbers.items()}  # fmt: skip
    return tuple(left[each].pop(0) for each in choices)


# -- all other interfaces, in numbers ----------------------------------------------------------------


@attrs.frozen
class _Part:
    """A way to do one part: what is provided, at what cost, and with how many interfaces of each kind."""

    data: Down
    answers: Down
    receives: bool
    cost: int
    numbers: tuple[tuple[Choices, tuple[int, ...]], ...]


class Programs:
    """Finds, for each failover group by itself, the numbers that lead to each observation, and combines them."""

    def __init__(self, settings: Settings, fine: bool) -> None:
        self._settings, self._fine = settings, fine
        self._known: dict[object, tuple[_Part, ...]] = {}

    def solutions(self, choices: Sequence[Choices]) -> Iterator[dict[Choices, tuple[int, ...]]]:
        """Numbers of kinds, for each interface's choices; a cheapest one of each observation is among them."""
        by_group: dict[int, dict[Choices, int]] = {}
        for index, each in enumerate(choices):
            own = by_group.setdefault(self._settings.ports[index].group, {})
            own[each] = own.get(each, 0) + 1
        parts = [self._parts(group, own, alone=len(by_group) == 1) for group, own in sorted(by_group.items())]
        for chosen in product(*parts):
            yield self._joined(chosen)

    def _joined(self, parts: Sequence[_Part]) -> dict[Choices, tuple[int, ...]]:
        found: dict[Choices, tuple[int, ...]] = {}
        for part in parts:
            for each, counts in part.numbers:
                before = found.get(each, (0,) * len(counts))
                found[each] = tuple(one + other for one, other in zip(before, counts, strict=True))
        return found

    def _parts(self, group: int, own: dict[Choices, int], *, alone: bool) -> tuple[_Part, ...]:
        key = (group, tuple(own.items()), alone)
        known = self._known.get(key)
        if known is None:
            program = _Program(own, least_failed(self._settings, group), alone=alone, fine=self._fine)
            known = self._known.setdefault(key, tuple(program.parts()))
        return known


class _Program:
    """The interfaces of one failover group, in numbers: one number for each kind of each set of choices."""

    def __init__(self, own: Mapping[Choices, int], least: int, *, alone: bool, fine: bool) -> None:
        self._own, self._least, self._alone, self._fine = own, least, alone, fine
        self._kinds = [kind for choices in own for kind, _, _ in choices]
        self._costs = [cost for choices in own for _, cost, _ in choices]

    def parts(self) -> Iterator[_Part]:
        """The ways to reach each observation of the group, and each of which other groups can make one."""
        rows, at = [], 0
        for choices, count in self._own.items():
            factors = [int(at <= place < at + len(choices)) for place in range(len(self._kinds))]
            rows.append(Row(tuple(factors), "=", count))
            at += len(choices)
        begin = cheapest(self._costs, rows)
        if begin is not None:
            yield from self._branches(rows, begin, self._decisions(None), None)

    def _branches(
        self, rows: list[Row], found: Solution, decisions: list[list[list[Row]]], bits: tuple[bool, ...] | None
    ) -> Iterator[_Part]:
        if not decisions:
            if bits is None:
                bits = self._bits(found)
                following = self._decisions(bits)
                yield from self._branches(rows, found, following, bits)
                return
            yield self._part(found, bits)
            return
        for more in decisions[0]:
            every = [*rows, *more]
            here = found if meets(found, more) else cheapest(self._costs, every)
            if here is not None:
                yield from self._branches(every, here, decisions[1:], bits)

    def _decisions(self, bits: tuple[bool, ...] | None) -> list[list[list[Row]]]:
        """What is decided one after another: first what hears and receives, then counts, with the bits known."""
        if bits is None:
            provided = [
                *(self._sum(kind.data[unit] for kind in self._kinds) for unit in (0, 1)),
                *(self._sum(kind.answers[unit] for kind in self._kinds) for unit in (0, 1)),
                self._sum(not kind.receives for kind in self._kinds),
            ]
            return [[[Row(each, "<=", 0)], [Row(each, ">=", 1)]] for each in provided]
        down = [self._sum(kind.down[unit] for kind in self._kinds) for unit in (0, 1)]
        both = [self._sum(kind.down[unit] or kind.silent[unit] for kind in self._kinds) for unit in (0, 1)]
        least = self._least
        found = [
            [
                [Row(both[unit], "<=", least - 1)],
                [Row(down[unit], "<=", least - 1), Row(both[unit], ">=", least)],
                [Row(down[unit], ">=", least)],
            ]
            for unit in (0, 1)
        ]
        return [*found, *self._comparisons(bits[2:4], down, both)]

    def _comparisons(
        self, answers: tuple[bool, ...], down: list[tuple[int, ...]], both: list[tuple[int, ...]]
    ) -> Iterator[list[list[Row]]]:
        """Which unit has more failed interfaces, in each way in which that is asked where it is known who hears."""
        every = not self._alone or self._fine
        if every or all(answers):
            yield self._either(both[0], both[1])
            yield self._either(both[1], both[0])
        for unit in (0, 1):
            if down != both and (every or (answers[unit] and not answers[1 - unit])):
                yield self._either(both[unit], down[1 - unit])
            elif not every and answers[unit] and not answers[1 - unit]:
                yield self._either(both[unit], both[1 - unit])

    def _either(self, more: tuple[int, ...], less: tuple[int, ...]) -> list[list[Row]]:
        difference = tuple(one - other for one, other in zip(more, less, strict=True))
        return [[Row(difference, "<=", 0)], [Row(difference, ">=", 1)]]

    @staticmethod
    def _sum(counts: Iterable[bool]) -> tuple[int, ...]:
        """The factors of a sum over the numbers of the kinds."""
        return tuple(map(int, counts))

    def _bits(self, found: Solution) -> tuple[bool, ...]:
        there = [kind for kind, count in zip(self._kinds, found, strict=True) if count]
        return (
            any(kind.data[0] for kind in there),
            any(kind.data[1] for kind in there),
            any(kind.answers[0] for kind in there),
            any(kind.answers[1] for kind in there),
            all(kind.receives for kind in there),
        )

    def _part(self, found: Solution, bits: tuple[bool, ...]) -> _Part:
        numbers, at = [], 0
        for choices in self._own:
            numbers.append((choices, found[at : at + len(choices)]))
            at += len(choices)
        cost = sum(cost * count for cost, count in zip(self._costs, found, strict=True))
        return _Part((bits[0], bits[1]), (bits[2], bits[3]), bits[4], cost, tuple(numbers))
