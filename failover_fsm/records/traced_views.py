"""The views of a traced execution: what a rule or predicate is given in place of a record.

There is a class for each record of the tree of a state type, whose getters hold what is fixed about its place. All
views of one execution at one time share a `Frame`. Who reads and asks is the `tracing.Tracer` behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from inspect import getattr_static
from typing import Any, Protocol

from failover_fsm.records.fields import compares_fields, record_fields
from failover_fsm.records.queries import Answered, OpaqueValue, Queryable
from failover_fsm.records.schema import Path
from failover_fsm.records.shape import Leaf, Node
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

__all__ = ["Frame", "TracingDraft", "numbers_under", "view_of"]


class Execution(Protocol):
    """What views need of a `tracing.Tracer`."""

    reads: dict[int, int]

    def read(self, number: int) -> int:
        """Return the code of a slot of the state, and record the read."""
        ...

    def answer(self, leaf: Leaf, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """Return the result of a query on a leaf, and record the read."""
        ...

    def need(self, numbers: Iterable[int]) -> None:
        """Called with the slots that are compared without being read."""
        ...

    def same(self, node: Node, one: dict[int, int], other: dict[int, int]) -> bool:
        """Return whether the record under `node` is the same after either set of assignments."""
        ...


class TracedOpaque(OpaqueValue):
    """An opaque leaf that has not been assigned to."""

    __slots__ = ("_leaf", "_tracer")

    def __init__(self, leaf: Leaf, tracer: Execution) -> None:
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


def traced_opaque(leaf: Leaf, tracer: Execution) -> TracedOpaque:
    """Return what stands for the value of an opaque leaf."""
    return (TracedTuple if leaf.holds_tuples else TracedOpaque)(leaf, tracer)


def is_value(value: Any, other: Any) -> bool:
    """A query: the leaf has this value."""
    return bool(value == other)


class Frame:
    """What all views of one execution at one time share.

    Attributes:
        tracer: the execution.
        writes: the assignments that they show, code by slot.
        writable: whether a rule may assign to them.
        now: what they have shown so far and will show again, unless it is assigned to: values by the number of their
            leaf, views by their node, tuples and answers by a key of their getter.
    """

    __slots__ = ("now", "tracer", "writable", "writes")

    def __init__(self, tracer: Execution, writes: dict[int, int], writable: bool) -> None:
        self.tracer, self.writes, self.writable = tracer, writes, writable
        self.now: dict[Any, Any] = {}

    def forget(self) -> None:
        """Show nothing again but the views themselves, after an assignment to several leaves."""
        for key in [key for key in self.now if type(key) is not Node]:
            del self.now[key]


SLOTS = ("_view_frame", "_view_now")


class TracingDraft(Queryable, RecordView):
    """A traced view of one record. There is a class for each record of the tree of a state type (`_class_at`)."""

    __slots__ = ()

    _view_node: Node
    _view_derived: Mapping[str, tuple[Any, ...]]
    _view_frame: Frame
    _view_now: dict[Any, Any]

    def _answer_of(self, field: str, question: Callable[..., Any]) -> Any:
        """See `Queryable`."""
        leaf, frame = self._view_node.children[field], self._view_frame
        assert type(leaf) is Leaf, f"{field} is not a leaf"
        code = frame.writes.get(leaf.number)
        if code is not None:
            return question(leaf.domain[code])
        return frame.tracer.answer(leaf, question, ())

    def _unchanged(self, other: Any, field: str) -> bool:
        """See `Queryable`."""
        leaf = self._view_node.children[field]
        assert type(leaf) is Leaf, f"{field} is not a leaf"
        if not _of_one_state(self, other):
            return bool(getattr(self, field) == getattr(other, field))
        tracer = self._view_frame.tracer
        tracer.need([leaf.number])
        one, two = self._view_frame.writes.get(leaf.number), other._view_frame.writes.get(leaf.number)
        if one is not None and two is not None:
            return bool(one == two)
        assigned = one if two is None else two
        return assigned is None or bool(tracer.answer(leaf, is_value, (leaf.domain[assigned],)))

    def _view_equal(self, other: Any) -> Any:
        """Compare only the slots that one of the sides has assigned; the others are equal without being read."""
        if _of_one_state(self, other) and _is_compared_whole(self._view_node):
            frame = self._view_frame
            return frame.tracer.same(self._view_node, frame.writes, other._view_frame.writes)
        return super()._view_equal(other)

    def _view_record(self) -> Any:
        def value(item: Leaf | Node | tuple[Leaf | Node, ...], shown: Any) -> Any:
            if isinstance(item, tuple):
                return tuple(map(value, item, shown))
            if isinstance(item, Node):
                return TracingDraft._view_record(shown)
            return shown.read() if isinstance(shown, OpaqueValue) else shown

        values = {self._view_node.aliases[name]: value(item, getattr(self, name))
                  for name, item in self._view_node.children.items()}  # fmt: skip
        return self._view_node.record_type(**values)

    def _view_hashable(self) -> None:
        if self._view_frame.writable:
            raise unhashable(self)

    def __setattr__(self, name: str, value: Any) -> None:
        item, frame = self._view_node.children.get(name), self._view_frame
        if type(item) is Leaf and frame.writable and type(value) is item.kind:  # an inner loop: as below, without calls
            code = item.codes.get(value)
            if code is not None:
                number = item.number
                frame.writes[number] = code
                frame.now[number] = item.domain[code]
                for key in self._view_derived.get(name, ()):
                    frame.now.pop(key, None)
                return
        if not frame.writable:
            full = item.slot.name if isinstance(item, Leaf) else name
            raise DraftError(f"{full} was assigned by a predicate; predicates only read")
        if item is None:
            raise DraftError(f"{record_type(self).__name__} has no field {name!r}")
        try:
            for leaf, new in leaves_with_values(item, record_of(value), (name,)):
                code = leaf.code_of(new)
                if code is None:
                    raise leaf_refused(leaf.slot.path, new, leaf.slot.allowed)
                frame.writes[leaf.number] = code
        finally:
            frame.forget()


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
    same = other._view_node is one._view_node
    return same and other._view_frame.tracer is one._view_frame.tracer


def _class_at(node: Node) -> Any:
    """Return the class of the traced views of one record of the tree, made once."""
    kind = node.view_class
    if kind is None:
        getters = {name: _getter(item) for name, item in node.children.items()}
        answers, derived = dict[str, Any](), dict[str, tuple[str, ...]]()
        for name, answered in _answered(node.record_type).items():
            leaf = node.children[answered.field]
            if type(leaf) is Leaf:
                key = f"{leaf.number}.{name}"
                answers[name] = property(_answer_getter(answered.original, key))
                derived[answered.field] = (*derived.get(answered.field, ()), key)
        kind = make_class(TracingDraft, node.record_type, SLOTS, getters.__getitem__, answers)
        kind._view_node, kind._view_derived = node, derived
        object.__setattr__(node, "view_class", kind)  # the node is frozen but for this
    return kind


def _answered(kind: Any) -> dict[str, Answered]:
    """Return the properties of a record class that are answered from one field."""
    found = {name: getattr_static(kind, name) for owner in kind.__mro__ for name in vars(owner)}
    return {name: value for name, value in found.items() if isinstance(value, Answered)}


_new, _put = object.__new__, object.__setattr__


def view_of(node: Node, frame: Frame) -> Any:
    """Return the view of a record in a frame."""
    view = _new(_class_at(node))
    _put(view, "_view_frame", frame)
    _put(view, "_view_now", frame.now)
    return view


def _getter(item: Leaf | Node | tuple[Leaf | Node, ...]) -> Callable[[TracingDraft], Any]:
    """Return what gives the value of a leaf, or the view or views of other parts of a record, to a view of the record.

    Getters are the inner loop of an execution. They hold what is fixed, and show twice what they have shown once.
    """
    if isinstance(item, Node):
        return _node_getter(item)
    if isinstance(item, tuple):
        return _tuple_getter(item)
    return _whole_getter(item) if item.whole else _leaf_getter(item)


def _leaf_getter(leaf: Leaf) -> Callable[[TracingDraft], Any]:
    number, domain = leaf.number, leaf.domain

    def get(view: TracingDraft) -> Any:
        now = view._view_now
        if number in now:
            return now[number]
        frame = view._view_frame
        code = frame.writes.get(number)
        if code is None:
            code = frame.tracer.reads.get(number)
            if code is None:
                code = frame.tracer.read(number)
        value = now[number] = domain[code]
        return value

    return get


def _whole_getter(leaf: Leaf) -> Callable[[TracingDraft], Any]:
    number, domain = leaf.number, leaf.domain

    def get(view: TracingDraft) -> Any:
        now = view._view_now
        if number in now:
            return now[number]
        frame = view._view_frame
        code = frame.writes.get(number)
        value = now[number] = traced_opaque(leaf, frame.tracer) if code is None else domain[code]
        return value

    return get


def _node_getter(node: Node) -> Callable[[TracingDraft], Any]:
    def get(view: TracingDraft) -> Any:
        now = view._view_now
        child = now.get(node)
        if child is None:
            child = now[node] = view_of(node, view._view_frame)
        return child

    return get


def _tuple_getter(items: tuple[Leaf | Node, ...]) -> Callable[[TracingDraft], Any]:
    getters, key = tuple(map(_getter, items)), object()

    def get(view: TracingDraft) -> Any:
        now = view._view_now
        child = now.get(key)
        if child is None:
            child = now[key] = tuple([part(view) for part in getters])
        return child

    return get


def _answer_getter(original: property, key: str) -> Callable[[TracingDraft], Any]:
    answer = original.fget
    assert answer is not None

    def get(view: TracingDraft) -> Any:
        now = view._view_now
        if key in now:
            return now[key]
        found = now[key] = answer(view)
        return found

    return get


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
def numbers_under(node: Node) -> tuple[int, ...]:
    """Return the numbers of the leaves under a node, ascending."""
    found: set[int] = set()
    for item in node.children.values():
        for part in item if isinstance(item, tuple) else (item,):
            found.update([part.number] if isinstance(part, Leaf) else numbers_under(part))
    return tuple(sorted(found))
