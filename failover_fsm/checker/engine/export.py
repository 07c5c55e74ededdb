"""A rule model as text for other model checkers: Promela for SPIN, Murphi for Rumur.

Every path of every rule becomes one guarded command, so the other checker counts the same
states and the same transitions, and can be asked for the same invariants.  What it reads is
what was learned, not the Python source: agreement checks the learning as well as the search.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.checker.cubes import Cube, cubes_of
from failover_fsm.checker.learned import (
    DecisionTree,
    Failure,
    Pairs,
    RuleModel,
    Step,
    shape_of,
    tree_of_predicate,
    tree_of_rule,
)
from failover_fsm.checker.model import ModelError
from failover_fsm.draft import Shape

__all__ = ["to_murphi", "to_promela"]

MOST_PATHS = 100_000
"""A tree with more paths is not exported: nobody could read it, and no compiler would take it."""


@attrs.frozen(eq=False)
class Learned:
    """A model with every path known.

    names: of the variables, one a slot.  cubes: one a guarded command.  false: per invariant, where it is false.
    """

    shape: Shape
    initial: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    events: tuple[str, ...]
    cubes: tuple[Cube, ...]
    false: dict[str, tuple[Pairs, ...]]


def to_promela(model: RuleModel, invariants: Mapping[str, Any] | None = None) -> str:
    """The model in Promela: one process that loops over guarded commands.

    invariants: predicates of a state by name; a second process fails an assertion where one is false.

    Raises ModelError where a rule or predicate can fail or has too many paths, or there is more than one
    initial state, which Promela could choose from only at the price of states that the model does not have.
    """
    known = _learn(model, invariants or {})
    if len(known.initial) > 1:
        raise ModelError("a Promela model begins in one state, and this model has several")
    lines = []
    for leaf, name, code in zip(known.shape.leaves, known.names, known.initial[0], strict=True):
        kind = "byte" if len(leaf.slot.domain) <= 256 else "int"
        lines.append(f"{kind} {name} = {code}; /* {_meaning(leaf.slot.domain)} */")
    lines += ["active proctype rules() {", "end: do"]
    for cube, event in _with_events(known):
        effect = "; ".join(f"{known.names[slot]} = {code}" for slot, code in cube.writes) or "skip"
        guard = _all(known, cube.reads, "==", "&&") or "true"
        lines.append(f"  :: d_step {{ {guard} -> {effect} }} /* {_safe(event)} */")
    lines += ["  od", "}"]
    for number, (name, paths) in enumerate(known.false.items()):
        lines.append(f"active proctype invariant_{number}() {{ /* {_safe(name)} */")
        lines.append(f"end: atomic {{ {_any(known, paths, '==', '&&', '||')} -> assert(false) }}")
        lines.append("}")
    return "\n".join(lines) + "\n"


def to_murphi(model: RuleModel, invariants: Mapping[str, Any] | None = None) -> str:
    """The model in Murphi: one rule a path.  Arguments and errors as `to_promela`, but any number of initial states."""
    known = _learn(model, invariants or {})
    lines = ["var"]
    for leaf, name in zip(known.shape.leaves, known.names, strict=True):
        lines.append(f"  {name}: 0..{len(leaf.slot.domain) - 1}; -- {_meaning(leaf.slot.domain)}")
    for number, codes in enumerate(known.initial):
        effect = " ".join(f"{name} := {code};" for name, code in zip(known.names, codes, strict=True))
        lines.append(f'startstate "{number}" {effect} endstartstate;')
    for cube, event in _with_events(known):
        effect = " ".join(f"{known.names[slot]} := {code};" for slot, code in cube.writes)
        guard = _all(known, cube.reads, "=", "&") or "true"
        lines.append(f'rule "{_safe(event)}" {guard} ==> begin {effect} endrule;')
    for name, paths in known.false.items():
        lines.append(f'invariant "{_safe(name)}" !({_any(known, paths, "=", "&", "|")});')
    return "\n".join(lines) + "\n"


def _learn(model: RuleModel, invariants: Mapping[str, Any]) -> Learned:
    shape, initial = shape_of(model)
    trees = [_whole(tree_of_rule(rule, shape)) for rule in model.rules]
    false = {}
    for name, predicate in invariants.items():
        tree = _whole(tree_of_predicate(f"invariant {name!r}", predicate, False, shape))
        false[name] = tuple(reads for reads, result in tree.paths() if isinstance(result, Step))
    return Learned(
        shape=shape,
        initial=tuple(dict.fromkeys(initial)),
        names=tuple(_names(shape)),
        events=tuple(str(rule.event) for rule in model.rules),
        cubes=tuple(cubes_of(trees)),
        false=false,
    )


def _whole(tree: DecisionTree) -> DecisionTree:
    """Learn all of a tree.  Raises ModelError where that is too much, or a path fails."""
    if not tree.learn_all(MOST_PATHS):
        raise ModelError(f"{tree.name} has more than {MOST_PATHS} paths, too many to write down")
    tree.recheck()
    for _, result in tree.paths():
        if isinstance(result, Failure):
            raise ModelError(f"{result.message}; a rule that can fail has no meaning in another language")
    return tree


def _names(shape: Shape) -> Iterator[str]:
    """A variable for each slot: its path with underscores, numbered where two would be the same."""
    used: set[str] = set()
    for leaf in shape.leaves:
        name = "v_" + re.sub(r"\W+", "_", leaf.slot.name).strip("_")
        while name in used:
            name += f"_{leaf.number}"
        used.add(name)
        yield name


def _with_events(known: Learned) -> Iterator[tuple[Cube, str]]:
    return ((cube, known.events[cube.rule]) for cube in known.cubes)


def _all(known: Learned, reads: Pairs, equals: str, both: str) -> str:
    return f" {both} ".join(f"{known.names[slot]} {equals} {code}" for slot, code in reads)


def _any(known: Learned, paths: tuple[Pairs, ...], equals: str, both: str, either: str) -> str:
    return f" {either} ".join(f"({_all(known, reads, equals, both) or 'true'})" for reads in paths) or "false"


def _meaning(domain: tuple[Any, ...]) -> str:
    """What the codes of a variable stand for, for the reader."""
    if len(domain) > 12:
        return f"{len(domain)} values, {_safe(str(domain[0]))} to {_safe(str(domain[-1]))}"
    return ", ".join(f"{code} {_safe(str(value))}" for code, value in enumerate(domain))


def _safe(text: str) -> str:
    """Text that ends neither a comment nor a string."""
    return re.sub(r'["\\\n]|\*/', " ", text)
