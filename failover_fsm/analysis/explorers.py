"""The explorers as `verify` uses them: the plain one, the compiled one, and the compiled one slice by slice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from failover_fsm.checker import Checker, Property, Result
from failover_fsm.checker.core.result import NO_MEMORY
from failover_fsm.checker.explicit.explore import not_searched
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.wired_rules import rules_of
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.promises import Promise, as_property

if TYPE_CHECKING:
    from failover_fsm.checker.sliced import Part

__all__ = ["PLAIN_STATES", "by_compiled", "compiled", "plain", "sliced"]

PLAIN_STATES = 150
"""The number of states at which `auto` changes from the plain to the compiled explorer, which starts later."""

LEARNED_FIRST = 1000
"""Paths of rules learned before a search; what the search does not meet need not be learned at all."""


def plain(
    model: PairModel, promises: Sequence[Promise], limits: dict[str, Any], most: int | None
) -> Result[State, e.Event] | None:
    """The result of the plain explorer, None if there are more than `most` states."""
    wanted = limits["max_states"]
    capped = most is not None and (wanted is None or wanted > most)
    options = {**limits, "max_states": most} if capped else limits
    properties = (as_property(promise, model.observers) for promise in promises)
    result = Checker(model).verify(*properties, progress_every=2000, **options)
    gave_up = result.limit is not None and result.limit.startswith("max_states")
    return None if capped and gave_up else result


def compiled(model: PairModel, promises: Sequence[Promise], options: dict[str, Any]) -> Result[State, e.Event]:
    """The result of the compiled explorer."""

    def begun(check: Callable[[], object]) -> tuple[PairRules, Sequence[Property]]:
        rules = rules_of(model, check)
        return rules, [as_property(promise, rules.observers) for promise in promises]

    return by_compiled(begun, model, (as_property(promise, model.observers) for promise in promises), options)


def by_compiled(
    begin: Callable[[Callable[[], object]], tuple[PairRules, Sequence[Property]]],
    unsearched: Any,
    claims: Iterable[Property],
    options: dict[str, Any],
) -> Result[State, e.Event]:
    """The result of the compiled explorer.

    Args:
        begin: Gives the rules and the claims, from a function that raises where a limit is reached.
        unsearched: The model of which only the initial states are known where nothing was searched.
        claims: The claims that are undecided then.
        options: Limits of the search.
    """
    from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
    from failover_fsm.checker.compiled import CompiledChecker

    watchdog = Watchdog(Limits(**options))
    limit = None
    try:
        rules, properties = begin(watchdog.check)
        checker = CompiledChecker(rules, budget=LEARNED_FIRST, watchdog=watchdog)
        search = checker.begin(*properties, **options)
    except KeyboardInterrupt:  # while rules were learned: only the initial states are known then
        pass
    except LimitReached as reached:
        limit = reached.limit
    except MemoryError:
        limit = NO_MEMORY
    else:
        found: Result[Any, Any] = search.finish()
        return found
    return not_searched(unsearched, claims, limit)


def sliced(
    model: PairModel, promises: Sequence[Promise], options: dict[str, Any]
) -> tuple[tuple[Part, ...], Result[State, e.Event]]:
    """The searches of a sliced check, and their combined result."""
    from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
    from failover_fsm.checker.sliced import Part, joined, verify_sliced

    limits = Limits(**options)
    try:
        rules = rules_of(model, Watchdog(limits).check)
        properties = [as_property(promise, rules.observers) for promise in promises]
        parts = verify_sliced(rules, properties, budget=LEARNED_FIRST, **options)
    except (LimitReached, MemoryError) as error:
        limit = error.limit if isinstance(error, LimitReached) else NO_MEMORY
        nothing: Result[Any, Any] = not_searched(
            model, (as_property(promise, model.observers) for promise in promises), limit
        )
        parts = (Part(searched=False, result=nothing),)
    result: Result[Any, Any] = joined(parts, [promise.id for promise in promises], limits.seconds())
    return parts, result
