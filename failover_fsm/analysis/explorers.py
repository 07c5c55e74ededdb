"""The explorers as `verify` uses them: the plain one, the compiled one, and the compiled one slice by slice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from failover_fsm.checker import Checker, ModelError, Property, Result
from failover_fsm.checker.core.result import NO_MEMORY
from failover_fsm.checker.explicit.explore import not_searched
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_rules import rules_of
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.promises import Promise, as_property, chosen

if TYPE_CHECKING:
    from failover_fsm.checker.bitset.limits import Watchdog
    from failover_fsm.checker.compiled import Crew, Shard
    from failover_fsm.checker.sliced import Part

__all__ = ["PLAIN_STATES", "Cluster", "Tables", "by_compiled", "compiled", "divided", "plain", "sliced"]

PLAIN_STATES = 150
"""The number of states at which `auto` changes from the plain to the compiled explorer, which starts later."""

LEARNED_FIRST = 200
"""Paths of rules learned before a search; what the search does not meet need not be learned at all."""


class Tables(Protocol):
    """Keeps what the compiled explorer learned of a pair for the next search of it.

    A name is that of a form of the pair: the same pair is searched with each condition of its interfaces, or on
    observations.
    """

    def read(self, name: str) -> bytes | None:
        """What was written under a name, None if there is nothing."""

    def write(self, name: str, content: bytes) -> None:
        """Keeps the content."""

    def refuse(self, name: str, reason: str) -> None:
        """What was read cannot be used."""


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


class Cluster(Protocol):
    """Processes, on this machine or others, that search together."""

    def crew(self, make: Callable[[int, int], Shard]) -> AbstractContextManager[Crew]:
        """The parts that `make`, which can be pickled, makes in each process from its number and how many there are."""


def divided(scenario: Scenario, cluster: Cluster, options: dict[str, Any]) -> Result[State, e.Event]:
    """The result of a search by several processes; each rebuilds the pair and begins with what is learned here.

    Args:
        scenario: A pair whose conditions can be searched each by itself (`verify.has_each_condition`).
        cluster: The processes.
        options: Limits of the search.

    Errors of the cluster pass unchanged.
    """
    from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
    from failover_fsm.checker.compiled import CompiledChecker

    in_advance = {name: value for name, value in options.items() if name in ("time_limit", "clock", "begun")}
    watchdog = Watchdog(Limits(**in_advance))
    try:
        rules, properties = _prepared(scenario, watchdog.check)
        checker = CompiledChecker(rules, budget=LEARNED_FIRST, watchdog=watchdog)
        tables = checker.learned(*properties, **in_advance)
        with cluster.crew(partial(_part, scenario, tables)) as crew:
            found: Result[Any, Any] = checker.divided(crew, *properties, **options)
            return found
    except LimitReached as reached:
        limit: str | None = reached.limit
    except MemoryError:
        limit = NO_MEMORY
    except KeyboardInterrupt:
        limit = None
    model = model_of(scenario.settings, scenario.environment)
    return not_searched(model, (as_property(promise, model.observers) for promise in _promises(scenario)), limit)


def _promises(scenario: Scenario) -> Sequence[Promise]:
    return chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))


def _prepared(scenario: Scenario, check: Callable[[], object]) -> tuple[PairRules, list[Property]]:
    """The rules of a pair and its promises; `check` raises where a limit is reached."""
    rules = rules_of(model_of(scenario.settings, scenario.environment), check)
    return rules, [as_property(promise, rules.observers) for promise in _promises(scenario)]


def _part(scenario: Scenario, tables: bytes | None, number: int, of: int) -> Shard:
    """A part of a search, made where it is to be."""
    from failover_fsm.checker.compiled import CompiledChecker

    rules, properties = _prepared(scenario, lambda: None)
    return CompiledChecker(rules, budget=LEARNED_FIRST, kept=tables).part(*properties, number=number, of=of)


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
        options: Limits of the search; `tables`, which are used unless a checkpoint is.
    """
    from failover_fsm.checker.bitset.kept_trees import DamagedTrees
    from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog

    tables: Tables | None = options.get("tables")
    limits = {name: value for name, value in options.items() if name != "tables"}
    if limits.get("store") or limits.get("resume"):
        tables = None
    watchdog = Watchdog(Limits(**limits))
    limit = None
    try:
        rules, properties = begin(watchdog.check)
        name = rules.form
        kept = None if tables is None else tables.read(name)
        if tables is not None and kept is not None:
            try:
                return _searched(rules, properties, watchdog, limits, tables, kept)
            except (DamagedTrees, ModelError) as error:  # the error of a rule comes again without them
                tables.refuse(name, str(error))
        return _searched(rules, properties, watchdog, limits, tables)
    except KeyboardInterrupt:  # while rules were learned: only the initial states are known then
        pass
    except LimitReached as reached:
        limit = reached.limit
    except MemoryError:
        limit = NO_MEMORY
    return not_searched(unsearched, claims, limit)


def _searched(
    rules: PairRules,
    properties: Sequence[Property],
    watchdog: Watchdog,
    limits: dict[str, Any],
    tables: Tables | None,
    kept: bytes | None = None,
) -> Result[State, e.Event]:
    """One search, with what was kept of an earlier one; what it learns besides is kept.

    Raises:
        LimitReached, KeyboardInterrupt, MemoryError: While rules were learned.
        DamagedTrees, ModelError: What was kept is of another model, or a rule or promise fails.
    """
    from failover_fsm.checker.compiled import CompiledChecker

    search = CompiledChecker(rules, budget=LEARNED_FIRST, watchdog=watchdog, kept=kept).begin(*properties, **limits)
    found: Result[Any, Any] = search.finish()
    content = None if tables is None else search.learned()
    if tables is not None and content is not None:
        tables.write(rules.form, content)
    return found


def sliced(
    model: PairModel, promises: Sequence[Promise], options: dict[str, Any]
) -> tuple[tuple[Part, ...], Result[State, e.Event]]:
    """The searches of a sliced check, and their combined result."""

    def begun(check: Callable[[], object]) -> tuple[PairRules, Sequence[Property]]:
        rules = rules_of(model, check)
        return rules, [as_property(promise, rules.observers) for promise in promises]

    return by_slices(begun, model, [as_property(promise, model.observers) for promise in promises], options)


def by_slices(
    begin: Callable[[Callable[[], object]], tuple[PairRules, Sequence[Property]]],
    unsearched: Any,
    claims: Sequence[Property],
    options: dict[str, Any],
) -> tuple[tuple[Part, ...], Result[State, e.Event]]:
    """The searches of a sliced check, and their combined result; the arguments are those of `by_compiled`."""
    from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
    from failover_fsm.checker.sliced import Part, joined, verify_sliced

    limits = Limits(**options)
    try:
        rules, properties = begin(Watchdog(limits).check)
        parts = verify_sliced(rules, properties, budget=LEARNED_FIRST, **options)
    except (LimitReached, MemoryError) as error:
        limit = error.limit if isinstance(error, LimitReached) else NO_MEMORY
        nothing: Result[Any, Any] = not_searched(unsearched, claims, limit)
        parts = (Part(searched=False, result=nothing),)
    result: Result[Any, Any] = joined(parts, [claim.name for claim in claims], limits.seconds())
    return parts, result
