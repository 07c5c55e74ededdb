"""Limits of a search, its progress and checkpoint callbacks, and the watchdog that enforces limits within a level."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from failover_fsm.checker.core.limits import LimitReached, check_functions, check_numbers, check_seconds
from failover_fsm.checker.core.result import Progress

if TYPE_CHECKING:
    from failover_fsm.checker.bitset.allocator import Disk
    from failover_fsm.checker.bitset.checkpoint import Checkpoint, Store

__all__ = ["LimitReached", "Limits", "Watchdog"]


@attrs.frozen(kw_only=True)
class Limits:
    """The arguments of `CompiledChecker.verify`, where most of them are documented.

    Attributes:
        begun: the reading of the clock, in seconds, from which the time limit counts; defaults to now.
        counted: states stored by earlier searches of the same check; they count towards `max_states`.
        process_memory: returns the bytes that the process has taken since the check began; if given, `memory` bounds
            them as well as the tables.
        spill: keeps on disk what does not fit half of `memory`; needs it.
    """

    max_states: int | None = None
    time_limit: float | None = None
    clock: Callable[[], float] | None = None
    progress: Callable[[Progress], object] | None = None
    stop_at_first: bool = False
    costs: bool = False
    memory: int | None = None
    store: Store | None = None
    save_every: float = 300.0
    resume: Checkpoint | None = None
    begun: float = attrs.field(
        default=attrs.Factory(lambda self: self.clock() if callable(self.clock) else 0.0, takes_self=True)
    )
    counted: int = 0
    process_memory: Callable[[], int] | None = None
    spill: Disk | None = None

    def __attrs_post_init__(self) -> None:
        for what, given in (("time_limit", self.time_limit), ("store", self.store)):
            if given is not None and self.clock is None:
                raise ValueError(f"{what} needs a clock: pass clock=time.monotonic, or any function of seconds")
        if self.spill is not None and self.memory is None:
            raise ValueError("spill needs memory: the bytes that the search may take there")
        check_numbers(max_states=self.max_states, memory=self.memory)
        check_seconds(time_limit=self.time_limit, save_every=self.save_every)
        check_functions(
            clock=self.clock,
            progress=self.progress,
            store=getattr(self.store, "save", self.store),
            spill=getattr(self.spill, "room", self.spill),
        )

    def seconds(self) -> float:
        """Seconds since `begun`; 0.0 without a clock."""
        return 0.0 if self.clock is None else self.clock() - self.begun

    def late(self) -> str | None:
        """The time limit in words if it has passed, else None."""
        limit = self.time_limit
        return f"time_limit of {limit} seconds" if limit is not None and self.seconds() >= limit else None

    def crowded(self, states: int) -> str | None:
        """The limit on states in words if this search, with so many states, exceeds it; else None."""
        exceeded = self.max_states is not None and self.counted + states > self.max_states
        return f"max_states of {self.max_states} states" if exceeded else None

    def swollen(self, tables: int = 0) -> str | None:
        """The limit on memory in words if tables of so many bytes, or the process, exceed it; else None."""
        if self.memory is None:
            return None
        taken = tables if self.process_memory is None else max(tables, self.process_memory())
        return f"memory of {self.memory} bytes" if taken > self.memory else None


@attrs.define
class Watchdog:
    """Enforces the limits on time and memory before every run of a rule or predicate.

    Attributes:
        limits: the limits; None lets everything pass.
    """

    limits: Limits | None = None

    def check(self) -> None:
        """Raise LimitReached if a limit is exceeded."""
        if self.limits is not None:
            limit = self.limits.late() or self.limits.swollen()
            if limit is not None:
                raise LimitReached(limit)
