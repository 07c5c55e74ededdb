"""The pair as rules over a draft of its state, for the compiled explorer.

The same search as `PairModel`: the same events in the same order, the same fixed form of states, the
same bound on faults.  Only the form differs: one function per event, each a plain run of the tables
on a draft, which the explorer learns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from failover_fsm.checker.rules.rule_tree import Rule
from failover_fsm.model.observer import UNITS, Observer
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import events_at
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.canonical import canonicalize
from failover_fsm.pair.environment import SETTLE_ORDER
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.faults import place_interfaces
from failover_fsm.pair.impairments import values_for
from failover_fsm.pair.obstacles import obstacle_domains
from failover_fsm.pair.registry import EventKind, broken_core, broken_on
from failover_fsm.pair.running import UNCHANGED
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import MODULES, ConfigSync, Interface, Modules, State
from failover_fsm.pair.step import apply_event
from failover_fsm.records import ask

__all__ = ["PairRules", "rule_of_units"]


def rule_of_units(
    event: e.Event,
    settings: Settings,
    environment: Environment,
    breakable: Sequence[EventKind],
    few_broken: Callable[[Any, int], bool],
) -> Callable[[Any], bool]:
    """The rule of an event that the units and links handle, and that leaves the interfaces alone.

    Args:
        event: The event.
        settings: What the protocol reads of the configuration.
        environment: What can happen, and how much may be broken.
        breakable: The faults besides those of interfaces.
        few_broken: Whether at most so many things are broken on the interfaces of a draft.
    """
    commands, limit = environment.has("command"), environment.max_faults
    marks = commands or not settings.options.resync_on_contact
    bound = limit if isinstance(event, e.Fault) else None

    def rule(draft: Any) -> bool:
        before = 0 if bound is None else sum(broken_core(draft, breakable))
        try:
            happened = apply_event(draft, settings, event)
        except StepError:
            return False
        reacted = [unit for unit, _ in happened.units]
        if isinstance(event, e.SynchronizationAdvanced | e.SynchronizationFinished):
            reacted = list(UNITS)  # the sender learns that its peer joins
        for unit in reacted:
            canonicalize(draft.unit(unit), settings, commands=commands)
        for unit in UNITS if reacted and not marks else ():
            draft.unit(unit).config_sync = ConfigSync.SYNCHRONIZED  # a step of one unit can mark the other's too
        if bound is None or (after := sum(broken_core(draft, breakable))) <= before:
            return True
        return after <= bound and few_broken(draft, bound - after)

    return rule


class PairRules:
    """A pair in its environment as a rule model; see `checker.rules.rule_tree.RuleModel`.

    Attributes:
        model: The model that the plain explorer searches.
        domains: The interfaces and modules in every condition that the environment can bring about; no wiring, since
            a pair with a topology is explored plainly (wired_model.py).
        dense: The slots that only the environment changes.
        form: What tells its states apart from those of the same pair in another form.

    Args:
        model: As above.
        check: Called once per condition of the interfaces, of which there may be millions; may raise to give up.
    """

    form = "conditions"
    dense = ("interfaces", "links.failover", "links.stateful", "modules", "impairments")

    def __init__(self, model: PairModel, check: Callable[[], object] = lambda: None) -> None:
        self.model, self._check = model, check
        self.domains: dict[str, tuple[Any, ...]] = {
            "interfaces": self._values(),
            "modules": MODULES if model.environment.has("modules") else (Modules(),),
            "impairments": values_for(model.environment.faults),
            **obstacle_domains(model.environment.has),
            "wiring": (None,),
            "running": (UNCHANGED,),
        }
        self._breakable = tuple(kind for kind in model.environment.kinds() if kind.broken is not None)
        self._core_size = sum(1 for _ in broken_core(self.initial_states()[0], self._breakable))
        of_units = (Rule(event, self._rule(event), stutters=_stutters(event)) for event in self._events())
        self.rules = (*of_units, *self._rules_of_interfaces())

    def initial_states(self) -> tuple[State, ...]:
        """Both units off and never started, everything good."""
        return self.model.initial_states()

    def observers(self, state: State) -> tuple[Observer, ...]:
        """An observer's view of each group, of a record or of a draft that stands for one."""
        settings = self.model.settings
        return tuple(Observer(state, settings, index) for index in range(settings.group_count))

    def _values(self) -> tuple[Any, ...]:
        """The values of `interfaces`."""
        return tuple(self._conditions())

    def _conditions(self) -> list[tuple[Interface, ...]]:
        """Every condition of the interfaces, in an order in which events move them by few distances."""
        (start,) = self.initial_states()
        found = [start.interfaces]
        seen = dict.fromkeys(found)
        limit = self.model.environment.max_faults
        for interfaces in found:
            self._check()
            for _, after, _ in self.model.interface_steps(interfaces):
                if after not in seen and (limit is None or self.model.broken(after) <= limit):
                    seen[after] = None
                    found.append(after)
        return sorted(found, key=self.model.rank)

    def _moves_of(self, interfaces: tuple[Interface, ...]) -> dict[e.Event, tuple[tuple[Interface, ...], int]]:
        """The faults and repairs in a condition of the interfaces, with the condition after it and its cost."""
        self._check()
        return {event: (after, cost) for event, after, cost in self.model.interface_steps(interfaces)}

    def _events(self) -> Iterator[e.Event]:
        """Every event of units, links and modules, in the order in which the plain search tries them."""
        model = self.model
        left_out = e.SynchronizationFinished if model.environment.sync_states else e.SynchronizationAdvanced
        groups = len(model.settings.groups)
        for kind in SETTLE_ORDER:
            if kind is not left_out:
                for unit in UNITS:
                    yield from e.at_groups(kind, unit, groups)
        yield from model.unit_events

    def _rules_of_interfaces(self) -> Iterator[Rule]:
        """The rules of the events that change interfaces."""
        model = self.model
        self._moves = {interfaces: self._moves_of(interfaces) for interfaces in self.domains["interfaces"]}
        happening = {event for moves in self._moves.values() for event in moves}
        for alike in model.alike:
            for place in alike:
                for _, event in events_at(model.settings, model.environment, place):
                    if event in happening:
                        yield Rule(event, self._rule_of_interface(event), stutters=False)

    def _few_broken(self, draft: Any, most: int) -> bool:
        """No more than so many things are broken on the interfaces."""
        return ask(draft.interfaces, broken_at_most, most, self.model.settings.together.followers)

    def _rule(self, event: e.Event) -> Callable[[Any], bool]:
        model = self.model
        return rule_of_units(event, model.settings, model.environment, self._breakable, self._few_broken)

    def _rule_of_interface(self, event: e.Event) -> Callable[[Any], bool]:
        settings, limit = self.model.settings, self.model.environment.max_faults
        breakable, size = self._breakable, self._core_size

        def rule(draft: Any) -> bool:
            next_state = self._moves[tuple(draft.interfaces)].get(event)
            if next_state is None:
                return False
            after, cost = next_state
            if limit is not None and cost > 0:
                room = limit - cost - ask(draft.interfaces, broken_on, settings.together.followers)
                if not at_most(broken_core(draft, breakable), room, size):
                    return False
            place_interfaces(draft, settings, after)
            return True

        return rule


def _stutters(event: e.Event) -> bool:
    """The event counts as a step where it changes nothing."""
    return isinstance(event, e.CommandEntered)


def broken_at_most(interfaces: tuple[Interface, ...], most: int, followers: tuple[int, ...]) -> bool:
    """No more than so many things are broken on the interfaces."""
    return broken_on(interfaces, followers) <= most


def at_most(answers: Iterator[bool], most: int, size: int) -> bool:
    """No more than so many of `size` answers are yes; asks no further than it takes to know."""
    while 0 <= most < size:
        most -= next(answers)
        size -= 1
    return most >= 0
