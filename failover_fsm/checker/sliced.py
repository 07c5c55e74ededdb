"""Cone-of-influence reduction: each property is searched without the fields that it does not depend on.

Dependencies are first guessed from a pilot search (`checker.reduce.dependencies`), then tested: a search without a
field either ends without ever reading it, and is then exact (`checker.reduce.cone_of_influence`), or meets the step
that reads it, and is restarted with the field. Dependencies between slots are shared by all properties; properties with
the same cone are searched together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import attrs

from failover_fsm.checker.bitset.compiled_search import Search
from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.core.properties import ASKS_FOR_CHANGE, Kind, Property, admits
from failover_fsm.checker.core.result import NO_MEMORY, Result, digest_of, overall
from failover_fsm.checker.explicit.explore import not_searched
from failover_fsm.checker.reduce.cone_of_influence import Cone, ConeModel, MissingSlot
from failover_fsm.checker.reduce.dependencies import ENABLED, dependencies_of
from failover_fsm.checker.rules.rule_model import check_rule_model
from failover_fsm.checker.rules.rule_tree import DecisionTree, PlainModel, Rule, RuleModel, Step, shape_of

__all__ = ["Part", "joined", "verify_sliced"]

PILOT = 1000
"""States of the pilot search, which runs with all fields."""

Row = Sequence[int]
"""The codes of a state, by slot."""


@attrs.frozen(kw_only=True)
class Part:
    """One search: properties with the same cone.

    Attributes:
        without: names of the fields left out, of those that some rule changes.
        kept: numbers of the slots kept.
        whole: nothing was left out, so the counts and events of `result` are those of the model.
        searched: False for the properties that were not searched because of a limit or an interrupt.
        result: the result for these properties.
    """

    without: tuple[str, ...] = ()
    kept: tuple[int, ...] = ()
    whole: bool = False
    searched: bool = True
    result: Result[Any, Hashable]


def verify_sliced(model: RuleModel, properties: Sequence[Property], *, budget: int, **limits: Any) -> tuple[Part, ...]:
    """Search each property without the fields that it does not depend on.

    Args:
        model: the rules and the initial states.
        properties: the properties.
        budget: see `CompiledChecker`.
        limits: of `CompiledChecker.verify`. States and seconds count over all searches; after a limit or an interrupt
            the remaining properties stay undecided.

    Raises:
        ModelError: as `CompiledChecker`.
    """
    cones = _ConeSearch(model, properties, budget, Limits(**limits))
    try:
        cones.search_pilot()
        cones.search_all()
    except KeyboardInterrupt:
        cones.leave_undecided()
    except LimitReached as reached:
        cones.leave_undecided(reached.limit)
    except MemoryError:
        cones.leave_undecided(NO_MEMORY)
    return tuple(cones.parts)


def joined(parts: Sequence[Part], names: Sequence[str], seconds: float = 0.0) -> Result[Any, Hashable]:
    """The result of all searches together: numbers are summed, the depth is the largest one.

    Args:
        parts: the searches.
        names: the order of the findings.
        seconds: the duration of all searches.
    """
    results = [part.result for part in parts if part.searched] or [parts[-1].result]
    everything = [part.result for part in parts]
    found = {finding.name: finding for result in everything for finding in result.findings}
    findings = tuple(found[name] for name in names)
    levels = tuple(size for result in results for size in result.levels)
    transitions, complete = sum(result.transitions for result in results), all(result.complete for result in everything)
    return Result(
        verdict=overall(findings, complete),
        findings=findings,
        states=sum(result.states for result in results),
        transitions=transitions,
        generated=sum(result.generated for result in results),
        depth=max(result.depth for result in results),
        complete=complete,
        interrupted=any(result.interrupted for result in everything),
        limit=next((result.limit for result in everything if result.limit), None),
        seconds=seconds,
        levels=levels,
        digest=digest_of(levels, transitions, findings),
    )


class _Dependencies:
    """The dependencies of properties on slots and of slots on each other, as far as they are known.

    `_of_property` maps the name of a property to the slots it depends on, `_of_slot` a slot to the slots its new value
    depends on. `_constant` are slots that were never seen to change; they are kept everywhere, at no cost.
    """

    def __init__(self, properties: Sequence[Property]) -> None:
        self._of_property: dict[str, dict[int, None]] = {claim.name: {} for claim in properties}
        self._of_slot: dict[int, dict[int, None]] = {}
        self._constant: dict[int, None] = {}

    def add_observed(self, rules: Sequence[Rule], trees: Sequence[DecisionTree], search: Search, initial: Row) -> None:
        """Add what the pilot search showed."""
        moved = {slot for tree in trees for _, result in tree.paths() if isinstance(result, Step)
                 for slot, code in result.writes if code != initial[slot]}  # fmt: skip
        if not search.reachable.transitions(search.reachable.reached).any():
            moved = set()  # no transition at all, which a slice could not tell from transitions of dropped slots only
        self._constant = {slot: None for slot in range(len(initial)) if slot not in moved}
        seen = {rule.event: dependencies_of(tree) for rule, tree in zip(rules, trees, strict=True)}
        for found in seen.values():
            for slot, sources in found.items():
                if slot != ENABLED:
                    self._of_slot.setdefault(slot, {}).update(dict.fromkeys(sources))
        for monitor in search.monitors:
            slots = self._of_property[monitor.claim.name]
            slots.update(dict.fromkeys(search.reads_of(monitor)))
            for event, found in seen.items():
                if _sees_steps(monitor.claim, event):
                    slots.update(dict.fromkeys(found[ENABLED]))
                if _sees_changes(monitor.claim, event):
                    slots.update(dict.fromkeys(slot for slot in found if slot != ENABLED))

    def add_missing(self, missing: MissingSlot) -> None:
        """Add a dependency that a search without the slot has met."""
        for slot in missing.slots:
            self._of_slot.setdefault(slot, {})[missing.slot] = None
        for name in missing.claims:
            self._of_property[name][missing.slot] = None

    def groups(self, claims: Sequence[Property]) -> dict[frozenset[int], list[Property]]:
        """The properties by their cones, as far as these are known."""
        groups: dict[frozenset[int], list[Property]] = {}
        for claim in claims:
            groups.setdefault(self._closure(claim.name), []).append(claim)
        return groups

    def _closure(self, name: str) -> frozenset[int]:
        found = {**self._of_property[name], **self._constant}
        waiting = list(found)
        for slot in waiting:
            new = [source for source in self._of_slot.get(slot, {}) if source not in found]
            found.update(dict.fromkeys(new))
            waiting += new
        return frozenset(found)


class _ConeSearch:
    """Searches one group of properties after the other.

    Attributes:
        parts: the searches finished so far.
    """

    def __init__(self, model: RuleModel, properties: Sequence[Property], budget: int, limits: Limits) -> None:
        check_rule_model(model)
        self._model, self._budget, self._limits = model, budget, limits
        self._shape, initial = shape_of(model)
        self._initial = initial[0]
        self._dependencies = _Dependencies(properties)
        self._open = list(properties)
        self.parts: list[Part] = []

    def search_pilot(self) -> None:
        """Search the first states with all fields, to guess the dependencies. Raises KeyboardInterrupt."""
        checker = CompiledChecker(self._model, budget=self._budget, watchdog=Watchdog(self._limits))
        most = min(PILOT, self._limits.max_states or PILOT)
        search = Search(checker, self._open, attrs.evolve(self._limits, max_states=most))
        search.run()
        if search.interrupted:
            raise KeyboardInterrupt
        self._dependencies.add_observed(self._model.rules, checker.trees, search, self._initial)

    def search_all(self) -> None:
        """Search each group of properties with equal dependencies; if a dropped field turns out to be read, add it and
        restart that group.

        Groups with the smallest cones come first, since they may turn out to belong to another group. Raises
        KeyboardInterrupt.
        """
        while self._open:
            counted = sum(part.result.states for part in self.parts)
            self._limits = attrs.evolve(self._limits, counted=counted)
            if (limit := self._limits.late() or self._limits.crowded(1) or self._limits.swollen()) is not None:
                self.leave_undecided(limit)
                return
            keep, claims = min(self._dependencies.groups(self._open).items(), key=lambda group: len(group[0]))
            try:
                part = self._search(keep, claims)
            except MissingSlot as missing:
                self._dependencies.add_missing(missing)
                continue
            self.parts.append(part)
            self._open = [claim for claim in self._open if claim not in claims]
            if part.result.interrupted:
                raise KeyboardInterrupt

    def leave_undecided(self, limit: str | None = None) -> None:
        """Leave the properties that are not searched yet undecided."""
        if self._open:
            result = not_searched(PlainModel(self._model), self._open, limit)
            self.parts.append(Part(searched=False, result=result))
            self._open = []

    def _search(self, keep: frozenset[int], claims: Sequence[Property]) -> Part:
        """Search these properties with the slots of `keep`. Raises MissingSlot if another slot is needed."""
        cone = Cone(
            keep=keep,
            initial=self._initial,
            claims=tuple(claim.name for claim in claims),
            exact=self._by_event(claims, _sees_steps),
            faithful=self._by_event(claims, _sees_changes),
        )
        model: RuleModel = self._model
        whole = len(keep) == len(self._shape.leaves)
        if not whole:
            model, claims = ConeModel(model, self._shape, cone), [cone.claim(claim) for claim in claims]
        checker = CompiledChecker(model, budget=self._budget, watchdog=Watchdog(self._limits))
        search = Search(checker, claims, self._limits)
        search.run()
        result = search.result()
        without = tuple(map(self._shape.name, sorted(cone.dropped_writes)))
        return Part(without=without, kept=tuple(sorted(keep)), whole=whole, result=result)

    def _by_event(
        self, claims: Sequence[Property], concerned: Callable[[Property, Any], bool]
    ) -> dict[Hashable, tuple[str, ...]]:
        """For each event of a rule the names of the properties it concerns, if any."""
        named = (
            (rule.event, tuple(claim.name for claim in claims if concerned(claim, rule.event)))
            for rule in self._model.rules
        )
        return {event: names for event, names in named if names}


def _sees_steps(claim: Property, event: Any) -> bool:
    return claim.kind is Kind.ALWAYS_STEP and claim.speaks_of(event)


def _sees_changes(claim: Property, event: Any) -> bool:
    return claim.kind in ASKS_FOR_CHANGE and admits(claim, event)
