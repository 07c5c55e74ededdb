"""Each property searched without the fields that it does not depend on.

What a property depends on is guessed from what the first states show (`checker.depends`) and then tried: a search
without a field either ends without ever asking for it, and is then exact (`checker.slices`), or meets the step
that does ask, and is begun again with it.  What was found once, that one slot's new value depends on another slot,
serves all properties; those that end up with the same slots are searched together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.depends import POSSIBLE, depends
from failover_fsm.checker.engine.search import Limits, Search
from failover_fsm.checker.learned import RuleModel, Step, shape_of
from failover_fsm.checker.properties import Kind, Property
from failover_fsm.checker.result import Result, digest_of, overall
from failover_fsm.checker.slices import Needed, Slice, SlicedModel

__all__ = ["Part", "joined", "verify_sliced"]

PILOT = 1000
"""States searched with everything, to see what properties depend on."""

FOR_EVER = (Kind.WHEN_SETTLED, Kind.LEADS_TO, Kind.CONVERGES)
"""Kinds for which it matters whether the events of `within` change anything at all."""


@attrs.frozen
class Part:
    """One search: properties that depend on the same fields.

    without: names of the fields left out, of those that some rule met on the way changes.
    kept: numbers of the slots that were kept.
    result: of these properties.
    """

    without: tuple[str, ...]
    kept: tuple[int, ...]
    result: Result[Any, Hashable]


def verify_sliced(model: RuleModel, properties: Sequence[Property], *, budget: int, **limits: Any) -> tuple[Part, ...]:
    """Search each property without what it does not depend on.

    budget: see `CompiledChecker`.  limits: of `CompiledChecker.verify`, for each search.

    Raises what `CompiledChecker` raises, and KeyboardInterrupt before the first property is judged.
    """
    cutter = _Cutter(model, properties, budget)
    cutter.look_around()
    return tuple(cutter.parts(limits))


def joined(parts: Sequence[Part], names: Sequence[str], seconds: float = 0.0) -> Result[Any, Hashable]:
    """One result of all searches: findings in the order of these names, numbers added up, the depth of the deepest.

    seconds: how long all of it took.
    """
    results = [part.result for part in parts]
    found = {finding.name: finding for result in results for finding in result.findings}
    findings = tuple(found[name] for name in names)
    levels = tuple(size for result in results for size in result.levels)
    transitions, complete = sum(result.transitions for result in results), all(result.complete for result in results)
    return Result(
        verdict=overall(findings, complete),
        findings=findings,
        states=sum(result.states for result in results),
        transitions=transitions,
        generated=sum(result.generated for result in results),
        depth=max(result.depth for result in results),
        complete=complete,
        interrupted=any(result.interrupted for result in results),
        limit=next((result.limit for result in results if result.limit), None),
        seconds=seconds,
        levels=levels,
        digest=digest_of(levels, transitions, findings),
    )


class _Cutter:
    """What is known of who depends on what.

    _asked: the slots that a property was seen to depend on, by its name.
    _sources: the slots that the new value of a slot was seen to depend on.
    _still: slots that were never seen to change; they are kept everywhere, which costs nothing.
    """

    def __init__(self, model: RuleModel, properties: Sequence[Property], budget: int) -> None:
        self._model, self._properties, self._budget = model, tuple(properties), budget
        self._shape, initial = shape_of(model)
        self._initial = initial[0]
        self._asked: dict[str, dict[int, None]] = {claim.name: {} for claim in properties}
        self._sources: dict[int, dict[int, None]] = {}
        self._still: dict[int, None] = {}

    def look_around(self) -> None:
        """Search the first states whole, and note what was seen to depend on what."""
        checker = CompiledChecker(self._model, budget=self._budget)
        search = Search(checker, self._properties, Limits(max_states=PILOT))
        search.run()
        moved = {slot for tree in checker.trees for _, result in tree.paths() if isinstance(result, Step)
                 for slot, code in result.writes if code != self._initial[slot]}  # fmt: skip
        self._still = {leaf.number: None for leaf in self._shape.leaves if leaf.number not in moved}
        seen = {rule.event: depends(tree) for rule, tree in zip(self._model.rules, checker.trees, strict=True)}
        for found in seen.values():
            for slot, sources in found.items():
                if slot != POSSIBLE:
                    self._sources.setdefault(slot, {}).update(dict.fromkeys(sources))
        for claim, watch in zip(self._properties, search.watches, strict=True):
            asked = self._asked[claim.name]
            asked.update(dict.fromkeys(search.reads_of(watch)))
            for event, found in seen.items():
                if _looks_closer(claim, event):
                    asked.update(dict.fromkeys(found[POSSIBLE]))
                if _goes_on(claim, event):
                    asked.update(dict.fromkeys(slot for slot in found if slot != POSSIBLE))

    def parts(self, limits: dict[str, Any]) -> Iterator[Part]:
        """Search the properties that depend on the same; what then turns up to be missing begins again.

        Those that depend on the least come first: they may turn out to belong to others.
        """
        todo = list(self._properties)
        while todo:
            keep, claims = min(self._groups(todo).items(), key=lambda group: len(group[0]))
            part = self._search(keep, claims, limits)
            if part is not None:
                yield part
                todo = [claim for claim in todo if claim not in claims]
                if part.result.interrupted:
                    limits = {**limits, "max_states": 1}

    def _groups(self, claims: Sequence[Property]) -> dict[frozenset[int], list[Property]]:
        """The properties by what they depend on, as far as is known."""
        groups: dict[frozenset[int], list[Property]] = {}
        for claim in claims:
            groups.setdefault(self._closure(claim.name), []).append(claim)
        return groups

    def _closure(self, name: str) -> frozenset[int]:
        found = {**self._asked[name], **self._still}
        waiting = list(found)
        for slot in waiting:
            new = [source for source in self._sources.get(slot, {}) if source not in found]
            found.update(dict.fromkeys(new))
            waiting += new
        return frozenset(found)

    def _search(self, keep: frozenset[int], claims: Sequence[Property], limits: dict[str, Any]) -> Part | None:
        """Search these properties; None where something is missing, which is then known."""
        cut = Slice(
            keep=keep,
            initial=self._initial,
            claims=tuple(claim.name for claim in claims),
            exact=self._by_event(claims, _looks_closer),
            faithful=self._by_event(claims, _goes_on),
        )
        try:
            checker = CompiledChecker(SlicedModel(self._model, self._shape, cut), budget=self._budget)
            result = checker.verify(*map(cut.claim, claims), **limits)
        except Needed as missing:
            for slot in missing.slots:
                self._sources.setdefault(slot, {})[missing.slot] = None
            for name in missing.claims:
                self._asked[name][missing.slot] = None
            return None
        return Part(tuple(map(self._shape.name, sorted(cut.moved))), tuple(sorted(keep)), result)

    def _by_event(
        self, claims: Sequence[Property], concerned: Callable[[Property, Any], bool]
    ) -> dict[Hashable, tuple[str, ...]]:
        """For the events of rules the names of the properties that they concern, if any."""
        named = (
            (rule.event, tuple(claim.name for claim in claims if concerned(claim, rule.event)))
            for rule in self._model.rules
        )
        return {event: names for event, names in named if names}


def _looks_closer(claim: Property, event: Any) -> bool:
    return claim.kind is Kind.ALWAYS_STEP and claim.speaks_of(event)


def _goes_on(claim: Property, event: Any) -> bool:
    return claim.kind in FOR_EVER and (claim.within is None or bool(claim.within(event)))
