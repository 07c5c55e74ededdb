"""Values that no field and no event has, compared with in properties and rules: mostly a word that is spelt wrongly.

Such a comparison is never true and fails nowhere, so a property that rests on it holds for no reason, and a rule never
happens. It is looked for in the compiled code of the functions, those that they name included (comparisons.py). What a
value may be is known for the fields of records with domains and for the events of rules.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from types import CodeType, FunctionType
from typing import Any

import attrs

from failover_fsm.checker.core.answers import FAULTS, file_name, place_of
from failover_fsm.checker.core.properties import InStates, Kind, Property
from failover_fsm.checker.rules.comparisons import Comparison, comparisons
from failover_fsm.checker.rules.matching import Part, Seen
from failover_fsm.checker.rules.steps import Operand
from failover_fsm.records.domains import field_values, record_kinds
from failover_fsm.records.identity import code_of, functions_of
from failover_fsm.records.made import Domain, Made, Product, Subsets, TuplesUpTo, listed
from failover_fsm.records.steady import steady

__all__ = ["doubts"]


def doubts(model: Any, state: Any, properties: Iterable[Property]) -> tuple[str, ...]:
    """What is probably wrong with rules and properties, a line each, in their order; none for most.

    Args:
        model: of rules, or of three methods.
        state: one of its initial states.
        properties: what is claimed of it.
    """
    rules = getattr(model, "rules", None)
    events = None if rules is None else tuple(rule.event for rule in rules)
    look = _Look(field_values(state), tuple(record_kinds(state)), events)
    of_model = look.of_step(model) if rules is None else chain.from_iterable(map(look.of_rule, rules))
    found: dict[str, str] = {}
    for text in chain(of_model, chain.from_iterable(map(look.at, properties))):
        found.setdefault(text.partition(" compares ")[2] or text, text)  # the same place in several rules, once
    return tuple(found.values())


@attrs.frozen
class _Look:
    """What fields and events can be.

    Attributes:
        fields: the values of the fields of a name, in any record.
        kinds: the classes of the records.
        events: of the rules; None where they are not listed.
    """

    fields: Mapping[str, Domain]
    kinds: tuple[type, ...]
    events: tuple[Any, ...] | None

    def at(self, claim: Property) -> Iterator[str]:
        """The doubts about a property."""
        of_claim = f"property {claim.name!r}"
        event_at = 1 if claim.kind is Kind.ALWAYS_STEP else None
        for function in (claim.predicate, claim.premise):
            yield from self._in_code(of_claim, function, event_at)
        for guard in claim.guards:
            yield from self._in_code(of_claim, guard, None)
        for what, item in (
            ("`within`", claim.within),
            *(("a fairness item", each) for each in claim.weak + claim.strong),
        ):
            of_event = item.item if isinstance(item, InStates) else item
            found = tuple(self._in_code(of_claim, of_event, 0))
            yield from found
            if not (found or of_event is None or self._concerns(of_event)):
                names = f"no event of the model; these are: {listed(self.events or ())}"
                yield f"{of_claim}: {what} concerns {names}{place_of(of_event)}"

    def _concerns(self, item: Callable[[Any], Any]) -> bool:
        """Whether a function of an event says something of any."""
        try:
            return not self.events or any(item(event) not in (None, False) for event in self.events)
        except FAULTS:  # reported by the search, where it matters
            return True

    def of_rule(self, rule: Any) -> Iterator[str]:
        """The doubts about a rule."""
        yield from self._in_code(f"rule {steady(rule.event)}", rule.function, None)

    def of_step(self, model: Any) -> Iterator[str]:
        """The doubts about the methods of a model of three methods."""
        for name, event_at in (("events", None), ("step", 2)):
            function = getattr(getattr(model, name, None), "__func__", None)
            if isinstance(function, FunctionType):  # what it names may be about events, which have fields of their own
                yield from self._in_one(f"`{name}`", function, event_at)

    def _in_code(self, whose: str, function: Any, event_at: int | None) -> Iterator[str]:
        """The doubts about a function, whose argument of that position is an event."""
        for number, each in enumerate(functions_of(function)):
            if number == 0:
                yield from self._in_one(whose, each, event_at)
                continue
            for code in code_of(each):
                for found in comparisons(each, code):
                    is_of_class = found.seen.owner is not None
                    if is_of_class or not any(
                        isinstance(value, enum.Enum) for value in found.values
                    ):  # perhaps of another record
                        yield from self._never(whose, code, found, None)

    def _in_one(self, whose: str, function: FunctionType, event_at: int | None) -> Iterator[str]:
        """The doubts about a function without those that it names."""
        event = None if event_at is None else _argument(function, event_at)
        for code in code_of(function):
            for found in comparisons(function, code):
                yield from self._never(whose, code, found, event)

    def _never(self, whose: str, code: CodeType, found: Comparison, event: str | None) -> Iterator[str]:
        """The doubts about a comparison."""
        known = self._domain(found.seen, event)
        if known is None:
            return
        what, domain = known
        strange = [value for value in found.values if not _has(domain, value)]
        if found.by_name and len(strange) < len(found.values):
            return  # some of the words of this name are right here
        for value in strange:
            where = f" ({file_name(code.co_filename)}:{found.line})"
            yield f"{whose} compares {what} with {steady(value)}, which it never is; allowed: {listed(domain)}{where}"

    def _domain(self, seen: Seen, event: str | None) -> tuple[str, Domain] | None:
        """What is compared, and its values; None where that is not known."""
        if seen.owner is not None:
            of_kind = any(issubclass(kind, seen.owner) for kind in self.kinds)
            known = (seen.field, self.fields[seen.field]) if of_kind and seen.field in self.fields else None
        elif len(seen.subject) == 1 and seen.subject[0].argval == event and event is not None and seen.part:
            return self._part_of_event(event, seen.part)
        else:
            known = self._of_operand(seen.subject, event)
        for place in seen.part:
            items = None if known is None else _items(known[1], place)
            known = None if items is None or known is None else (f"an item of {known[0]}", items)
        return known

    def _of_operand(self, subject: Operand, event: str | None) -> tuple[str, Domain] | None:
        """What an operand is, and its values."""
        if not subject:
            return None
        last = subject[-1]
        of_event = subject[0].argval == event
        if last.opname == "LOAD_ATTR" and last.argval in self.fields and not of_event:
            return last.argval, self.fields[last.argval]
        if last.opname.startswith("BINARY_") and len(subject) > 2 and subject[-3].argval in self.fields:
            return _item(subject[-3].argval, self.fields[subject[-3].argval], subject)
        if event is None or not of_event or self.events is None:
            return None
        if len(subject) == 1:
            return event, self.events
        if len(subject) == 3 and last.opname.startswith("BINARY_") and isinstance(subject[1].argval, int):
            return self._part_of_event(event, (subject[1].argval,))
        return None

    def _part_of_event(self, event: str, part: Part) -> tuple[str, Domain] | None:
        """An item of an event, and what it is in the events that have it."""
        place = part[0]
        if len(part) > 1 or place is None or self.events is None:
            return None
        longer = [each for each in self.events if isinstance(each, tuple | str) and -len(each) <= place < len(each)]
        return (f"{event}[{place}]", tuple(dict.fromkeys(each[place] for each in longer))) if longer else None


def _item(name: str, domain: Domain, subject: Operand) -> tuple[str, Domain] | None:
    """An item of a field whose items all have the same values, at a position that one instruction loads."""
    if subject[-3].opname != "LOAD_ATTR" or not subject[-2].opname.startswith("LOAD_"):
        return None
    items = _items(domain, None)
    return None if items is None else (f"an item of {name}", items)


def _items(domain: Domain, place: int | None) -> Domain | None:
    """The values of an item of a tuple or a set, at a place or at any; None for what has none, or some of others."""
    if isinstance(domain, TuplesUpTo | Subsets):
        return domain.items
    if isinstance(domain, Product) and domain.kind is tuple:
        if place is not None:
            return domain.parts[place] if place < len(domain.parts) else None
        return domain.parts[0] if len(dict.fromkeys(domain.parts)) == 1 else None
    return None


def _argument(function: FunctionType, position: int) -> str | None:
    """The name of an argument."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return names[position] if position < len(names) else None


def _has(domain: Domain, value: Any) -> bool:
    """Whether something of a domain is equal to a value; anything may be, of a domain that is not listed."""
    if isinstance(domain, Made):
        return domain.has(value)
    return any(each == value for each in domain)
