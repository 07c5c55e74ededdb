"""Abstract queries: reading a function of a leaf instead of the leaf.

Whether a unit is up is less than its phase, which has nine values: `ask_of` evaluates a query on a field, and a traced
view then reads the result only. A tuple of ten interfaces has thousands of values, of which a rule needs how many are
down, or whether one carries hellos. Such a field is opaque, `metadata={"whole": True}`: views read and assign it as
one value, and `ask` evaluates a query on it. On ordinary values both functions are ordinary calls.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Hashable
from types import SimpleNamespace
from typing import Any, TypeVar

import attrs

__all__ = [
    "Answered",
    "OpaqueValue",
    "Queryable",
    "Questioned",
    "UnknownAnswer",
    "answered",
    "ask",
    "ask_of",
    "unchanged",
]

Answer = TypeVar("Answer", bound=Hashable)
Record = TypeVar("Record")


class UnknownAnswer(Exception):
    """What stands for a value does not know the answer to a question."""


class Questioned:
    """Stands for a value of which one learns only by `ask`: the value itself may be unknown."""

    __slots__ = ()

    def answer(self, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """Return `question(value, *details)` for the value.

        Raises:
            UnknownAnswer: what is known of the value does not decide it.
        """
        raise NotImplementedError


class OpaqueValue(Questioned):
    """Stands for the value of an opaque leaf in a traced view; reads it only if a query does not suffice."""

    __slots__ = ()

    def read(self) -> Any:
        """Return the value of the leaf."""
        raise NotImplementedError

    @property  # type: ignore[misc]  # a value of any class stands behind it, which isinstance has to see
    def __class__(self) -> type:
        return type(self.read())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.read(), name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.read().__reduce_ex__(protocol)

    def __hash__(self) -> int:
        return hash(self.read())


def _forward(name: str) -> Callable[..., Any]:
    """Return an operator that reads the value and is applied to it."""
    function = vars(operator).get(name) or getattr(builtins, name.strip("_"))

    def method(value: OpaqueValue, *others: Any) -> Any:
        return function(value.read(), *(other.read() if isinstance(other, OpaqueValue) else other for other in others))

    return method


for _name in (
    "__getitem__", "__contains__", "__add__", "__mul__", "__lt__", "__le__", "__gt__", "__ge__", "__eq__",
    "__iter__", "__len__", "__bool__", "__repr__", "__str__", "__format__", "__reversed__",
):  # fmt: skip
    setattr(OpaqueValue, _name, _forward(_name))


class Queryable:
    """A view on whose fields `ask_of` evaluates queries."""

    __slots__ = ()

    def _answer_of(self, field: str, question: Callable[..., Any]) -> Any:
        """Return `question(value)` for the value of the field."""
        raise NotImplementedError

    def _unchanged(self, other: Any, field: str) -> bool:
        """Return whether the field has the same value in a later view of the record."""
        raise NotImplementedError


def ask_of(record: Any, field: str, question: Callable[[Any], Answer]) -> Answer:
    """Return `question(value)` for a field of a record or view; a traced view reads only the result.

    Args:
        record: a record or a view of one.
        field: the name of a leaf.
        question: a pure function of the value.
    """
    if issubclass(type(record), Queryable):  # its own class, not the one that a view shows: this is an inner loop
        answer: Answer = record._answer_of(field, question)
        return answer
    return question(getattr(record, field))


class Answered(property):
    """A property that looks its answer up by the value of one `field`; `original` works it out, as views do."""

    def __init__(self, original: property, field: str, answers: dict[Any, Any]) -> None:
        value_of = operator.attrgetter(field)
        super().__init__(lambda record: answers[value_of(record)])
        self.__doc__ = original.__doc__
        self.original, self.field = original, field


def answered(**fields: str) -> Callable[[type[Record]], type[Record]]:
    """Return a decorator for a class of frozen records, some properties of which are asked in every inner loop.

    fields: each property, which is computed by `ask_of` from one field, with the name of that. The field's default is
        a member of an enum, and so is its value.
    """

    fields_of: Any = attrs.fields_dict

    def decorate(kind: type[Record]) -> type[Record]:
        for name, field in fields.items():
            original = vars(kind)[name]
            values: Any = type(fields_of(kind)[field].default)
            answers = {value: original.fget(SimpleNamespace(**{field: value})) for value in values}
            setattr(kind, name, Answered(original, field, answers))
        return kind

    return decorate


def unchanged(before: Any, after: Any, field: str) -> bool:
    """Return whether a leaf has the same value in two records, or in two views of one: before and after a step.

    Traced views read it only if the step has assigned something to it.
    """
    if issubclass(type(before), Queryable):
        return bool(before._unchanged(after, field))
    return bool(getattr(before, field) == getattr(after, field))


def ask(subject: Any, question: Callable[..., Answer], *details: Hashable) -> Answer:
    """Return `question(subject, *details)`; of an opaque leaf only the result is read.

    Args:
        subject: any value, or what stands for one.
        question: a pure function of its arguments.
        details: further arguments, hashable.
    """
    if isinstance(subject, Questioned):
        answer: Answer = subject.answer(question, details)
        return answer
    return question(subject, *details)
