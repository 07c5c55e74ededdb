"""What every published rule model is given as, and the two helpers with which they are written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Any

import attrs

from failover_fsm.checker import Property
from failover_fsm.checker.rules.rule_tree import Rule, RuleModel


@attrs.frozen(eq=False)
class Case:
    """One instance of a model, its figures and its claims.

    Attributes:
        name: of the instance, as it is published.
        model: the rules.
        distinct: reachable states.
        generated: initial states and transitions, repetitions included; TLC's "states generated".
        depth: states on the longest shortest path, TLC's "depth": one more than ours.
        published: which of the three figures the authors print. The others were counted by both engines here.
        holds: claims that hold.
        violated: claims that do not.
        idle: events of rules that no reachable state allows.
    """

    name: str
    model: RuleModel
    distinct: int
    generated: int
    depth: int
    published: tuple[str, ...] = ("distinct", "generated", "depth")
    holds: tuple[Property, ...] = ()
    violated: tuple[Property, ...] = ()
    idle: tuple[Hashable, ...] = ()


def among(values: Iterable[Any], start: Any = None) -> Any:
    """Return the field of a record that takes one of ``values``, the first of them unless ``start`` is given."""
    domain = tuple(values)
    return attrs.field(default=domain[0] if start is None else start, metadata={"domain": domain})


def rule(function: Callable[..., object], *details: Hashable) -> Rule:
    """Return the rule ``function(*details, state)``; its event is the function's name and the details."""
    return Rule((function.__name__, *details), partial(function, *details))


def action(*names: str) -> Callable[[Any], Hashable]:
    """Return a fairness of one action: all events of the functions of these names."""
    return lambda event: event[0] in names or None


def action_each(*names: str) -> Callable[[Any], Hashable]:
    """Return a fairness of one action for each first detail of the events of these names: a process, say."""
    return lambda event: event[1] if event[0] in names else None
