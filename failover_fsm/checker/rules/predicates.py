"""Predicates of properties as decision trees.

A predicate of states is a rule that assigns nothing.  A predicate of steps is asked after a rule, and
there are two ways to learn it: as one tree of the rule followed by the predicate (`tree_of_step`), whole
and easy to compare; or as a `Sequel`, one small tree for each end of the rule, which a search
prefers: the rule is not run again for every property, and no path of the one is multiplied by those of the other.
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
    """The tree of a predicate of a state: possible where the predicate is `wanted`."""
    asked = answerable(predicate)
    return DecisionTree(name, shape, lambda tracer: truth(asked(tracer.before())) is wanted, predicate)


def tree_of_step(name: str, rule: Rule, predicate: Callable[..., object], wanted: bool, shape: Shape) -> DecisionTree:
    """The tree of a predicate of a step, for one rule.

    Possible where the rule is and `predicate(before, event, after)` is `wanted`.
    """

    asked = answerable(predicate, step=True)

    def run(tracer: Tracer) -> bool:
        if not possible(rule, tracer):
            return False
        return truth(asked(tracer.before(), rule.event, tracer.after(tracer.writes))) is wanted

    return DecisionTree(_at(name, rule.event), shape, run, predicate)


@attrs.frozen(eq=False)
class Sequel:
    """A predicate of the steps of one rule, asked where the rule has come to an end.

    name: the predicate, as messages call it.  rule: the number of the rule.  event: its event.
    """

    name: str
    rule: int
    event: Hashable
    predicate: Callable[..., object]
    wanted: bool
    shape: Shape

    def tree(self, writes: Pairs, looked: dict[int, None]) -> DecisionTree:
        """The tree of the predicate for steps that assign this: possible where it is `wanted`.

        looked: gets the slots of which it mattered to the predicate, so far, what the step assigns to them. For steps
            that differ in others only, one tree does.
        """
        assigned = Assigned(writes, looked)

        def run(tracer: Tracer) -> bool:
            return truth(self.predicate(tracer.before(), self.event, tracer.after(assigned))) is self.wanted

        return DecisionTree(_at(self.name, self.event), self.shape, run, self.predicate)


def answerable(predicate: Callable[..., object], *, step: bool = False) -> Callable[..., object]:
    """A predicate that can be asked about views.

    One that tests for `type(state) is ...` is given the frozen records that the views show: right, but it then reads
    the whole state. It may test the class of the event.
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
