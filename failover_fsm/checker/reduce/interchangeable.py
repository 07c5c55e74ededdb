"""Proofs that learned functions treat the members of a block alike.

Exchanging two neighbours must turn each rule into the rule with the renamed event, and each predicate into itself.
Whole decision trees are compared, so the proof covers all states, reachable or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import Kind, Property
from failover_fsm.checker.core.result import Result as CheckerResult
from failover_fsm.checker.core.result import digest_of
from failover_fsm.checker.explicit.explore import Checker
from failover_fsm.checker.reduce.symmetry import Block, Places, RecordBlock, Symmetric, named, neighbours
from failover_fsm.checker.rules.predicates import tree_of_predicate, tree_of_step
from failover_fsm.checker.rules.rule_tree import (
    NOWHERE,
    Branch,
    DecisionTree,
    End,
    Failure,
    PlainModel,
    Result,
    Rule,
    RuleModel,
    Step,
    shape_of,
    tree_of_rule,
)
from failover_fsm.records import Shape

__all__ = ["SymmetricChecker", "prove_property", "prove_rules"]

MOST_PATHS = 20_000
"""A block is refused if a function has more paths than this."""


class SymmetricChecker:
    """The plain checker on canonical states.

    Args:
        model: any model; a rule model needs record blocks, and is then proven to be symmetric.
        blocks: its interchangeable members.

    Raises:
        ModelError: a rule distinguishes members, or has too many paths to compare.
    """

    def __init__(self, model: Any, *blocks: Block) -> None:
        self._model = model
        self._rules = hasattr(model, "rules")
        if self._rules:
            self._shape, _ = shape_of(model)
            prove_rules(model.rules, [tree_of_rule(rule, self._shape) for rule in model.rules], blocks)
        self.symmetric = Symmetric(PlainModel(model) if self._rules else model, blocks, proven=self._rules)

    def verify(self, *properties: Property, **limits: Any) -> CheckerResult[Any, Any]:
        """As `Checker.verify`; canonical states are counted, traces have the members' own names.

        Raises:
            ModelError: as `Checker.verify`, and if a property distinguishes members.
        """
        if self._rules:
            for claim in properties:
                prove_property(self._model, claim, self._shape, self.symmetric.blocks)
        claims = [self.symmetric.claim(claim) for claim in properties]
        result = Checker(self.symmetric).verify(*claims, **limits)
        swaps = [(event, block.name) for event, block in self.symmetric.swaps.items()]
        for claim in claims:
            self.symmetric.refuse_swaps(claim, swaps)
        return with_names(self.symmetric, result)


def with_names(symmetric: Symmetric, result: CheckerResult[Any, Any]) -> CheckerResult[Any, Any]:
    """The result with the members' own names in every trace."""
    findings = []
    for finding in result.findings:
        if finding.states:
            trace, states, loop = symmetric.unsorted_run(finding.trace, finding.states, finding.loop)
            finding = attrs.evolve(finding, trace=trace, states=states, loop=loop)
        findings.append(finding)
    digest = digest_of(result.levels, result.transitions, findings)
    return attrs.evolve(result, findings=tuple(findings), digest=digest)


def prove_rules(rules: Sequence[Rule], trees: Sequence[DecisionTree], blocks: Sequence[Block], what: str = "") -> None:
    """Prove that exchanging members turns the rules into each other.

    Args:
        rules: the rules of the model.
        trees: one per rule: of the rule itself, or of a predicate of its steps.
        blocks: the interchangeable members.
        what: the predicate, for messages.

    Raises:
        ModelError: a rule distinguishes members, has no counterpart, or has too many paths to compare.
    """
    events = [rule.event for rule in rules]
    by_event = dict(zip(events, trees, strict=True))
    for tree in trees:
        _learn_fully(tree, blocks)
    touched = {event: {*tree.read_slots(), *tree.written_slots()} for event, tree in by_event.items()}
    for block in blocks:
        for places, moved in _exchanges(block):
            for event, tree in by_event.items():
                other = block.renamed(event, places)
                if other not in by_event:
                    raise ModelError(
                        f"rule {event} is called {other} when members of the block {block.name} change places, "
                        "and there is no such rule",
                        event=event,
                    )
                if other == event and touched[event].isdisjoint(moved):
                    continue
                if not _same(tree, by_event[other], moved):
                    raise named(what or f"rule {event}", block.name, places)


def prove_property(model: RuleModel, claim: Property, shape: Shape, blocks: Sequence[Block]) -> None:
    """Prove that a property has the same truth value when members are exchanged.

    Raises:
        ModelError: it distinguishes members, or has too many paths to compare.
    """
    what = f"property {claim.name!r}"
    for trees in _trees_of(claim, model, shape):
        if claim.kind is Kind.ALWAYS_STEP:
            prove_rules([rule for rule in model.rules if claim.speaks_of(rule.event)], trees, blocks, what)
            continue
        for tree in trees:
            _learn_fully(tree, blocks)
            for block in blocks:
                for places, moved in _exchanges(block):
                    if not _same(tree, tree, moved):
                        raise named(what, block.name, places)


def _trees_of(claim: Property, model: RuleModel, shape: Shape) -> Iterator[list[DecisionTree]]:
    """The trees of the predicate, of the premise and of the guards of a property."""
    what = f"property {claim.name!r}"
    for predicate in (claim.predicate, claim.premise, *claim.guards):
        if predicate is not None and claim.kind is Kind.ALWAYS_STEP:
            spoken_of = [rule for rule in model.rules if claim.speaks_of(rule.event)]
            yield [tree_of_step(what, rule, predicate, True, shape) for rule in spoken_of]
        elif predicate is not None:
            yield [tree_of_predicate(what, predicate, True, shape)]


def _exchanges(block: Block) -> list[tuple[Places, dict[int, int]]]:
    """The exchanges of two neighbours, each with the slots that change places."""
    if not isinstance(block, RecordBlock):
        raise ModelError(f"the block {block.name} does not say which slots its members have; use record_block()")
    found = []
    for places in neighbours(len(block.slots)):
        moved: dict[int, int] = {}
        for member, place in enumerate(places):
            moved.update(zip(block.slots[member], block.slots[place], strict=True))
        found.append((places, moved))
    return found


def _learn_fully(tree: DecisionTree, blocks: Sequence[Block]) -> None:
    if blocks and not tree.complete and not tree.learn_all(MOST_PATHS):
        names = ", ".join(block.name for block in blocks)
        raise ModelError(
            f"{tree.name} has more than {MOST_PATHS} paths, too many to tell whether it treats the members of {names} "
            "alike; check without blocks"
        )


def _same(first: DecisionTree, second: DecisionTree, moved: Mapping[int, int]) -> bool:
    """Whether `first`, with its slots renamed by `moved`, is the same function as `second`."""
    for reads, result in first.paths():
        if any(first.shape.base(slot) != slot and first.shape.base(slot) in moved for slot, _ in reads):
            raise ModelError(f"{first.name} puts questions to a member of a block instead of reading it")
        known = {moved.get(slot, slot): code for slot, code in reads}
        if isinstance(result, Step):
            result = Step(tuple((moved.get(slot, slot), code) for slot, code in result.writes))
        if not _agrees(second.root, known, result):
            return False
    return True


def _agrees(node: Branch | End | None, known: Mapping[int, int], wanted: Result) -> bool:
    """Whether every leaf below a node that is consistent with `known` has the result `wanted`."""
    while isinstance(node, Branch):
        code = known.get(node.slot)
        if code is None:
            slot = node.slot
            return all(_agrees(child, {**known, slot: code}, wanted) for code, child in enumerate(node.children))
        node = node.children[code]
    assert node is not None, "a tree that is complete"
    if node is NOWHERE:
        return True
    return _effect(node.result, known) == _effect(wanted, known)


def _effect(result: Result, known: Mapping[int, int]) -> dict[int, int] | str:
    """The slots that a result changes, given the known codes."""
    if isinstance(result, Step):
        return {slot: code for slot, code in result.writes if known.get(slot) != code}
    return "fails" if isinstance(result, Failure) else "not possible"
