"""Predicates of properties as decision trees.

A state predicate is a rule without assignments. A step predicate is evaluated after a rule, in one of two ways: as one
tree of the rule followed by the predicate (`tree_of_step`), complete and easy to compare; or as a `Sequel`, one small
tree per result of the rule, which a search prefers: it does not execute the rule for every property, and the paths of
the rule are not multiplied by those of the predicate.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from types import FunctionType

import attrs

from failover_fsm.checker.core.answers import truth
from failover_fsm.checker.rules.rule_tree import DecisionTree, Pairs, Rule, possible
from failover_fsm.records import Assigned, Shape, Tracer, TypeTests, record_of

__all__ = ["Sequel", "answerable", "tree_of_predicate", "tree_of_step"]


def tree_of_predicate(name: str, predicate: Callable[..., object], wanted: bool, shape: Shape) -> DecisionTree:
    """Return the tree of a state predicate: "possible" where its answer is `wanted`."""
    on_views = answerable(predicate)
    return DecisionTree(name, shape, lambda tracer: truth(on_views(tracer.before())) is wanted, predicate)


def tree_of_step(name: str, rule: Rule, predicate: Callable[..., object], wanted: bool, shape: Shape) -> DecisionTree:
    """Return the tree of a step predicate for one rule: "possible" where the rule is possible and the answer to
    `predicate(before, event, after)` is `wanted`.
    """

    on_views = answerable(predicate, step=True)

    def run(tracer: Tracer) -> bool:
        if not possible(rule, tracer):
            return False
        return truth(on_views(tracer.before(), rule.event, tracer.after(tracer.writes))) is wanted

    return DecisionTree(_at(name, rule.event), shape, run, predicate)


@attrs.frozen(eq=False)
class Sequel:
    """A step predicate for the steps of one rule, evaluated on the results of the rule.

    Attributes:
        name: of the predicate in messages.
        rule: the number of the rule.
        event: of the rule.
        predicate: the function, for views.
        wanted: the answer for which its trees are "possible".
        shape: of the states.
    """

    name: str
    rule: int
    event: Hashable
    predicate: Callable[..., object]
    wanted: bool
    shape: Shape

    @property
    def name_at(self) -> str:
        """The name of its trees: that of the predicate, and the rule."""
        return _at(self.name, self.event)

    def tree(self, writes: Pairs, looked: dict[int, None]) -> DecisionTree:
        """Return the tree of the predicate for steps with these assignments.

        Args:
            writes: the assignments.
            looked: receives the slots whose assignment the predicate reads. Steps that differ only in other slots
                share a tree.
        """
        assigned = Assigned(writes, looked)

        def run(tracer: Tracer) -> bool:
            return truth(self.predicate(tracer.before(), self.event, tracer.after(assigned))) is self.wanted

        return DecisionTree(self.name_at, self.shape, run, self.predicate)


def answerable(predicate: Callable[..., object], *, step: bool = False) -> Callable[..., object]:
    """Return a predicate for views.

    A predicate that compares `type(state)` by identity gets the frozen records that the views show: it is then right,
    but reads the whole state. It may compare the class of the event.

    Args:
        predicate: what the user wrote, for records.
        step: whether it is a predicate of (before, event, after).
    """
    besides = None
    if step and isinstance(predicate, FunctionType) and predicate.__code__.co_argcount == 3:
        besides = predicate.__code__.co_varnames[1]
    if TypeTests().find(predicate, besides) is None:
        return predicate
    if step:
        return lambda before, event, after: predicate(record_of(before), event, record_of(after))
    return lambda state: predicate(record_of(state))


def _at(name: str, event: Hashable) -> str:
    return f"{name}, at rule {event},"
