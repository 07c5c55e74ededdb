"""Traced views: records for symbolic (concolic) execution, without a state behind them.

A traced view behaves like a `Draft`, but the value of a leaf that is read for the first time comes from an *oracle*,
a function from slot number to code. With an oracle that reads a state the execution is an ordinary one; with oracles
that enumerate all codes every path of a function is executed. A `Tracer` keeps what was read, in order, and what was
assigned; the result of the function can depend on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from failover_fsm.records.queries import UnknownAnswer, ask
from failover_fsm.records.shape import Leaf, Node, Shape
from failover_fsm.records.traced_views import Frame, TracingDraft, numbers_under, view_of

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
        self._shown: list[dict[Any, Any]] = []

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
        frame = Frame(self, writes, writable)
        self._shown.append(frame.now)
        return view_of(self.shape.root, frame)

    def end(self) -> None:
        """Let go of all views, which refer to each other: nothing is left to the garbage collector."""
        for shown in self._shown:
            shown.clear()

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
            return ask(leaf.domain[known], question, *details)
        query = (None if details else leaf.queries.get(question)) or self.shape.query(leaf, question, details)
        code = 0
        if query.decides:
            code = self.reads.get(query.number, -1)
            if code < 0:
                code = self.read(query.number)
        found = query.answers[code]
        if found is UnknownAnswer:
            raise UnknownAnswer(query.name)
        return found

    def need(self, numbers: Iterable[int]) -> None:
        """Called with the slots that are compared without being read, for tracers that hide some of them."""

    @property
    def changed(self) -> bool:
        """Whether an assignment changed the value of a slot; reads the assigned slots up to the first such."""
        for number, code in self.writes.items():  # noqa: SIM110  # an inner loop
            if self.read(number) != code:
                return True
        return False

    def same(self, node: Node, one: dict[int, int], other: dict[int, int]) -> bool:
        """Return whether the record under `node` is the same after either set of assignments."""
        here = numbers_under(node)
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


def tracer_of(view: TracingDraft) -> Tracer:
    """Return the execution that a view belongs to."""
    tracer = view._view_frame.tracer
    assert isinstance(tracer, Tracer)
    return tracer


def same_view(view: TracingDraft, tracer: Tracer) -> Any:
    """Return a view of the same record in another execution."""
    return view_of(view._view_node, Frame(tracer, view._view_frame.writes, view._view_frame.writable))
