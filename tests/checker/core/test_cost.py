"""What a field multiplies the reached set by: both engines, against projecting the states one by one."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from benchmarks.reference import COUNTS, Reference
from failover_fsm.checker import Checker, ModelError
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.core.cost import Cost, costs_of_states, parts_of
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule
from failover_fsm.records import Shape
from tests.checker.bitset.test_against_plain import random_model
from tests.toys import Grid


@pytest.mark.parametrize(("seed", "rest_bits"), [(0, 0), (1, 3), (2, 12), (3, 12)])
def test_both_engines_say_the_same(seed: int, rest_bits: int) -> None:
    model = random_model(seed)
    plain = Checker(PlainModel(model)).verify(costs=True)
    found = CompiledChecker(model, rest_bits=rest_bits).verify(costs=True)
    assert found.costs == plain.costs != ()
    assert found.digest == CompiledChecker(model).verify().digest
    assert CompiledChecker(model).verify().costs == Checker(PlainModel(model)).verify().costs == ()


def test_the_reference_model_by_hand() -> None:
    """Each interface doubles the states, and the part with all of a unit's is their product."""
    result = CompiledChecker(Reference(2)).verify(costs=True)
    costs = {cost.name: cost for cost in result.costs}
    assert costs["sides[0].ports[1].up"] == Cost("sides[0].ports[1].up", 1, COUNTS[2][0] // 2, 2.0)
    assert costs["sides"] == Cost("sides", 4, COUNTS[2][0] // 16, 16.0)
    assert costs["sides[0]"].factor == 4.0
    assert costs["link"].factor == 2.0 and 1.0 < costs["timers[0].armed"].factor < 2.0
    assert costs["units"].factor > costs["units[0]"].factor > costs["units[0].via"].factor > 1.0
    assert [cost.fields for cost in result.costs] == sorted((cost.fields for cost in result.costs), reverse=True)


@attrs.frozen
class Follows:
    """One field determined by another, one independent of it, one that never changes."""

    a: int = attrs.field(default=0, metadata={"domain": range(3)})
    same: int = attrs.field(default=0, metadata={"domain": range(3)})
    free: bool = False
    fixed: bool = False


class Model:
    """The model of it."""

    def initial_states(self) -> list[Follows]:
        return [Follows()]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return Rule("count", self._count), Rule("flip", lambda draft: setattr(draft, "free", not draft.free) or True)

    @staticmethod
    def _count(draft: Any) -> bool:
        draft.a = draft.same = (draft.a + 1) % 3
        return True


@pytest.mark.parametrize("rest_bits", [0, 12])
def test_what_follows_costs_nothing(rest_bits: int) -> None:
    costs = {cost.name: cost.factor for cost in CompiledChecker(Model(), rest_bits=rest_bits).verify(costs=True).costs}
    assert costs == {"a": 1.0, "same": 1.0, "free": 2.0, "fixed": 1.0}


@attrs.frozen
class Asking:
    """A field that is read through questions only, inside another record."""

    inner: tuple[Inner, ...]


@attrs.frozen
class Inner:
    """The record inside."""

    parts: tuple[Follows, ...] = attrs.field(metadata={"whole": True})


def test_a_field_that_is_asked_is_one_field() -> None:
    def state(*numbers: int) -> Asking:
        return Asking((Inner(tuple(Follows(a=number) for number in numbers)), Inner(())))

    found = costs_of_states([state(0, 0), state(0, 1), state(1, 1)])
    assert [(cost.name, cost.fields, cost.factor) for cost in found] == [
        ("inner[0].parts", 1, 3.0),
        ("inner[1].parts", 1, 1.0),
    ]


@attrs.frozen
class Wrapping:
    """A record that is itself a field, not an item of a tuple."""

    inner: Inner
    more: bool = False


def test_a_field_that_is_asked_is_found_in_a_record_that_is_a_field() -> None:
    states = [Wrapping(Inner((Follows(a=number),)), more) for number in range(3) for more in (False, True)]
    found = {cost.name: cost.factor for cost in costs_of_states(states)}
    assert found == {"inner.parts": 3.0, "more": 2.0}


def test_parts_are_named_once_and_the_whole_state_is_none() -> None:
    parts = parts_of(Shape.of(Reference(2).initial_states()[0]))
    assert next(iter(parts)) == "units"
    assert "sides[0]" in parts and "sides[0].ports" not in parts, "the same fields under another name"
    assert len({tuple(slots) for slots in parts.values()}) == len(parts)


def test_states_without_fields_and_no_states_at_all() -> None:
    assert costs_of_states([]) == ()
    with pytest.raises(ModelError, match="the states have no fields to tell the cost of"):
        Checker(Grid(2)).verify(costs=True)
