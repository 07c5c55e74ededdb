"""A rule model as text for other model checkers: Promela for SPIN, Murphi for Rumur; TLA+ is in `export_tla`.

Every path of every rule becomes one guarded command, so the other checker counts the same
states and the same transitions, and can be asked for the same invariants.  What it reads is
what was learned, not the Python source: agreement checks the learning as well as the search.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

import attrs

from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.cubes import Cube, cubes_of
from failover_fsm.checker.engine.limits import Limits
from failover_fsm.checker.engine.search import Search
from failover_fsm.checker.learned import DecisionTree, Failure, Pairs, RuleModel, Step
from failover_fsm.checker.model import ModelError
from failover_fsm.checker.properties import always
from failover_fsm.draft import Shape

__all__ = ["LONGEST", "Learned", "learn", "meaning", "safe", "to_murphi", "to_promela"]


LONGEST = 40
"""Letters of a value that is written out."""


@attrs.define(eq=False)
class Learned:
    """A model with every path known.

    initial: the rows of codes that runs may begin in.
    names: of the variables, one a slot.
    events: of the rules.
    cubes: one a guarded command, in order of rules.
    false: per invariant, where it is false.
    searched: paths that no reachable state takes are left out.
    """

    shape: Shape
    initial: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    events: tuple[str, ...]
    cubes: tuple[Cube, ...]
    false: dict[str, tuple[Pairs, ...]]
    searched: bool

    def demands(self, reads: Pairs) -> list[tuple[int, tuple[int, ...]]]:
        """What a path demands: slots, each with the codes that it may have, fewer than all."""
        allowed: dict[int, list[int]] = {}
        for number, code in reads:
            question, slot = self.shape.asked(number), self.shape.base(number)
            codes = allowed.get(slot, range(len(self.shape.leaves[slot].slot.domain)))
            allowed[slot] = [own for own in codes if (own if question is None else question.table[own]) == code]
        full = {slot: len(self.shape.leaves[slot].slot.domain) for slot in allowed}
        return [(slot, tuple(codes)) for slot, codes in allowed.items() if len(codes) < full[slot]]

    def comments(self, title: str, notes: Sequence[str]) -> list[str]:
        """What stands at the top."""
        less = "Paths that no reachable state takes are left out." if self.searched else ""
        return [line for line in (safe(title), *notes, less) if line]

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

    Raises ModelError where a rule or predicate can fail, or there is more than one
    initial state, which Promela could choose from only at the price of states that the model does not have.
    """
    known = learn(model, invariants or {})
    if len(known.initial) > 1:
        raise ModelError("a Promela model begins in one state, and this model has several")
    lines = [f"/* {line} */" for line in known.comments(title, PROMELA)]
    lines += [f"#define {name} {code}" for name, code in known.symbols.items()]
    for leaf, name, code in zip(known.shape.leaves, known.names, known.initial[0], strict=True):
        kind = "byte" if len(leaf.slot.domain) <= 256 else "int"
        lines.append(f"{kind} {name} = {known.value(leaf.number, code)}; /* {meaning(leaf.slot.domain)} */")
    lines += ["", "active proctype rules() {", "end: do"]
    for event, cubes in known.by_rule():
        lines.append(f"  /* {safe(event)} */")
        for cube in cubes:
            writes = (f"{known.names[slot]} = {known.value(slot, code)}" for slot, code in cube.writes)
            guard = _all(known, cube.reads, PROMELA_SIGNS)
            lines.append(f"  :: d_step {{ {guard} -> {'; '.join(writes) or 'skip'} }}")
    lines += ["  od", "}"]
    for number, (name, paths) in enumerate(known.false.items()):
        lines += ["", f"active proctype invariant_{number}() {{ /* {safe(name)} */"]
        lines.append(f"end: atomic {{ {_any(known, paths, PROMELA_SIGNS)} -> assert(false) }}")
        lines.append("}")
    return "\n".join(lines) + "\n"


PROMELA = (
    "Every path of every rule is one indivisible step. SPIN counts one transition more: its first state.",
    "spin -a FILE && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000",
)


def to_murphi(model: RuleModel, invariants: Mapping[str, Any] | None = None, title: str = "") -> str:
    """The model in Murphi: one rule a path.  Arguments and errors as `to_promela`, but any number of initial states."""
    known = learn(model, invariants or {})
    lines = [f"-- {line}" for line in known.comments(title, MURPHI)]
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
            guard = _all(known, cube.reads, MURPHI_SIGNS)
            lines.append(f'rule "{safe(event)}" {guard} ==> begin {effect} endrule;')
    for name, paths in known.false.items():
        lines += ["", f'invariant "{safe(name)}" !({_any(known, paths, MURPHI_SIGNS)});']
    return "\n".join(lines) + "\n"


MURPHI = (
    "Every path of every rule is one rule.",
    "rumur FILE -o model.c --deadlock-detection off && gcc -O3 -o checker model.c -lpthread && ./checker",
)


def learn(model: RuleModel, invariants: Mapping[str, Any]) -> Learned:
    """The paths of the rules of a model and of predicates of a state: all of them, or where they are too many those
    that reachable states take.

    Raises ModelError where a rule or predicate can fail, in the second case: in a reachable state.
    """
    claims = [always(name, predicate) for name, predicate in invariants.items()]
    checker = CompiledChecker(model)
    search = Search(checker, claims, Limits())
    searched = not all(tree.complete for tree in search.space.forest.trees)
    if searched:
        checker = CompiledChecker(model, budget=0)
        search = Search(checker, claims, Limits())
        search.run()
    else:
        for tree in search.space.forest.trees:
            _whole(tree)
    rules, predicates = search.space.forest.trees[: len(model.rules)], search.space.forest.trees[len(model.rules) :]
    return Learned(
        shape=checker.shape,
        initial=tuple(dict.fromkeys(checker.initial)),
        names=tuple(_names(checker.shape)),
        events=tuple(str(rule.event) for rule in model.rules),
        cubes=tuple(cubes_of(rules)),
        false={
            claim.name: tuple(reads for reads, result in tree.paths() if isinstance(result, Step))
            for claim, tree in zip(claims, predicates, strict=True)
        },
        searched=searched,
    )


def _whole(tree: DecisionTree) -> None:
    """Check a tree that is wholly known.  Raises ModelError where a path fails."""
    tree.recheck()
    for _, result in tree.paths():
        if isinstance(result, Failure):
            raise ModelError(f"{result.message}; a rule that can fail has no meaning in another language")


def _names(shape: Shape) -> Iterator[str]:
    """A variable for each slot: its path with underscores, numbered where two would be the same."""
    used: set[str] = set()
    for leaf in shape.leaves:
        name = "v_" + re.sub(r"\W+", "_", leaf.slot.name).strip("_")
        while name in used:
            name += f"_{leaf.number}"
        used.add(name)
        yield name


Signs = tuple[str, str, str]
PROMELA_SIGNS: Signs = ("==", "&&", "||")
MURPHI_SIGNS: Signs = ("=", "&", "|")
"""Equal, and, or."""


def _all(known: Learned, reads: Pairs, signs: Signs) -> str:
    """What a path demands, as a condition."""
    return f" {signs[1]} ".join(_among(known, slot, codes, signs) for slot, codes in known.demands(reads)) or "true"


def _among(known: Learned, slot: int, codes: tuple[int, ...], signs: Signs) -> str:
    """A slot has one of some codes; neighbours that have no names are written as a range."""
    name, (equal, both, either) = known.names[slot], signs
    parts = []
    for begin, end in _runs(codes):
        if end - begin < 2:
            parts += [f"{name} {equal} {known.value(slot, code)}" for code in range(begin, end + 1)]
        else:
            parts.append(f"({name} >= {begin} {both} {name} <= {end})")
    return parts[0] if len(parts) == 1 else f"({f' {either} '.join(parts)})"


def _runs(codes: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours."""
    begin = last = codes[0]
    for code in codes[1:]:
        if code != last + 1:
            yield begin, last
            begin = code
        last = code
    yield begin, last


def _any(known: Learned, paths: tuple[Pairs, ...], signs: Signs) -> str:
    return f" {signs[2]} ".join(f"({_all(known, reads, signs)})" for reads in paths) or "false"


def meaning(domain: tuple[Any, ...]) -> str:
    """What the codes of a variable stand for, for the reader."""
    if len(domain) > 12 or any(len(str(value)) > LONGEST for value in domain):
        return f"{len(domain)} values"
    return ", ".join(f"{code} {safe(str(value))}" for code, value in enumerate(domain))


def safe(text: str) -> str:
    """Text that ends neither a comment nor a string."""
    return re.sub(r'["\\\n]|\*/', " ", text)
