"""Traced views: records for symbolic (concolic) execution, without a state behind them.

A traced view behaves like a `Draft`, but the value of a leaf that is read for the first time comes from an *oracle*,
a function from slot number to code. With an oracle that reads a state the execution is an ordinary one; with oracles
that enumerate all codes every path of a function is executed. A `Tracer` keeps what was read, in order, and what was
assigned; the result of the function can depend on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from failover_fsm.records.fields import compares_fields, record_fields
from failover_fsm.records.queries import OpaqueValue, Queryable, UnknownAnswer, ask
from failover_fsm.records.schema import Path
from failover_fsm.records.shape import Leaf, Node, Shape
from failover_fsm.records.view import (
    DraftError,
    RecordView,
    check_record,
    check_same_length,
    leaf_refused,
    make_class,
    record_of,
    record_type,
    unhashable,
)

__all__ = ["Assigned", "Tracer", "TracingDraft", "same_view", "tracer_of"]

Oracle = Callable[[int], int]


class Assigned(dict[int, int]):
    """The assignments of a step, code by slot, as a predicate of the state after the step reads them.

    Attributes:
        looked: the slots for which the predicate depends on whether, or what, the step assigned.
    """

    def __init__(self, writes: Iterable[tuple[int, int]], looked: dict[int, None]) -> None:
        super().__init__(writes)
        self.looked = looked

    def get(self, number: int, default: Any = None, /) -> Any:
        """Return the code assigned to a slot, None if nothing was; recorded in `looked`."""
        self.looked[number] = None
        return super().get(number, default)


class Tracer:
    """One execution: its reads and assignments, as slot numbers and codes, in order of first occurrence.

    Attributes:
        shape: of the states.
        oracle: gives the code of a slot that is read for the first time.
        reads: code per slot that was read before any assignment to it.
        writes: the last code assigned, per slot.
    """

    def __init__(self, shape: Shape, oracle: Oracle) -> None:
        self.shape = shape
        self.oracle = oracle
        self.reads: dict[int, int] = {}
        self.writes: dict[int, int] = {}

    def draft(self) -> Any:
        """Return a view for a rule: it may be assigned to, and reads return its own assignments."""
        return self._view(self.writes, True)

    def before(self) -> Any:
        """Return a read-only view of the state before the assignments."""
        return self._view({}, False)

    def after(self, writes: dict[int, int]) -> Any:
        """Return a read-only view of the state after these assignments."""
        return self._view(writes, False)

    def _view(self, writes: dict[int, int], writable: bool) -> Any:
        return _make(self.shape.root, self, writes, writable)

    def read(self, number: int) -> int:
        """Return the code of a slot of the state, and record the read."""
        code = self.reads.get(number)
        if code is None:
            code = self.reads[number] = self.oracle(number)
        return code

    def answer(self, leaf: Leaf, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """Return the result of a query on a leaf; read only where the leaf was not, and answers differ."""
        known = self.reads.get(leaf.number)
        if known is not None:
            return ask(leaf.slot.domain[known], question, *details)
        query = self.shape.query(leaf, question, details)
        found = query.answers[self.read(query.number) if len(query.answers) > 1 else 0]
        if found is UnknownAnswer:
            raise UnknownAnswer(query.name)
        return found

    def need(self, numbers: Iterable[int]) -> None:
        """Called with the slots that are compared without being read, for tracers that hide some of them."""

    @property
    def changed(self) -> bool:
        """Whether an assignment changed the value of a slot; reads the assigned slots up to the first such."""
        return any(self.read(number) != code for number, code in self.writes.items())

    def same(self, node: Node, one: dict[int, int], other: dict[int, int]) -> bool:
        """Return whether the record under `node` is the same after either set of assignments."""
        here = sorted(_numbers(node))
        self.need(here)
        for writes in (one, other):
            if isinstance(writes, Assigned):
                writes.looked.update(dict.fromkeys(here))
        numbers = sorted({*one, *other}.intersection(here))
        return all(
            (one[number] if number in one else self.read(number))
            == (other[number] if number in other else self.read(number))
            for number in numbers
        )


class TracedOpaque(OpaqueValue):
    """An opaque leaf that has not been assigned to."""

    __slots__ = ("_leaf", "_tracer")

    def __init__(self, leaf: Leaf, tracer: Tracer) -> None:
        self._leaf = leaf
        self._tracer = tracer

    def answer(self, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """See `OpaqueValue`."""
        return self._tracer.answer(self._leaf, question, details)

    def read(self) -> Any:
        """See `OpaqueValue`."""
        return self._leaf.slot.domain[self._tracer.read(self._leaf.number)]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TracedOpaque):
            self._tracer.need([self._leaf.number])
            return other._leaf is self._leaf and other._tracer is self._tracer
        return bool(self.read() == other)

    __hash__ = OpaqueValue.__hash__


class TracedTuple(TracedOpaque):
    """An opaque leaf of which every value is a tuple, so that it matches sequence patterns."""

    __slots__ = ()


Sequence.register(TracedTuple)


def traced_opaque(leaf: Leaf, tracer: Tracer) -> TracedOpaque:
    """Return what stands for the value of an opaque leaf."""
    return (TracedTuple if leaf.holds_tuples else TracedOpaque)(leaf, tracer)


def is_value(value: Any, other: Any) -> bool:
    """A query: the leaf has this value."""
    return bool(value == other)


SLOTS = ("_view_items", "_view_node", "_view_tracer", "_view_writes", "_view_writable", "_view_children")


class TracingDraft(Queryable, RecordView):
    """A traced view of one record."""

    __slots__ = ()

    _view_items: Mapping[str, Leaf | Node | tuple[Leaf | Node, ...]]
    _view_node: Node
    _view_tracer: Tracer
    _view_writes: dict[int, int]
    _view_writable: bool
    _view_children: dict[str, Any]

    def _answer_of(self, field: str, question: Callable[..., Any]) -> Any:
        """See `Queryable`."""
        leaf = self._view_items[field]
        assert isinstance(leaf, Leaf), f"{field} is not a leaf"
        code = self._view_writes.get(leaf.number)
        if code is not None:
            return question(leaf.slot.domain[code])
        return self._view_tracer.answer(leaf, question, ())

    def _unchanged(self, other: Any, field: str) -> bool:
        """See `Queryable`."""
        leaf = self._view_items[field]
        assert isinstance(leaf, Leaf), f"{field} is not a leaf"
        if not _of_one_state(self, other):
            return bool(getattr(self, field) == getattr(other, field))
        tracer = self._view_tracer
        tracer.need([leaf.number])
        one, two = (view._view_writes.get(leaf.number) for view in (self, other))
        if one is not None and two is not None:
            return bool(one == two)
        assigned = one if two is None else two
        return assigned is None or bool(tracer.answer(leaf, is_value, (leaf.slot.domain[assigned],)))

    def _view_equal(self, other: Any) -> Any:
        """Compare only the slots that one of the sides has assigned; the others are equal without being read."""
        if _of_one_state(self, other) and _is_compared_whole(self._view_node):
            return self._view_tracer.same(self._view_node, self._view_writes, other._view_writes)
        return super()._view_equal(other)

    def _view_record(self) -> Any:
        def value(item: Leaf | Node | tuple[Leaf | Node, ...], shown: Any) -> Any:
            if isinstance(item, tuple):
                return tuple(map(value, item, shown))
            if isinstance(item, Node):
                return TracingDraft._view_record(shown)
            return shown.read() if isinstance(shown, OpaqueValue) else shown

        values = {self._view_node.aliases[name]: value(item, getattr(self, name))
                  for name, item in self._view_items.items()}  # fmt: skip
        return self._view_node.record_type(**values)

    def _view_hashable(self) -> None:
        if self._view_writable:
            raise unhashable(self)

    def __setattr__(self, name: str, value: Any) -> None:
        item = self._view_items.get(name)
        if not self._view_writable:
            full = item.slot.name if isinstance(item, Leaf) else name
            raise DraftError(f"{full} was assigned by a predicate; predicates only read")
        if item is None:
            raise DraftError(f"{record_type(self).__name__} has no field {name!r}")
        value = record_of(value)
        for leaf, new in leaves_with_values(item, value, (name,)):
            code = leaf.code_of(new)
            if code is None:
                raise leaf_refused(leaf.slot.path, new, leaf.slot.allowed)
            self._view_writes[leaf.number] = code


def leaves_with_values(
    item: Leaf | Node | tuple[Leaf | Node, ...], value: Any, path: Path
) -> Iterator[tuple[Leaf, Any]]:
    """Yield the leaves of a part of a state, each with its value in a record or tuple that is assigned there.

    Raises:
        DraftError: the value has another shape.
    """
    if isinstance(item, Leaf):
        yield item, value
    elif isinstance(item, Node):
        check_record(path, item.record_type, value)
        for name, child in item.children.items():
            yield from leaves_with_values(child, getattr(value, name), (*path, name))
    else:
        check_same_length(path, item, value)
        for index, (child, part) in enumerate(zip(item, value, strict=True)):
            yield from leaves_with_values(child, part, (*path, index))


def _of_one_state(one: TracingDraft, other: Any) -> bool:
    """Return whether two views show the same record of one state, possibly after different assignments."""
    if not isinstance(other, TracingDraft):
        return False
    return other._view_tracer is one._view_tracer and other._view_node is one._view_node


def tracer_of(view: TracingDraft) -> Tracer:
    """Return the execution that a view belongs to."""
    return view._view_tracer


def same_view(view: TracingDraft, tracer: Tracer) -> Any:
    """Return a view of the same record in another execution."""
    return _make(view._view_node, tracer, view._view_writes, view._view_writable)


@cache
def _view_class(kind: Any) -> Any:
    """Return the class of the traced views of a record class."""
    return make_class(TracingDraft, kind, SLOTS, _getter)


_put = object.__setattr__


def _make(node: Node, tracer: Tracer, writes: dict[int, int], writable: bool) -> Any:
    """Return the view of a record after these assignments."""
    view = object.__new__(_view_class(node.record_type))
    _put(view, "_view_items", node.children)
    _put(view, "_view_node", node)
    _put(view, "_view_tracer", tracer)
    _put(view, "_view_writes", writes)
    _put(view, "_view_writable", writable)
    _put(view, "_view_children", {})
    return view


def _getter(name: str) -> Callable[[TracingDraft], Any]:
    def get(view: TracingDraft) -> Any:
        item = view._view_items[name]
        if type(item) is Leaf:  # as `_part`, without a call: this is the inner loop of an execution
            number = item.number
            code = view._view_writes.get(number)
            if code is None:
                tracer = view._view_tracer
                if item.whole:
                    return traced_opaque(item, tracer)
                code = tracer.reads.get(number)
                if code is None:
                    code = tracer.read(number)
            return item.domain[code]
        child = view._view_children.get(name)
        if child is None:
            if type(item) is Node:  # as `_part`, too
                child = _make(item, view._view_tracer, view._view_writes, view._view_writable)
                view._view_children[name] = child
                return child
            child = _part(item, view)
            if not _holds_leaves(item):  # an assignment would make those stale
                view._view_children[name] = child
        return child

    return get


def _part(item: Leaf | Node | tuple[Leaf | Node, ...], owner: TracingDraft) -> Any:
    """Return the value of a leaf, or the view or views of other parts of a record."""
    if isinstance(item, Node):
        return _make(item, owner._view_tracer, owner._view_writes, owner._view_writable)
    if isinstance(item, tuple):
        return tuple(_part(part, owner) for part in item)
    code = owner._view_writes.get(item.number)
    if code is None:
        if item.whole:
            return traced_opaque(item, owner._view_tracer)
        code = owner._view_tracer.read(item.number)
    return item.domain[code]


def _holds_leaves(item: Leaf | Node | tuple[Leaf | Node, ...]) -> bool:
    return isinstance(item, tuple) and any(isinstance(part, Leaf) for part in item)


@cache
def _is_compared_whole(node: Node) -> bool:
    """Return whether records under a node are equal exactly if their leaves are: attrs wrote every `__eq__`."""
    kind: Any = node.record_type
    parts = [part for item in node.children.values() for part in (item if isinstance(item, tuple) else (item,))]
    return (
        compares_fields(kind)
        and all(field.eq and field.eq_key is None for field in record_fields(kind))
        and all(_is_compared_whole(part) for part in parts if isinstance(part, Node))
    )


@cache
def _numbers(node: Node) -> frozenset[int]:
    """Return the numbers of the leaves under a node."""
    found: set[int] = set()
    for item in node.children.values():
        for part in item if isinstance(item, tuple) else (item,):
            found |= {part.number} if isinstance(part, Leaf) else _numbers(part)
    return frozenset(found)
