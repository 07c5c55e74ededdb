"""One call for any model: it chooses the engine, and says which it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.core.properties import Property
from failover_fsm.checker.core.result import Progress, Result
from failover_fsm.checker.explicit.explore import Checker, not_searched
from failover_fsm.checker.rules.rule_model import PlainModel, shape_of

if TYPE_CHECKING:
    from failover_fsm.checker.bitset.allocator import Disk
    from failover_fsm.checker.compiled import Checkpoint, Store

__all__ = ["ENGINES", "Searched", "is_rule_model", "verify"]

ENGINES = ("auto", "plain", "compiled")
"""Which engine searches; `auto` begins with the plain one."""

PLAIN_STATES = 20_000
"""States that `auto` searches plainly before it takes the compiled engine: less work than learning most models."""

PATHS = 30_000
"""Executions of rules and predicates after which `auto` gives the compiled engine up, if there are more of them than
states: each takes as long as ten plain ones, and is to serve for many states."""

_LEARNS = "paths to be learned"
"""The limit that ends a compiled search with too many paths."""


@attrs.frozen
class Searched:
    """The answer about a model.

    Attributes:
        result: of the search.
        engine: "plain" or "compiled".
        reason: why `auto` did not take the compiled engine for a rule model that is large; None where it did, or where
            there was nothing to choose.
    """

    result: Result[Any, Any]
    engine: str
    reason: str | None = None


def is_rule_model(model: Any) -> bool:
    """Whether a model is given by rules; else it has `events` and `step`."""
    return getattr(model, "rules", None) is not None


def verify(
    model: Any,
    *properties: Property,
    engine: str = "auto",
    max_states: int | None = None,
    time_limit: float | None = None,
    clock: Callable[[], float] | None = None,
    progress: Callable[[Progress], object] | None = None,
    memory: int | None = None,
    process_memory: Callable[[], int] | None = None,
    spill: Disk | None = None,
    store: Store | None = None,
    resume: Checkpoint | None = None,
) -> Searched:
    """Search a model, by rules or of three methods, and judge properties.

    `auto` searches plainly first. A rule model that turns out larger than 20,000 states is searched again by the
    compiled engine, unless that cannot take it, or is no faster: fields without a finite domain, or one too large to be
    listed; as many initial states; more ways through the rules than states. `Searched.reason` says which. Both engines
    give the same verdicts and counts.

    Args:
        model: the model; one of three methods is always searched plainly.
        properties: what is claimed.
        engine: one of `ENGINES`.
        max_states: as for `Checker.verify`, and so are the arguments that are not listed here.
        time_limit: seconds, of both searches together.
        clock: likewise.
        progress: likewise.
        memory: the search ends, undecided, when it takes more bytes than this; see `process_memory`.
        process_memory: returns the bytes that the process has taken since the check began. Without it, `memory`
            bounds the tables of the compiled engine only.
        spill: room on disk for the tables of the compiled engine beyond half of `memory`; the plain one has none.
        store: as for `CompiledChecker.verify`; with it `auto` takes the compiled engine at once.
        resume: likewise.

    Raises:
        ValueError: an unknown engine, checkpoints of the plain engine, or a number out of range.
        CheckpointError: the checkpoint is of another model.
        TypeError: something that is not a property or not a function.
        ModelError: as `Checker.verify` and `CompiledChecker.verify`.
    """
    if engine not in ENGINES:
        raise ValueError(f"unknown engine {engine!r}; allowed: {', '.join(ENGINES)}")
    by_rules = is_rule_model(model)
    kept = {name: value for name, value in (("store", store), ("resume", resume)) if value is not None}
    if kept and engine == "plain":
        raise ValueError(f"{next(iter(kept))}: the plain engine keeps no checkpoints; allowed: auto, compiled")
    engine = "compiled" if kept else engine
    if engine == "compiled" and not by_rules:
        raise ModelError(f"{type(model).__name__} has no rules; allowed for the compiled engine: a rule model")
    given: dict[str, Any] = {
        "max_states": max_states,
        "time_limit": time_limit,
        "clock": clock,
        "progress": progress,
        "memory": memory,
        "process_memory": process_memory,
    }
    of_compiled = {**given, "spill": spill}
    begun = clock() if callable(clock) else 0.0
    if engine == "compiled":
        return Searched(_compiled(model, properties, begun, {**of_compiled, **kept}), "compiled")
    plain: Any = PlainModel(model) if by_rules else model
    if engine == "plain" or not by_rules or (max_states is not None and max_states <= PLAIN_STATES):
        return Searched(Checker(plain).verify(*properties, **given), "plain")
    return _Choice(model, plain, properties, begun, given, spill).searched()


_FULL = f"max_states of {PLAIN_STATES} states"


@attrs.frozen
class _Choice:
    """The choice of the engine for one rule model.

    Attributes:
        model: the rules.
        plain: the same for the plain engine.
        properties: what is claimed.
        begun: the reading of the clock before the whole check.
        given: the limits.
        spill: room on disk for the compiled engine.
    """

    model: Any
    plain: Any
    properties: tuple[Property, ...]
    begun: float
    given: dict[str, Any]
    spill: Disk | None = None

    def searched(self) -> Searched:
        """The answer of the engine that is faster, as far as that can be foreseen."""
        refused = _refused(self.model)
        if refused is not None:
            result = self._plainly()
            return Searched(result, "plain", refused if result.states > PLAIN_STATES else None)
        first = Checker(self.plain).verify(*self.properties, **{**self.given, "max_states": PLAIN_STATES})
        if first.limit != _FULL:
            return Searched(first, "plain")
        if first.depth == 0:  # not even the initial states were all stored
            return Searched(self._plainly(), "plain", f"there are more than {PLAIN_STATES:,} initial states")
        limits = {**self.given, "spill": self.spill}
        second = _compiled(self.model, self.properties, self.begun, limits, _Patience())
        if second.limit == _LEARNS:
            return Searched(self._plainly(), "plain", "its rules have more paths than there are states")
        if not second.complete and second.states < first.states:  # cut short before it came as far
            cut = attrs.evolve(first, limit=second.limit, interrupted=second.interrupted, seconds=self._seconds())
            return Searched(cut, "plain")
        return Searched(second, "compiled")

    def _seconds(self) -> float:
        clock = self.given["clock"]
        return 0.0 if clock is None else float(clock() - self.begun)

    def _plainly(self) -> Result[Any, Any]:
        """A plain search of everything, in the time that is left."""
        limit = self.given["time_limit"]
        left = None if limit is None else max(limit - self._seconds(), 1e-6)
        result = Checker(self.plain).verify(*self.properties, **{**self.given, "time_limit": left})
        if limit is None or result.limit is None or not result.limit.startswith("time_limit"):
            return result
        return attrs.evolve(result, limit=f"time_limit of {limit} seconds", seconds=self._seconds())


def _refused(model: Any) -> str | None:
    """Why the compiled engine cannot take the states of a model; None if it can."""
    try:
        shape_of(model)
    except ModelError as error:
        return str(error)
    return None


@attrs.define
class _Patience:
    """How many executions a compiled search may take: no more than `PATHS`, or than the states that it found.

    Attributes:
        states: found so far.
        runs: the executions so far.
    """

    states: int = 0
    runs: int = 0

    def is_over(self) -> bool:
        """Counts one more; whether that is too many."""
        self.runs += 1
        return self.runs > max(PATHS, self.states)


def _compiled(
    model: Any, properties: tuple[Property, ...], begun: float, given: dict[str, Any], patience: _Patience | None = None
) -> Result[Any, Any]:
    """The result of the compiled engine.

    Time counts from `begun`, a reading of the clock before the whole check; a search that takes more than `patience`
    ends with the limit `_LEARNS`.
    """
    # numpy, which small searches do without
    from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
    from failover_fsm.checker.compiled import CompiledChecker

    class Impatient(Watchdog):
        def check(self) -> None:
            super().check()
            if patience is not None and self.limits is not None and patience.is_over():
                raise LimitReached(_LEARNS)

    def count(progress: Progress) -> None:
        if patience is not None:
            patience.states = progress.states
        if given["progress"] is not None:
            given["progress"](progress)

    try:
        checker = CompiledChecker(model, watchdog=Impatient(Limits(begun=begun, **given)))
        search = checker.begin(*properties, begun=begun, **{**given, "progress": count})
    except LimitReached as reached:
        return not_searched(PlainModel(model), properties, reached.limit)
    except KeyboardInterrupt:
        return not_searched(PlainModel(model), properties)
    return search.finish()
