"""What learned functions depend on: by what they do, not by what they read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from failover_fsm.checker.reduce.dependencies import ENABLED, dependencies_of
from failover_fsm.checker.rules.rule_tree import Rule, shape_of, tree_of_rule


@attrs.frozen
class Panel:
    a: bool = False
    b: bool = False
    c: bool = False
    out: bool = False


class Model:
    rules: tuple[Rule, ...] = ()

    def initial_states(self) -> tuple[Panel, ...]:
        return (Panel(),)


def seen(function: Callable[[Any], bool], *calls: Panel) -> tuple[str, str]:
    """What being possible and what `out` depend on, after these calls, or after all paths were learned."""
    shape, _ = shape_of(Model())
    tree = tree_of_rule(Rule("press", function), shape)
    for state in calls:
        tree.result(shape.codes(state))
    if not calls:
        tree.learn_all(100)
    found, names = dependencies_of(tree), [leaf.slot.name for leaf in shape.leaves]
    (out,) = (number for number, name in enumerate(names) if name == "out")
    decides, copied = (", ".join(sorted(names[slot] for slot in found.get(key, ()))) for key in (ENABLED, out))
    return decides, copied


def test_what_decides_and_what_is_copied() -> None:
    def press(draft: Any) -> bool:
        if not draft.a:
            return False
        draft.out = draft.b
        return True

    assert seen(press) == ("a", "a, b")


def test_a_reading_that_makes_no_difference_does_not_count() -> None:
    def press(draft: Any) -> bool:
        draft.out = draft.a in (False, True) and (draft.c or not draft.c)
        return True

    assert seen(press) == ("", "")


def test_the_order_of_reading_does_not_count() -> None:
    def press(draft: Any) -> bool:
        draft.out = draft.a and draft.b if draft.c else draft.b and draft.a
        return True

    assert seen(press) == ("", "a, b")


def test_ways_that_are_not_learned_yet_are_alike() -> None:
    """Below `c` the one side knows what happens where `a` holds, the other where it does not."""

    def press(draft: Any) -> bool:
        draft.out = bool(draft.a and draft.b) if draft.c else bool(draft.b and draft.a)
        return True

    ways = (Panel(c=True, a=True, b=True), Panel(c=True, a=True), Panel(a=True), Panel(b=True))
    assert seen(press, *ways) == ("", "b")
    differs = (Panel(c=True, a=True, b=True), Panel(a=True))
    assert seen(press, *differs) == ("", "")
