"""What exports write down of a model: its variables, what each rule does, where each invariant is false."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from failover_fsm.checker.bitset.compiled_search import Search
from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import always
from failover_fsm.checker.export.graphs import Decision, Guard, learned_decision
from failover_fsm.checker.export.minimise import ReachedCodes
from failover_fsm.checker.rules.rule_tree import DecisionTree, Failure, Pairs, RuleModel
from failover_fsm.records import Shape
from failover_fsm.records.steady import steady_str

__all__ = ["LONGEST", "Command", "ExportedModel", "escaped", "exported_model", "meaning"]

LONGEST = 40
"""Characters of a value that is written out."""

PREDICATE_PATHS = 50_000
"""Paths of a predicate that are learned, reachable or not."""


@attrs.frozen
class Command:
    """An assignment, and the disjoint guards under which a rule makes it."""

    writes: Pairs
    guards: tuple[Guard, ...]


@attrs.frozen(eq=False, slots=False)
class ExportedModel:
    """A model as it is exported.

    Attributes:
        shape: the slots of a state.
        initial: the initial states, as codes by slot.
        slots: those that are variables; the others are constant.
        names: of the variables, one per slot of the shape.
        events: of the rules.
        decisions: what each rule does.
        violated: for each invariant, where it is false.
        unminimised: invariants with too many violating paths; they are exact in reached states only.
        searched: guards are minimised for the reachable states.
    """

    shape: Shape
    initial: tuple[tuple[int, ...], ...]
    slots: tuple[int, ...]
    names: tuple[str, ...]
    events: tuple[str, ...]
    decisions: tuple[Decision, ...]
    violated: dict[str, Decision]
    unminimised: tuple[str, ...]
    searched: bool

    def comments(self, title: str, notes: Sequence[str]) -> list[str]:
        """The comment lines at the top of the file."""
        lines = [escaped(title), *notes]
        if self.searched:
            lines.append("Conditions are as short as tells reachable states apart.")
        if constants := [self._constant(leaf.number) for leaf in self.shape.leaves if leaf.number not in self.slots]:
            lines.append(f"Left out, since they never change: {', '.join(constants)}.")
        if self.unminimised:
            lines.append(
                f"Asked of reachable states only, in which the verdict is known: {', '.join(self.unminimised)}."
            )
        return [line for line in lines if line]

    def _constant(self, slot: int) -> str:
        leaf = self.shape.leaves[slot]
        value = escaped(steady_str(leaf.slot.domain[self.initial[0][slot]]))
        return leaf.slot.name if len(value) > LONGEST else f"{leaf.slot.name} = {value}"

    def enabled(self) -> Iterator[tuple[str, Decision]]:
        """The event of each rule that is ever enabled, with what the rule does."""
        return ((event, rule) for event, rule in zip(self.events, self.decisions, strict=True) if rule.effects)

    def by_rule(self) -> Iterator[tuple[str, list[Command]]]:
        """The event of each rule that is ever enabled, with its commands."""
        for event, rule in self.enabled():
            yield event, [Command(writes, guards) for writes, guards in rule.guards(self.sizes)]

    @cached_property
    def violations(self) -> dict[str, tuple[Guard, ...]]:
        """For each invariant, the guards under which it is false."""
        places = {name: dict(found.guards(self.sizes)) for name, found in self.violated.items()}
        return {name: effects.get((), ()) for name, effects in places.items()}

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many codes each slot has."""
        return tuple(len(leaf.slot.domain) for leaf in self.shape.leaves)

    @cached_property
    def symbols(self) -> dict[str, int]:
        """The names of the members of enumerations with their codes; if fields order them differently, the first
        order.
        """
        found: dict[str, int] = {}
        for slot in self.slots:
            for code, value in enumerate(self.shape.leaves[slot].slot.domain):
                name = symbol(value)
                if name is not None:
                    found.setdefault(name, code)
        return found

    def value(self, slot: int, code: int) -> str:
        """A value of a slot: the name of a member of an enumeration, else its code."""
        name = symbol(self.shape.leaves[slot].slot.domain[code])
        return name if name is not None and self.symbols[name] == code else str(code)


def symbol(value: Any) -> str | None:
    """The name of a member of an enumeration in languages without qualified names; None for other values."""
    return f"{type(value).__name__}_{value.name}" if isinstance(value, enum.Enum) else None


def exported_model(model: RuleModel, invariants: Mapping[str, Any], limits: Limits | None = None) -> ExportedModel:
    """The rules of a model and invariants: all paths or, if there are too many, guards minimised for the reachable
    states.

    Args:
        model: the rules and the initial states.
        invariants: predicates of a state, by name.
        limits: of time and memory, while rules are learned and states searched; None for no end.

    Raises:
        ModelError: a rule or predicate can fail (in the second case: in a reachable state).
        LimitReached: a limit was reached.
    """
    claims = [always(name, predicate) for name, predicate in invariants.items()]
    limits = Limits() if limits is None else limits
    watchdog = Watchdog(limits)
    checker = CompiledChecker(model, watchdog=watchdog)
    search = Search(checker, claims, limits)
    searched = not all(tree.complete for tree in search.reachable.forest.trees)
    if searched:
        checker = CompiledChecker(model, budget=0, watchdog=watchdog)
        search = Search(checker, claims, limits)
        _run_to_the_end(search)
        watchdog.limits = limits  # the search ends with none
    else:
        for tree in search.reachable.forest.trees:
            _check_total(tree)
    reached = ReachedCodes.of(search.reachable) if searched else None
    trees, n_rules = search.reachable.forest.trees, len(model.rules)
    violated = {claim.name: _violated(tree, reached) for claim, tree in zip(claims, trees[n_rules:], strict=True)}
    return ExportedModel(
        shape=checker.shape,
        initial=tuple(dict.fromkeys(checker.initial)),
        slots=reached.changing if reached is not None else tuple(range(len(checker.shape.leaves))),
        names=tuple(_names(checker.shape)),
        events=tuple(steady_str(rule.event) for rule in model.rules),
        decisions=tuple(_decision(tree, reached) for tree in trees[:n_rules]),
        violated=violated,
        unminimised=tuple(claim.name for claim, tree in zip(claims, trees[n_rules:], strict=True) if not tree.complete),
        searched=searched,
    )


def _run_to_the_end(search: Search) -> None:
    """Search every state. Raises LimitReached or KeyboardInterrupt if the search ends before that."""
    search.run()
    if search.limit is not None:
        raise LimitReached(search.limit)
    if search.interrupted:
        raise KeyboardInterrupt


def _check_total(tree: DecisionTree) -> None:
    """Check a completely learned tree. Raises ModelError if a path fails."""
    tree.recheck()
    for _, result in tree.paths():
        if isinstance(result, Failure):
            raise ModelError(f"{result.message}; a rule that can fail has no meaning in another language")


def _decision(tree: DecisionTree, reached: ReachedCodes | None) -> Decision:
    """What a rule does in reached states or, with None, in all of them."""
    return reached.decision(tree) if reached is not None else learned_decision(tree, {})


def _violated(tree: DecisionTree, reached: ReachedCodes | None) -> Decision:
    """Where a predicate is false, for all states its variables allow, so that the other checker really evaluates it.

    Fields that never change keep their value. A predicate with too many paths is minimised for the reachable states.

    Args:
        tree: of the negated predicate.
        reached: the reached states; None if they were not needed.
    """
    if reached is None or not tree.learn_all(PREDICATE_PATHS):
        return _decision(tree, reached)
    slots = range(len(reached.columns))
    return learned_decision(tree, {slot: reached.first(slot) for slot in slots if slot not in reached.changing})


def _names(shape: Shape) -> Iterator[str]:
    """A variable name per slot: its path with underscores, numbered to be unique."""
    used: set[str] = set()
    for leaf in shape.leaves:
        name = "v_" + re.sub(r"\W+", "_", leaf.slot.name).strip("_")
        while name in used:
            name += f"_{leaf.number}"
        used.add(name)
        yield name


def meaning(domain: tuple[Any, ...]) -> str:
    """A comment that maps the codes of a variable to values."""
    if len(domain) > 12 or any(len(steady_str(value)) > LONGEST for value in domain):
        return f"{len(domain)} values"
    return ", ".join(f"{code} {escaped(steady_str(value))}" for code, value in enumerate(domain))


def escaped(text: str) -> str:
    """The text without characters that end a comment or a string."""
    return re.sub(r'["\\\n]|\*/', " ", text)
