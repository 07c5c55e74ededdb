"""Learned decision trees and cubes: what a rule does, found out by running it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count, product
from typing import Any

import attrs
import numpy as np
import pytest

from failover_fsm.checker import ModelError
from failover_fsm.checker.rules.cubes import CubeTable, cubes_of
from failover_fsm.checker.rules.rule_tree import DecisionTree, Failure, PlainModel, Rule, Step, tree_of_rule
from failover_fsm.records import Packing, Shape


@attrs.frozen
class Three:
    """A small state."""

    a: bool = False
    b: bool = False
    n: int = attrs.field(default=0, metadata={"domain": range(3)})


SHAPE = Shape.of(Three())


def tree(function: Any) -> DecisionTree:
    """The whole tree of a rule called `r`."""
    made = tree_of_rule(Rule("r", function), SHAPE)
    assert made.learn_all(100)
    made.recheck()
    return made


def stepping(draft: Any) -> bool:
    """A rule with four paths."""
    if draft.a:
        return False
    if draft.n == 2:
        draft.n = 0
        return True
    draft.b = True
    return True


def test_all_paths_are_learned_with_exact_read_and_write_sets() -> None:
    """b is assigned and not read."""
    made = tree(stepping)
    assert list(made.paths()) == [
        (((0, 0), (2, 0)), Step(((1, 1),))),
        (((0, 0), (2, 1)), Step(((1, 1),))),
        (((0, 0), (2, 2)), Step(((2, 0),))),
        (((0, 1),), None),
    ]
    assert made.complete
    assert (made.read_slots(), made.written_slots()) == ((0, 2), (1, 2))


def test_paths_learned_on_demand_are_the_same_tree() -> None:
    """In whatever order states come."""
    made = tree_of_rule(Rule("r", stepping), SHAPE)
    assert not made.complete
    for codes in reversed(list(product(range(2), range(2), range(3)))):
        made.result(codes)
    assert made.complete
    assert list(made.paths()) == list(tree(stepping).paths())


def test_a_tree_with_too_many_paths_stays_open() -> None:
    """And says so."""
    made = tree_of_rule(Rule("r", stepping), SHAPE)
    assert not made.learn_all(2)
    assert not made.complete
    assert len(list(made.paths())) == 2


def test_a_rule_that_fails_says_so_at_the_end_of_its_path() -> None:
    """An error in a state that nothing reaches is no error of the model."""

    def function(draft: Any) -> bool:
        if draft.a:
            draft.n = 7
        return True

    results = [result for _, result in tree(function).paths()]
    assert results[0] == Step(())
    assert isinstance(results[1], Failure)
    assert results[1].message == "rule r failed: DraftError: n cannot be 7; allowed: 0, 1, 2 (test_rule_tree.py:86)"


class Changing:
    """Functions that look at something outside the state."""

    def __init__(self) -> None:
        self.calls = count()

    def writes(self, draft: Any) -> bool:
        """Assigns another value at each call."""
        draft.n = next(self.calls) % 3
        return True

    def reads(self, draft: Any) -> bool:
        """Reads another field at each call."""
        return bool(draft.a if next(self.calls) % 2 else draft.b)

    def result(self, _draft: Any) -> bool:
        """Is possible every other time."""
        return bool(next(self.calls) % 2)

    def stops(self, draft: Any) -> bool:
        """Reads one field more every other time."""
        return bool(draft.a and next(self.calls) % 2 and draft.b)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("writes", "rule r is not a function of the state: .* it assigned 0 and then 1 to n"),
        ("reads", "it read b the first time and a the second"),
        ("result", "its answer was false and then true"),
        ("stops", "it read nothing more the first time and b the second"),
    ],
)
def test_a_rule_that_changes_its_mind_is_found_out_and_named(name: str, message: str) -> None:
    """Rule and field are in the message."""
    with pytest.raises(ModelError, match=message):
        tree(getattr(Changing(), name))


def test_a_rule_that_changes_later_is_found_out_by_rechecking_or_by_the_tree() -> None:
    """The two runs in a row agree; the next ones do not."""
    slot = ["a"]

    def function(draft: Any) -> bool:
        return bool(getattr(draft, slot[0]))

    made = tree(function)
    slot[0] = "b"
    with pytest.raises(ModelError, match="it read a the first time and b the second"):
        made.recheck()
    with pytest.raises(ModelError, match="it read b where it had read a before"):
        made.learn(lambda slot: 0)


def test_what_a_changed_rule_does_at_the_end_of_a_known_path_is_told() -> None:
    """The values, or only their order; whether it stops sooner; whether it is possible at all."""

    class Now:
        """What the rule does for now."""

        do: Any = None

    def changed(first: Any, then: Any) -> DecisionTree:
        Now.do = first
        made = tree(lambda draft: Now.do(draft))
        Now.do = then
        return made

    def assigns(**values: Any) -> Any:
        return lambda draft: [setattr(draft, name, value) for name, value in values.items()] != []

    for first, then, message in (
        (assigns(a=True, n=1), assigns(a=True, n=2), "it assigned 1 and then 2 to n"),
        (assigns(a=True), assigns(a=True, n=2), "it assigned nothing and then 2 to n"),
        (assigns(a=True, n=1), assigns(n=1, a=True), "it assigned the same in another order"),
        (lambda draft: True, lambda draft: draft.nothing, "its answer was true and then rule r failed"),
    ):
        with pytest.raises(ModelError, match=message):
            changed(first, then).recheck()
        with pytest.raises(ModelError, match=message):
            changed(first, then).learn(lambda slot: 0)
    with pytest.raises(ModelError, match="it did not read a, which it had read before"):
        changed(lambda draft: draft.a, lambda draft: False).learn(lambda slot: 0)
    with pytest.raises(ModelError, match="it read a where it had read nothing more before"):
        changed(lambda draft: False, lambda draft: draft.a).learn(lambda slot: 0)


def test_two_rules_of_one_name_are_refused() -> None:
    """Traces would be ambiguous."""

    @attrs.frozen
    class Model:
        rules: tuple[Rule, ...] = (Rule("r", stepping), Rule("r", stepping))

        def initial_states(self) -> Iterable[Any]:
            return [Three()]

    with pytest.raises(ModelError, match="two rules are called r"):
        PlainModel(Model())


def every_state() -> list[Three]:
    """All twelve."""
    return [SHAPE.build(codes) for codes in product(range(2), range(2), range(3))]


@pytest.mark.parametrize("word_bits", [2, 64])
def test_cubes_do_what_the_rule_does_in_every_state(word_bits: int) -> None:
    """Also in states of several words; a wrong cube is seen."""
    packing = Packing.of(SHAPE, word_bits=word_bits)
    table = CubeTable.of(list(cubes_of([tree(stepping)])), packing)
    assert len(table) == 3
    assert disagreements(table, packing) == 0
    for part in (table.mask, table.value, table.write_mask, table.write_value):
        place = packing.places[2]
        part[2, place.word] ^= np.uint64(2 << place.shift)
        assert disagreements(table, packing) > 0
        part[2, place.word] ^= np.uint64(2 << place.shift)


def disagreements(table: CubeTable, packing: Packing) -> int:
    """In how many states the cubes lead elsewhere than the rule."""

    @attrs.frozen
    class Model:
        rules: tuple[Rule, ...] = (Rule("r", stepping),)

        def initial_states(self) -> Iterable[Any]:
            return [Three()]

    plain, wrong = PlainModel(Model()), 0
    for state in every_state():
        after = plain.step(state, "r")
        expected = [] if after is None else [packing.pack(after)]
        found = table.successors(np.array([packing.pack(state)], dtype=np.uint64))
        wrong += [tuple(map(int, row)) for row in found] != expected
    return wrong


def test_some_paths_are_evenly_spread_and_rechecking_runs_no_more() -> None:
    """From the first path on."""
    made = tree(stepping)
    every = list(made.paths())
    assert [list(made.paths(stride)) for stride in (1, 2, 3, 9)] == [every, every[::2], every[::3], every[:1]]
    begun = made.calls
    made.recheck(2)
    assert made.calls == begun + 2
    assert [reads for reads, _ in tree(lambda draft: True).paths(2)] == [()]
    assert not list(tree_of_rule(Rule("r", stepping), SHAPE).paths())
