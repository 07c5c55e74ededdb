"""Leaves that are asked, not read: parts of a state that a rule looks at through questions.

A rule that wants to know whether a unit is up reads less than its phase, which has nine values: `ask_of`
puts the question, and a tracing draft then reads the answer only.  A tuple of ten interfaces has
thousands of values, but a rule wants to know of it how many are down, or whether one carries hellos.
Such a field is marked `metadata={"whole": True}`: a draft gives it and takes it as one value, and a
rule puts its questions to that value through `ask`.  On any other value both are ordinary calls.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

__all__ = ["Asked", "Questioned", "ask", "ask_of", "unchanged"]

Answer = TypeVar("Answer", bound=Hashable)


class Asked:
    """What a tracing draft gives for a whole leaf: it answers questions, and is read only if it must be."""

    __slots__ = ()

    def answer(self, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """What `question(value, *details)` is for the value of the leaf."""
        raise NotImplementedError

    def read(self) -> Any:
        """The value of the leaf."""
        raise NotImplementedError

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self.read())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.read(), name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.read().__reduce_ex__(protocol)

    def __hash__(self) -> int:
        return hash(self.read())


def _forward(name: str) -> Callable[..., Any]:
    """An operator that reads the value and is applied to it."""
    function = getattr(operator, name, None) or getattr(builtins, name.strip("_"))

    def method(asked: Asked, *others: Any) -> Any:
        return function(asked.read(), *(other.read() if isinstance(other, Asked) else other for other in others))

    return method


for _name in (
    "__getitem__", "__contains__", "__add__", "__mul__", "__lt__", "__le__", "__gt__", "__ge__", "__eq__",
    "__iter__", "__len__", "__bool__", "__repr__", "__str__", "__format__", "__reversed__",
):  # fmt: skip
    setattr(Asked, _name, _forward(_name))


class Questioned:
    """What a draft of a record is, if its fields can be asked; see `ask_of`."""

    __slots__ = ()

    def _answer_of(self, field: str, question: Callable[..., Any]) -> Any:
        """What `question` says to the value of the field."""
        raise NotImplementedError

    def _unchanged(self, other: Any, field: str) -> bool:
        """Whether the field has the same value in a later view of the record."""
        raise NotImplementedError


def ask_of(record: Any, field: str, question: Callable[[Any], Answer]) -> Answer:
    """`question` of a field of a record or of a draft that stands for one; only the answer is read.

    question: a pure function of the value.
    """
    if isinstance(record, Questioned):
        answer: Answer = record._answer_of(field, question)
        return answer
    return question(getattr(record, field))


def unchanged(before: Any, after: Any, field: str) -> bool:
    """Whether a leaf has the same value in two records, or drafts of one record: before a step and after it.

    Of drafts it is read only where the step has assigned something to it.
    """
    if isinstance(before, Questioned):
        return before._unchanged(after, field)
    return bool(getattr(before, field) == getattr(after, field))


def ask(subject: Any, question: Callable[..., Answer], *details: Hashable) -> Answer:
    """`question(subject, *details)`; of a leaf that is asked, only the answer is read.

    question: a pure function of its arguments.  details: hashable.
    """
    if isinstance(subject, Asked):
        answer: Answer = subject.answer(question, details)
        return answer
    return question(subject, *details)
