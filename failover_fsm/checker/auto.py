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

__all__ = ["ENGINES", "Searched", "is_rule_model", "verify"]

ENGINES = ("auto", "plain", "compiled")
"""Which engine searches; `auto` begins with the plain one."""

PLAIN_STATES = 20_000
"""States that `auto` searches plainly before it takes the compiled engine: less work than learning most models."""


@attrs.frozen
class Searched:
    """The answer about a model.

    Attributes:
        result: of the search.
        engine: "plain" or "compiled".
    """

    result: Result[Any, Any]
    engine: str


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
) -> Searched:
    """Search a model, by rules or of three methods, and judge properties.

    `auto` searches plainly first. A rule model that turns out larger than 20,000 states is searched again by the
    compiled engine, if its fields have finite domains and it has fewer initial states than that: with more, rules tend
    to branch on nearly every state, and learning them takes longer than the search. Both engines give the same verdicts
    and counts.

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

    Raises:
        ValueError: an unknown engine, or a number out of range.
        TypeError: something that is not a property or not a function.
        ModelError: as `Checker.verify` and `CompiledChecker.verify`.
    """
    if engine not in ENGINES:
        raise ValueError(f"unknown engine {engine!r}; allowed: {', '.join(ENGINES)}")
    by_rules = is_rule_model(model)
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
        return Searched(_compiled(model, properties, begun, of_compiled), "compiled")
    plain: Any = PlainModel(model) if by_rules else model
    may_be_compiled = engine == "auto" and by_rules and _has_finite_domains(model)
    if not may_be_compiled or (max_states is not None and max_states <= PLAIN_STATES):
        return Searched(Checker(plain).verify(*properties, **given), "plain")
    first = Checker(plain).verify(*properties, **{**given, "max_states": PLAIN_STATES})
    if first.limit != _FULL:
        return Searched(first, "plain")
    if first.depth == 0:  # not even the initial states were all stored
        return Searched(Checker(plain).verify(*properties, **given), "plain")
    second = _compiled(model, properties, begun, of_compiled)
    if not second.complete and second.states < first.states:  # cut short before it came as far
        seconds = 0.0 if clock is None else clock() - begun
        cut = attrs.evolve(first, limit=second.limit, interrupted=second.interrupted, seconds=seconds)
        return Searched(cut, "plain")
    return Searched(second, "compiled")


_FULL = f"max_states of {PLAIN_STATES} states"


def _has_finite_domains(model: Any) -> bool:
    try:
        shape_of(model)
    except ModelError:
        return False
    return True


def _compiled(model: Any, properties: tuple[Property, ...], begun: float, given: dict[str, Any]) -> Result[Any, Any]:
    """The result of the compiled engine; time counts from `begun`, a reading of the clock before the whole check."""
    # numpy, which small searches do without
    from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
    from failover_fsm.checker.compiled import CompiledChecker

    try:
        checker = CompiledChecker(model, watchdog=Watchdog(Limits(begun=begun, **given)))
        search = checker.begin(*properties, begun=begun, **given)
    except LimitReached as reached:
        return not_searched(PlainModel(model), properties, reached.limit)
    except KeyboardInterrupt:
        return not_searched(PlainModel(model), properties)
    return search.finish()
