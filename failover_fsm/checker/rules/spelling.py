"""Values that no field and no event has, compared with in properties: mostly a word that is spelt wrongly.

Such a comparison is never true and fails nowhere, so a property that rests on it holds for no reason. It is looked for
in the compiled code of the functions, those that they name included, where a field, or an event, is compared with a
constant. What such a constant may be is known for the fields of records with domains and for the events of rules.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any

import attrs

from failover_fsm.checker.core.answers import FAULTS, file_name, place_of
from failover_fsm.checker.core.properties import InStates, Kind, Property
from failover_fsm.records.domains import field_values
from failover_fsm.records.identity import code_of, functions_of
from failover_fsm.records.made import Domain, Made, listed
from failover_fsm.records.steady import steady

__all__ = ["doubts"]

LOADS = ("LOAD_FAST", "LOAD_DEREF", "LOAD_GLOBAL", "LOAD_NAME", "LOAD_ATTR", "LOAD_CONST", "BINARY_SUBSCR", "BINARY_OP")
"""Instructions of an operand without calls."""

SKIPPED = ("PRECALL", "CACHE", "EXTENDED_ARG", "NOP", "RESUME", "PUSH_NULL", "TO_BOOL")


def doubts(model: Any, state: Any, properties: Iterable[Property]) -> tuple[str, ...]:
    """What is probably wrong with properties, a line each, in their order; none for most.

    Args:
        model: of rules, or of three methods.
        state: one of its initial states.
        properties: what is claimed of it.
    """
    rules = getattr(model, "rules", None)
    events = None if rules is None else tuple(rule.event for rule in rules)
    look = _Look(field_values(state), events)
    return tuple(dict.fromkeys(text for claim in properties for text in look.at(claim)))


@attrs.frozen
class _Look:
    """What fields and events can be.

    Attributes:
        fields: the values of the fields of a name, in any record.
        events: of the rules; None where they are not listed.
    """

    fields: Mapping[str, Domain]
    events: tuple[Any, ...] | None

    def at(self, claim: Property) -> Iterator[str]:
        """The doubts about a property."""
        event_at = 1 if claim.kind is Kind.ALWAYS_STEP else None
        for function in (claim.predicate, claim.premise):
            yield from self._in_code(claim, function, event_at)
        for guard in claim.guards:
            yield from self._in_code(claim, guard, None)
        for what, item in (
            ("`within`", claim.within),
            *(("a fairness item", each) for each in claim.weak + claim.strong),
        ):
            of_event = item.item if isinstance(item, InStates) else item
            found = tuple(self._in_code(claim, of_event, 0))
            yield from found
            if not (found or of_event is None or self._concerns(of_event)):
                names = f"no event of the model; these are: {listed(self.events or ())}"
                yield f"property {claim.name!r}: {what} concerns {names}{place_of(of_event)}"

    def _concerns(self, item: Callable[[Any], Any]) -> bool:
        """Whether a function of an event says something of any."""
        try:
            return not self.events or any(item(event) not in (None, False) for event in self.events)
        except FAULTS:  # reported by the search, where it matters
            return True

    def _in_code(self, claim: Property, function: Any, event_at: int | None) -> Iterator[str]:
        """The doubts about a function, whose argument of that position is an event."""
        for number, each in enumerate(functions_of(function)):
            for code in code_of(each):
                event = _argument(each, event_at) if number == 0 and event_at is not None else None
                for line, what, value, domain in self._comparisons(code, event):
                    if not _has(domain, value):
                        where = f" ({file_name(code.co_filename)}:{line})"
                        yield (
                            f"property {claim.name!r} compares {what} with {steady(value)}, which it never is; "
                            f"allowed: {listed(domain)}{where}"
                        )

    def _comparisons(self, code: CodeType, event: str | None) -> Iterator[tuple[int, str, Any, Domain]]:
        """Where a field or event is compared with a constant: the line, what it is, the constant, and its domain."""
        steps = [step for step in dis.get_instructions(code) if step.opname not in SKIPPED]
        for at, step in enumerate(steps):
            right = _operand(steps, at)
            left = _operand(steps, at - len(right))
            line = (step.positions.lineno if step.positions else None) or code.co_firstlineno
            for subject, values in _compared(step, left, right):
                known = self._domain(subject, event)
                if known is not None:
                    yield from ((line, known[0], value, known[1]) for value in values)

    def _domain(self, subject: Sequence[dis.Instruction], event: str | None) -> tuple[str, Domain] | None:
        """What an operand is, and its values; None where that is not known."""
        if not subject:
            return None
        last = subject[-1]
        if last.opname == "LOAD_ATTR" and last.argval in self.fields:
            return last.argval, self.fields[last.argval]
        if event is None or self.events is None or subject[0].argval != event:
            return None
        if len(subject) == 1:
            return event, self.events
        if len(subject) == 3 and last.opname.startswith("BINARY_") and isinstance(subject[1].argval, int):
            part = subject[1].argval
            longer = [each for each in self.events if isinstance(each, tuple | str) and -len(each) <= part < len(each)]
            return (f"{event}[{part}]", tuple(dict.fromkeys(each[part] for each in longer))) if longer else None
        return None


def _compared(
    step: dis.Instruction, left: Sequence[dis.Instruction], right: Sequence[dis.Instruction]
) -> Iterator[tuple[Sequence[dis.Instruction], Sequence[Any]]]:
    """The operands that an instruction compares with constants, each with these."""
    if step.opname == "COMPARE_OP" and step.argval in ("==", "!="):
        for subject, other in ((left, right), (right, left)):
            if _is_constant(other):
                yield subject, (other[0].argval,)
    elif step.opname == "CONTAINS_OP" and _is_constant(right):
        values = right[0].argval
        if isinstance(values, tuple):
            yield left, values
        elif isinstance(values, frozenset):  # written as a set, and made one by Python
            yield left, sorted(values, key=steady)


def _is_constant(operand: Sequence[dis.Instruction]) -> bool:
    return len(operand) == 1 and operand[0].opname == "LOAD_CONST"


def _operand(steps: Sequence[dis.Instruction], end: int) -> Sequence[dis.Instruction]:
    """The instructions before `end` that leave one value there; none where they do more than load."""
    need = 1
    for at in range(end - 1, -1, -1):
        step = steps[at]
        if not step.opname.startswith(LOADS):
            return ()
        if step.opname == "LOAD_ATTR":
            continue
        need += 1 if step.opname.startswith("BINARY_") else -1
        if need == 0:
            return steps[at:end]
    return ()


def _argument(function: FunctionType, position: int) -> str | None:
    """The name of an argument."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return names[position] if position < len(names) else None


def _has(domain: Domain, value: Any) -> bool:
    """Whether something of a domain is equal to a value; anything may be, of a domain that is not listed."""
    if isinstance(domain, Made):
        return domain.has(value)
    return any(each == value for each in domain)
