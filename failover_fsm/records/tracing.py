"""The tracing draft: a draft without a state behind it.

A rule cannot tell it from a `Draft`.  But a leaf that is read for the first time is asked of
an *oracle*, any function from slot number to code.  An oracle that answers from a state
makes the run an ordinary one; an oracle that works through all answers replays every path
the rule can take.  What was read, in order, and what was assigned is all that is left of
the run, and all its result can depend on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from types import FunctionType
from typing import Any

from failover_fsm.records.queries import Asked, Questioned
from failover_fsm.records.shape import Leaf, Node, Shape
from failover_fsm.records.view import DraftError, DraftView, derived, leaf_refused

__all__ = ["Assigned", "Tracer", "TracingDraft", "same_view", "tracer_of"]

Oracle = Callable[[int], int]


class Assigned(dict[int, int]):
    """What a step has assigned, code by slot, to somebody who looks at the state after it.

    looked: the slots of which it mattered what was assigned, or whether anything was.
    """

    def __init__(self, writes: Iterable[tuple[int, int]], looked: dict[int, None]) -> None:
        super().__init__(writes)
        self.looked = looked

    def get(self, number: int, default: Any = None, /) -> Any:
        """The code assigned to a slot, None where nothing was."""
        self.looked[number] = None
        return super().get(number, default)


class Tracer:
    """One run: what it read and what it assigned, as slot numbers and codes, in order of first occurrence.

    reads: code per slot read, before any assignment to it.
    writes: the last code assigned per slot.
    """

    def __init__(self, shape: Shape, oracle: Oracle) -> None:
        self.shape = shape
        self.oracle = oracle
        self.reads: dict[int, int] = {}
        self.writes: dict[int, int] = {}

    def draft(self) -> Any:
        """A draft for a rule: reads give own assignments back, and assigning is allowed."""
        return self._view(self.writes, True)

    def before(self) -> Any:
        """The state without the assignments, read-only."""
        return self._view({}, False)

    def after(self, writes: dict[int, int]) -> Any:
        """The state with these assignments, read-only."""
        return self._view(writes, False)

    def _view(self, writes: dict[int, int], writable: bool) -> Any:
        root = self.shape.root
        return _view_class(root)(root, self, writes, writable)

    def read(self, number: int) -> int:
        """The code of a slot of the state; recorded."""
        code = self.reads.get(number)
        if code is None:
            code = self.reads[number] = self.oracle(number)
        return code

    def answer(self, leaf: Leaf, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """What a question says to a leaf of the state; where that was read before nothing more is read."""
        known = self.reads.get(leaf.number)
        if known is not None:
            return question(leaf.slot.domain[known], *details)
        asked = self.shape.question(leaf, question, details)
        return asked.answers[self.read(asked.number)]

    def need(self, numbers: Iterable[int]) -> None:
        """Called with the slots of what is compared unread; for tracers that do not show everything."""

    @property
    def changed(self) -> bool:
        """Some assignment gives a slot another value than it had; reads what was assigned, up to the first."""
        return any(self.read(number) != code for number, code in self.writes.items())

    def same(self, node: Node, one: dict[int, int], other: dict[int, int]) -> bool:
        """The part of the state under `node` is the same with these assignments and with those."""
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


class TracedWhole(Asked):
    """A whole leaf during a traced run, not assigned to yet."""

    __slots__ = ("_leaf", "_tracer")

    def __init__(self, leaf: Leaf, tracer: Tracer) -> None:
        self._leaf = leaf
        self._tracer = tracer

    def answer(self, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """See `Asked`."""
        return self._tracer.answer(self._leaf, question, details)

    def read(self) -> Any:
        """See `Asked`."""
        return self._leaf.slot.domain[self._tracer.read(self._leaf.number)]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TracedWhole):
            self._tracer.need([self._leaf.number])
            return other._leaf is self._leaf and other._tracer is self._tracer
        return bool(self.read() == other)

    __hash__ = None  # type: ignore[assignment]  # stands for a value that is not known


class TracingDraft(Questioned, DraftView):
    """The view of one record during a traced run; see the module's text."""

    __slots__ = ("_children", "_node", "_tracer", "_writable", "_writes")

    def __init__(self, node: Node, tracer: Tracer, writes: dict[int, int], writable: bool) -> None:
        put = object.__setattr__
        put(self, "_node", node)
        put(self, "_tracer", tracer)
        put(self, "_writes", writes)
        put(self, "_writable", writable)
        put(self, "_children", {})

    def __getattr__(self, name: str) -> Any:
        """What no view of the record has; see `_view_class`."""
        return derived(self, self._node.record_type, name)

    def _answer_of(self, field: str, question: Callable[..., Any]) -> Any:
        """See `Questioned`."""
        leaf = self._node.children[field]
        assert isinstance(leaf, Leaf), f"{field} is not a leaf"
        code = self._writes.get(leaf.number)
        if code is not None:
            return question(leaf.slot.domain[code])
        return self._tracer.answer(leaf, question, ())

    def _unchanged(self, other: Any, field: str) -> bool:
        """See `Questioned`."""
        leaf = self._node.children[field]
        assert isinstance(leaf, Leaf), f"{field} is not a leaf"
        if not isinstance(other, TracingDraft) or other._tracer is not self._tracer or other._node is not self._node:
            return bool(getattr(self, field) == getattr(other, field))
        self._tracer.need([leaf.number])
        codes = [view._writes.get(leaf.number) for view in (self, other)]
        if codes == [None, None]:
            return True
        tracer: Tracer = self._tracer
        one, two = (tracer.read(leaf.number) if code is None else code for code in codes)
        return one == two

    def __eq__(self, other: object) -> bool:
        """Compares only what was assigned on one side or the other: the rest is the same, unread."""
        if not isinstance(other, TracingDraft) or other._tracer is not self._tracer or other._node is not self._node:
            return DraftView.__eq__(self, other)
        tracer: Tracer = self._tracer
        return tracer.same(self._node, self._writes, other._writes)

    __hash__ = None

    def __setattr__(self, name: str, value: Any) -> None:
        item = self._node.children.get(name)
        if not self._writable:
            full = item.slot.name if isinstance(item, Leaf) else name
            raise DraftError(f"{full} was assigned by a predicate; predicates only read")
        if item is None:
            raise DraftError(f"{self._node.record_type.__name__} has no field {name!r}")
        if not isinstance(item, Leaf):
            raise DraftError(f"{name} is not a leaf: assign its fields one by one")
        code = item.code_of(value)
        if code is None:
            raise leaf_refused(item.slot.path, value, item.slot.domain)
        self._writes[item.number] = code

    @property
    def _record_type(self) -> type:
        node: Node = self._node
        return node.record_type


def tracer_of(view: TracingDraft) -> Tracer:
    """The run that a view belongs to."""
    found: Tracer = view._tracer
    return found


def same_view(view: TracingDraft, tracer: Tracer) -> TracingDraft:
    """What a view shows, seen in another run."""
    return type(view)(view._node, tracer, view._writes, view._writable)


@cache
def _view_class(node: Node) -> type[TracingDraft]:
    """The class of the views of a record: a property for each field, and the record's own properties and methods.

    One class a record, since Python finds what a class has much faster than what `__getattr__` makes.
    """
    members: dict[str, Any] = {"__slots__": ()}
    for name, found in vars(node.record_type).items():
        if not name.startswith("__") and isinstance(found, property | FunctionType):
            members[name] = found
    for name, item in node.children.items():
        members[name] = property(_leaf_getter(item) if isinstance(item, Leaf) else _part_getter(name, item))
    return type(f"{node.record_type.__name__}View", (TracingDraft,), members)


def _view(item: Leaf | Node | tuple[Leaf | Node, ...], owner: TracingDraft) -> Any:
    if isinstance(item, Leaf):
        return _leaf_getter(item)(owner)
    if isinstance(item, Node):
        return _view_class(item)(item, owner._tracer, owner._writes, owner._writable)
    return tuple(_view(part, owner) for part in item)


@cache
def _leaf_getter(leaf: Leaf) -> Callable[[TracingDraft], Any]:
    number, domain, whole = leaf.number, leaf.slot.domain, leaf.slot.whole

    def get(view: TracingDraft) -> Any:
        code = view._writes.get(number)
        if code is None:
            tracer = view._tracer
            if whole:
                return TracedWhole(leaf, tracer)
            code = tracer.reads.get(number)
            if code is None:
                code = tracer.read(number)
        return domain[code]

    return get


def _part_getter(name: str, item: Node | tuple[Leaf | Node, ...]) -> Callable[[TracingDraft], Any]:
    holds_leaves = isinstance(item, tuple) and any(isinstance(part, Leaf) for part in item)

    def get(view: TracingDraft) -> Any:
        child = view._children.get(name)
        if child is None:
            child = _view(item, view)
            if not holds_leaves:  # an assignment would make those stale
                view._children[name] = child
        return child

    return get


@cache
def _numbers(node: Node) -> frozenset[int]:
    """The numbers of the leaves under a node."""
    found: set[int] = set()
    for item in node.children.values():
        for part in item if isinstance(item, tuple) else (item,):
            found |= {part.number} if isinstance(part, Leaf) else _numbers(part)
    return frozenset(found)
