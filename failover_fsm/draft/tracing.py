"""The tracing draft: a draft without a state behind it.

A rule cannot tell it from a `Draft`.  But a leaf that is read for the first time is asked of
an *oracle*, any function from slot number to code.  An oracle that answers from a state
makes the run an ordinary one; an oracle that works through all answers replays every path
the rule can take.  What was read, in order, and what was assigned is all that is left of
the run, and all its result can depend on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from failover_fsm.draft.shape import Leaf, Node, Shape
from failover_fsm.draft.view import DraftError, DraftView, derived, leaf_refused

__all__ = ["Tracer", "TracingDraft"]

Oracle = Callable[[int], int]


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
        return TracingDraft(self.shape.root, self, self.writes, True)

    def before(self) -> Any:
        """The state without the assignments, read-only."""
        return TracingDraft(self.shape.root, self, {}, False)

    def after(self) -> Any:
        """The state with the assignments, read-only."""
        return TracingDraft(self.shape.root, self, self.writes, False)

    def read(self, number: int) -> int:
        """The code of a slot of the state; recorded."""
        code = self.reads.get(number)
        if code is None:
            code = self.reads[number] = self.oracle(number)
        return code


class TracingDraft(DraftView):
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
        item = self._node.children.get(name)
        if item is None:
            return derived(self, self._node.record_type, name)
        if type(item) is Leaf:
            return self._leaf(item)
        child = self._children.get(name)
        if child is None:
            child = self._view(item)
            if not _holds_leaves(item):
                self._children[name] = child
        return child

    def _leaf(self, leaf: Leaf) -> Any:
        code = self._writes.get(leaf.number)
        if code is None:
            code = self._tracer.read(leaf.number)
        return leaf.slot.domain[code]

    def _view(self, item: Leaf | Node | tuple[Leaf | Node, ...]) -> Any:
        if isinstance(item, Leaf):
            return self._leaf(item)
        if isinstance(item, Node):
            return TracingDraft(item, self._tracer, self._writes, self._writable)
        return tuple(map(self._view, item))

    def __setattr__(self, name: str, value: Any) -> None:
        if not self._writable:
            raise DraftError(f"{name} was assigned by a predicate; predicates only read")
        item = self._node.children.get(name)
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


def _holds_leaves(item: Leaf | Node | tuple[Leaf | Node, ...]) -> bool:
    """Whether the view of `item` contains values, which an assignment may make stale."""
    return isinstance(item, tuple) and any(isinstance(part, Leaf) for part in item)
