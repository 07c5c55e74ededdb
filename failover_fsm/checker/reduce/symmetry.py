"""Symmetry reduction: of states that differ only in the order of interchangeable members, one is kept.

A *block* is a part of the state whose members can be permuted without changing any behaviour: monitored interfaces of
which a policy only counts, resource managers, threads. The canonical state has its members sorted. Every transition of
it is taken, so nothing is lost unless a rule or property distinguishes members.

What distinguishes members is refused, with the reason: a rule, a predicate, a fairness assumption. For rule models that
is a proof over whole functions (`checker.reduce.interchangeable`). Other models are evaluated a second time in each
canonical state, with two neighbours exchanged; that finds a distinction only if it shows in such a state.

Three things need more care than a quotient graph:

* A step that only exchanges members changes the state, but not the canonical one. A property that depends on whether
  anything changes (leads-to, converges, when-settled) is refused if such a step can occur.
* A run around a loop of canonical states may return with the members permuted. It is continued until it returns to the
  same state.
* Events in a trace get back the members' own names, and the trace is replayed with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from failover_fsm.checker.core.answers import truth
from failover_fsm.checker.core.model import ModelError, expander
from failover_fsm.checker.core.properties import ASKS_FOR_CHANGE, Fairness, InStates, Kind, Property
from failover_fsm.records import Shape
from failover_fsm.records.steady import steady

__all__ = ["Block", "RecordBlock", "Symmetric", "record_block"]

Places = tuple[int, ...]
"""Where the member at each place goes, or comes from."""

Run = tuple[tuple[Any, ...], tuple[Any, ...], int | None]
"""Events, states, and where the loop begins."""


@attrs.frozen(eq=False)
class Block:
    """Interchangeable members of the states of a model.

    Attributes:
        name: for messages.
        members: the members of a state, one value each; values can be sorted, and equal members are equal values.
        placed: the state with these members in place of its own.
        renamed: the event in which each member i is called `places[i]`; the event itself if it names none.
    """

    name: str
    members: Callable[[Any], Sequence[Any]]
    placed: Callable[[Any, Sequence[Any]], Any]
    renamed: Callable[[Any, Places], Any]


@attrs.frozen(eq=False)
class RecordBlock(Block):
    """A block of records with finite domains. Build it with `record_block`.

    Attributes:
        slots: the numbers of the slots of each member, in the same order for all.
    """

    slots: tuple[tuple[int, ...], ...]


def record_block(example: Any, *paths: str, renamed: Callable[[Any, Places], Any]) -> RecordBlock:
    """The block of the items of one tuple of a record, or of several tuples side by side.

    Args:
        example: any state.
        paths: tuples, written as in Python without the leading dot: `interfaces`, `sides[0].ports`. The items at one
            place of all of them together are one member.
        renamed: see `Block`.

    Raises:
        ModelError: a path names no tuple, or the members differ in number, fields or domains.
    """
    shape = Shape.of(example)
    columns = [_items(shape, path) for path in paths]
    if len({len(items) for items in columns}) != 1 or len(columns[0]) < 2:
        raise ModelError(f"{' and '.join(paths)}: no block of two members or more, as many in each")
    slots = tuple(tuple(number for item in row for number in item) for row in zip(*columns, strict=True))

    def members(state: Any) -> Sequence[Any]:
        codes = shape.codes(state)
        return [tuple(codes[slot] for slot in own) for own in slots]

    def placed(state: Any, items: Sequence[Any]) -> Any:
        codes = list(shape.codes(state))
        for own, item in zip(slots, items, strict=True):
            for slot, code in zip(own, item, strict=True):
                codes[slot] = code
        return shape.build(codes)

    return RecordBlock(", ".join(paths), members, placed, renamed, slots)


def _items(shape: Shape, path: str) -> list[list[int]]:
    """The slots of each item of the tuple at a path."""
    pattern = re.compile(re.escape(path) + r"\[(\d+)\](.*)")
    items: list[list[int]] = []
    kinds: list[list[Any]] = []
    for leaf in shape.leaves:
        found = pattern.fullmatch(leaf.slot.name)
        if found is not None:
            if int(found[1]) == len(items):
                items.append([])
                kinds.append([])
            items[-1].append(leaf.number)
            kinds[-1].append((found[2], leaf.slot.domain))
    if not items:
        raise ModelError(f"{path} is not a tuple of the state")
    if any(kind != kinds[0] for kind in kinds):
        raise ModelError(f"the items of {path} differ in their fields or domains")
    return items


def neighbours(count: int) -> list[Places]:
    """The exchanges of two neighbours among `count` members; they generate all permutations."""
    exchanges = []
    for first in range(count - 1):
        places = list(range(count))
        places[first], places[first + 1] = first + 1, first
        exchanges.append(tuple(places))
    return exchanges


class Symmetric:
    """A model with the members of each block sorted, as the plain checker takes it.

    Args:
        model: any model whose states the blocks can read.
        blocks: its interchangeable members.
        proven: whether the model is known to treat the members alike; else it is checked in every state.

    Attributes:
        swaps: events that only exchanged members in some state, as far as the search went.
    """

    def __init__(self, model: Any, blocks: Sequence[Block], *, proven: bool) -> None:
        self.model = model
        self.blocks = tuple(blocks)
        self.swaps: dict[Any, Block] = {}
        self._proven = proven
        self._expand = expander(model)

    def initial_states(self) -> list[Any]:
        """See `checker.core.model.Model`."""
        return [self.canonical(state) for state in self.model.initial_states()]

    def events(self, state: Any, /) -> Iterable[Any]:
        """The events of the model."""
        events: Iterable[Any] = self.model.events(state)
        return events

    def step(self, state: Any, event: Any, /) -> Any | None:
        """The state after the event with its members sorted, or None where the event is not possible."""
        after = self.model.step(state, event)
        return None if after is None else self.canonical(after)

    def successors(self, state: Any, /) -> list[tuple[Any, Any]]:
        """See `checker.core.model.FastModel`. Raises ModelError if the model distinguishes members."""
        found = []
        pairs = self._expand(state)
        if not self._proven:
            self._check_exchanges(state, pairs)
        for event, after in pairs:
            kept = self.canonical(after)
            if kept == state and after != state:
                self.swaps.setdefault(event, next(b for b in self.blocks if b.members(after) != b.members(state)))
            found.append((event, kept))
        return found

    def canonical(self, state: Any) -> Any:
        """The state with the members of every block sorted."""
        for block in self.blocks:
            members = list(block.members(state))
            ordered = sorted(members)
            if ordered != members:
                state = block.placed(state, ordered)
        return state

    def _check_exchanges(self, state: Any, pairs: Sequence[tuple[Any, Any]]) -> None:
        """Compare the transitions of a state with those of the state that has two neighbours exchanged."""
        for block in self.blocks:
            for places in neighbours(len(block.members(state))):
                there = dict(self._expand(exchanged(block, state, places)))
                for event, after in pairs:
                    renamed = block.renamed(event, places)
                    if there.pop(renamed, None) != exchanged(block, after, places):
                        raise self._named(f"event {steady(event)}", block, places, state)
                if there:
                    raise self._named(f"event {next(iter(there))!r}", block, places, state)

    def _named(self, what: str, block: Block, places: Places, state: Any = None) -> ModelError:
        return named(what, block.name, places, state)

    # -- properties ------------------------------------------------------------------------------------

    def claim(self, claim: Property) -> Property:
        """The same property of canonical states.

        Predicates of a step see the step as the model took it. Functions of events are refused if they distinguish
        members; so are predicates, unless the model is proven (their proof is then `prove_property`).
        """
        predicate, premise = claim.predicate, claim.premise
        if claim.kind is Kind.ALWAYS_STEP:
            predicate, premise = self._step_predicate(claim, predicate), self._step_predicate(claim, premise)
        elif not self._proven:
            predicate, premise = (
                self._checked_state_predicate(claim, predicate),
                self._checked_state_predicate(claim, premise),
            )
        return attrs.evolve(
            claim,
            predicate=predicate,
            premise=premise,
            within=None if claim.within is None else self._checked_event_function(claim, "`within`", claim.within),
            weak=tuple(self._fairness_item(claim, item) for item in claim.weak),
            strong=tuple(self._fairness_item(claim, item) for item in claim.strong),
        )

    def _fairness_item(self, claim: Property, item: Fairness) -> Fairness:
        if not isinstance(item, InStates):
            return self._checked_event_function(claim, "a fairness item", item)
        guard = item.predicate if self._proven else self._checked_state_predicate(claim, item.predicate)
        assert guard is not None, "a fairness item that looks at the state has a predicate"
        return InStates(self._checked_event_function(claim, "a fairness item", item.item), guard)

    def _checked_state_predicate(
        self, claim: Property, predicate: Callable[..., Any] | None
    ) -> Callable[..., Any] | None:
        if predicate is None:
            return None

        def checked(state: Any) -> bool:
            answer = truth(predicate(state))
            for block in self.blocks:
                for places in neighbours(len(block.members(state))):
                    if truth(predicate(exchanged(block, state, places))) is not answer:
                        raise self._named(f"property {claim.name!r}", block, places, state)
            return answer

        return checked

    def _step_predicate(self, claim: Property, predicate: Callable[..., Any] | None) -> Callable[..., Any] | None:
        if predicate is None:
            return None

        def checked(before: Any, event: Any, _sorted: Any) -> bool:
            after = self.model.step(before, event)
            answer = truth(predicate(before, event, after))
            for block in () if self._proven else self.blocks:
                for places in neighbours(len(block.members(before))):
                    one, other = (exchanged(block, state, places) for state in (before, after))
                    if truth(predicate(one, block.renamed(event, places), other)) is not answer:
                        raise self._named(f"property {claim.name!r}", block, places, before)
            return answer

        return checked

    def _checked_event_function(
        self, claim: Property, what: str, function: Callable[[Any], Any]
    ) -> Callable[[Any], Any]:
        def checked(event: Any) -> Any:
            answer = function(event)
            for block in self.blocks:
                for other in self._orbit(event, block):
                    if function(other) != answer:
                        raise ModelError(
                            f"property {claim.name!r}: {what} tells {event} from {other}, so it names a member of the "
                            f"block {block.name}; check without this block",
                            event=event,
                        )
            return answer

        return checked

    def _orbit(self, event: Any, block: Block) -> list[Any]:
        """Every name the event can have when members change places."""
        count = len(block.members(next(iter(self.model.initial_states()))))
        found = {event: None}
        queue = [event]
        for item in queue:
            for places in neighbours(count):
                other = block.renamed(item, places)
                if other not in found:
                    found[other] = None
                    queue.append(other)
        return queue

    def refuse_swaps(self, claim: Property, swaps: Iterable[tuple[Any, str]]) -> None:
        """Refuse a property that depends on change if an event of its `within` can only exchange members.

        Args:
            claim: the property.
            swaps: events that only exchanged members, each with the name of its block.

        Raises:
            ModelError: there is such an event.
        """
        if claim.kind not in ASKS_FOR_CHANGE:
            return
        for event, block in swaps:
            if claim.within is None or claim.within(event):
                raise ModelError(
                    f"property {claim.name!r} asks whether anything changes, and {event} can do nothing but exchange "
                    f"members of the block {block}, which sorted states do not show; check without this block",
                    event=event,
                )

    # -- traces ----------------------------------------------------------------------------------------

    def unsorted_run(self, events: Sequence[Any], states: Sequence[Any], loop: int | None) -> Run:
        """A run of canonical states, replayed through the model with the members' own names.

        Args:
            events, states, loop: the run as found, one state more than events. A loop is repeated until it returns to
                the same state, which can take several rounds.

        Raises:
            ModelError: the model does not take a step under the members' names.
        """
        state = next(own for own in self.model.initial_states() if self.canonical(own) == states[0])
        walked: list[Any] = [state]
        names: list[Any] = []
        ends: dict[Any, int] = {}
        steps = list(zip(events, states[1:], strict=True))
        begin = len(steps) if loop is None else loop
        todo = steps[:begin]
        while True:
            for event, kept in todo:
                names.append(self._with_own_names(event, walked[-1]))
                walked.append(self._replayed(walked[-1], names[-1], kept))
            if loop is None or begin == len(steps):
                return tuple(names), tuple(walked), loop
            if walked[-1] in ends:
                return tuple(names), tuple(walked), ends[walked[-1]]
            ends[walked[-1]] = len(names)
            todo = steps[begin:]

    def _with_own_names(self, event: Any, state: Any) -> Any:
        """The event with the names that the members at the sorted places have in the state."""
        for block in self.blocks:
            members = block.members(state)
            event = block.renamed(event, tuple(sorted(range(len(members)), key=members.__getitem__)))
        return event

    def _replayed(self, state: Any, event: Any, kept: Any) -> Any:
        """The state after an event, which sorted must be `kept`."""
        after = self.model.step(state, event)
        if after is None or self.canonical(after) != kept:
            raise ModelError(
                f"{event} leads elsewhere than the same step with members exchanged, so they are not interchangeable",
                state=state,
                event=event,
            )
        return after


def exchanged(block: Block, state: Any, places: Places) -> Any:
    """The state in which each member i has gone to `places[i]`."""
    members = block.members(state)
    moved = list(members)
    for member, place in zip(members, places, strict=True):
        moved[place] = member
    return block.placed(state, moved)


def named(what: str, block: str, places: Places, state: Any = None) -> ModelError:
    """The error for something that distinguishes two members."""
    first, second = (place for place, goes in enumerate(places) if goes != place)
    return ModelError(
        f"{what} treats members {first} and {second} of the block {block} differently; check without this block",
        state=state,
    )
