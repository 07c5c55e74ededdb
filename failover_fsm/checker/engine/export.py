"""A rule model as text for other model checkers: Promela for SPIN, Murphi for Rumur; TLA+ is in `export_tla`.

Every path of every rule becomes one guarded command, so the other checker counts the same
states and the same transitions, and can be asked for the same invariants.  What it reads is
what was learned, not the Python source: agreement checks the learning as well as the search.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby
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

__all__ = ["Learned", "learn", "meaning", "safe", "to_murphi", "to_promela"]

MOST_PATHS = 100_000
"""A tree with more paths is not exported: nobody could read it, and no compiler would take it."""


@attrs.define(eq=False)
class Learned:
    """A model with every path known.

    initial: the rows of codes that runs may begin in.
    names: of the variables, one a slot.
    events: of the rules.
    cubes: one a guarded command, in order of rules.
    false: per invariant, where it is false.
    """

    shape: Shape
    initial: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    events: tuple[str, ...]
    cubes: tuple[Cube, ...]
    false: dict[str, tuple[Pairs, ...]]

    def by_rule(self) -> Iterator[tuple[str, list[Cube]]]:
        """The event of each rule that is ever possible, with its commands."""
        for rule, cubes in groupby(self.cubes, key=lambda cube: cube.rule):
            yield self.events[rule], list(cubes)

    @cached_property
    def symbols(self) -> dict[str, int]:
        """The members of enumerations by name, and their codes: the first ones, where fields list them differently."""
        found: dict[str, int] = {}
        for leaf in self.shape.leaves:
            for code, value in enumerate(leaf.slot.domain):
                name = symbol(value)
                if name is not None:
                    found.setdefault(name, code)
        return found

    def value(self, slot: int, code: int) -> str:
        """A value of a slot: the name of a member of an enumeration, else its code."""
        name = symbol(self.shape.leaves[slot].slot.domain[code])
        return name if name is not None and self.symbols[name] == code else str(code)


def symbol(value: Any) -> str | None:
    """How a member of an enumeration is called in languages without enumerations of their own; None for others."""
    return f"{type(value).__name__}_{value.name}" if isinstance(value, enum.Enum) else None


def to_promela(model: RuleModel, invariants: Mapping[str, Any] | None = None, title: str = "") -> str:
    """The model in Promela: one process that loops over guarded commands.

    invariants: predicates of a state by name; a second process fails an assertion where one is false.
    title: what the model is, for the comment at the top.

    Raises ModelError where a rule or predicate can fail or has too many paths, or there is more than one
    initial state, which Promela could choose from only at the price of states that the model does not have.
    """
    known = learn(model, invariants or {})
    if len(known.initial) > 1:
        raise ModelError("a Promela model begins in one state, and this model has several")
    lines = [f"/* {line} */" for line in (safe(title), *PROMELA) if line]
    lines += [f"#define {name} {code}" for name, code in known.symbols.items()]
    for leaf, name, code in zip(known.shape.leaves, known.names, known.initial[0], strict=True):
        kind = "byte" if len(leaf.slot.domain) <= 256 else "int"
        lines.append(f"{kind} {name} = {known.value(leaf.number, code)}; /* {meaning(leaf.slot.domain)} */")
    lines += ["", "active proctype rules() {", "end: do"]
    for event, cubes in known.by_rule():
        lines.append(f"  /* {safe(event)} */")
        for cube in cubes:
            writes = (f"{known.names[slot]} = {known.value(slot, code)}" for slot, code in cube.writes)
            guard = _all(known, cube.reads, "==", "&&") or "true"
            lines.append(f"  :: d_step {{ {guard} -> {'; '.join(writes) or 'skip'} }}")
    lines += ["  od", "}"]
    for number, (name, paths) in enumerate(known.false.items()):
        lines += ["", f"active proctype invariant_{number}() {{ /* {safe(name)} */"]
        lines.append(f"end: atomic {{ {_any(known, paths, '==', '&&', '||')} -> assert(false) }}")
        lines.append("}")
    return "\n".join(lines) + "\n"


PROMELA = (
    "Every path of every rule is one indivisible step. SPIN counts one transition more: its first state.",
    "spin -a FILE && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000",
)


def to_murphi(model: RuleModel, invariants: Mapping[str, Any] | None = None, title: str = "") -> str:
    """The model in Murphi: one rule a path.  Arguments and errors as `to_promela`, but any number of initial states."""
    known = learn(model, invariants or {})
    lines = [f"-- {line}" for line in (safe(title), *MURPHI) if line]
    if known.symbols:
        lines += ["const", *(f"  {name}: {code};" for name, code in known.symbols.items())]
    lines.append("var")
    for leaf, name in zip(known.shape.leaves, known.names, strict=True):
        lines.append(f"  {name}: 0..{len(leaf.slot.domain) - 1}; -- {meaning(leaf.slot.domain)}")
    for number, codes in enumerate(known.initial):
        lines += ["", f'startstate "{number}"']
        lines += [f"  {name} := {known.value(slot, codes[slot])};" for slot, name in enumerate(known.names)]
        lines.append("endstartstate;")
    for event, cubes in known.by_rule():
        lines += ["", f"-- {safe(event)}"]
        for cube in cubes:
            effect = " ".join(f"{known.names[slot]} := {known.value(slot, code)};" for slot, code in cube.writes)
            guard = _all(known, cube.reads, "=", "&") or "true"
            lines.append(f'rule "{safe(event)}" {guard} ==> begin {effect} endrule;')
    for name, paths in known.false.items():
        lines += ["", f'invariant "{safe(name)}" !({_any(known, paths, "=", "&", "|")});']
    return "\n".join(lines) + "\n"


MURPHI = (
    "Every path of every rule is one rule.",
    "rumur FILE -o model.c --deadlock-detection off && gcc -O3 -o checker model.c -lpthread && ./checker",
)


def learn(model: RuleModel, invariants: Mapping[str, Any]) -> Learned:
    """Every path of the rules of a model and of predicates of a state.

    Raises ModelError where a rule or predicate can fail or has too many paths.
    """
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


def _all(known: Learned, reads: Pairs, equals: str, both: str) -> str:
    return f" {both} ".join(f"{known.names[slot]} {equals} {known.value(slot, code)}" for slot, code in reads)


def _any(known: Learned, paths: tuple[Pairs, ...], equals: str, both: str, either: str) -> str:
    return f" {either} ".join(f"({_all(known, reads, equals, both) or 'true'})" for reads in paths) or "false"


def meaning(domain: tuple[Any, ...]) -> str:
    """What the codes of a variable stand for, for the reader."""
    if len(domain) > 12:
        return f"{len(domain)} values, {safe(str(domain[0]))} to {safe(str(domain[-1]))}"
    return ", ".join(f"{code} {safe(str(value))}" for code, value in enumerate(domain))


def safe(text: str) -> str:
    """Text that ends neither a comment nor a string."""
    return re.sub(r'["\\\n]|\*/', " ", text)
