"""A pair with a topology as rules, for the compiled explorer.

The same search as `WiredModel`: the same events in the same order, the same states, the same bound on faults. Only the
form differs: links and interfaces follow from the *wiring*, what is broken of elements, links and interfaces. So
every wiring that can come about is listed first, with the links and interfaces that follow from it; the interfaces of a
state carry their wiring along, and an event of the environment leads from one wiring to another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import comb
from typing import Any

import attrs

from failover_fsm.checker.rules.rule_tree import Rule
from failover_fsm.model.observer import UNITS
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules, at_most, rule_of_units
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.model.wired_observations import runs_on_a_host
from failover_fsm.pair import events as e
from failover_fsm.pair import history
from failover_fsm.pair.canonical import canonicalize
from failover_fsm.pair.environment import SETTLE_ORDER
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.event_kind import EventKind
from failover_fsm.pair.faults import lose_messages
from failover_fsm.pair.impairments import values_for
from failover_fsm.pair.obstacles import obstacle_domains
from failover_fsm.pair.registry import broken_core, is_down, kind_of
from failover_fsm.pair.running import UNCHANGED
from failover_fsm.pair.states import MODULES, Interface, Links, LinkState, Modules, State, Wiring
from failover_fsm.pair.step import next_state
from failover_fsm.pair.wiring import element_toggled, is_hosted, together
from failover_fsm.records import ask, ask_of

__all__ = ["LINK_EVENTS", "MOST_WIRINGS", "WiredInterfaces", "WiredRules", "has_few_wirings", "rules_of"]

MOST_WIRINGS = 4096
"""With more wirings a pair is explored plainly: each is a value of a field, and a path of every fault."""

LINK_EVENTS = (e.FailoverLinkFailed, e.FailoverLinkRestored, e.StatefulLinkFailed, e.StatefulLinkRestored)


class WiredInterfaces(tuple[Interface, ...]):
    """The interfaces of a pair, with the wiring that makes them so; equal where the wiring is.

    Attributes:
        wiring: What is broken.
        links: The links that follow from it.
        broken: How many things are broken there.
        stopped: The units, by name, that run on a broken host.
    """

    wiring: Wiring
    links: Links
    broken: int
    stopped: tuple[str, ...]

    @classmethod
    def of(cls, model: WiredModel, start: State, wiring: Wiring) -> WiredInterfaces:
        """What follows from a wiring; `start` is any state with no unit that is broken."""
        assert model.settings.topology is not None
        links, interfaces = together(model.settings.topology, wiring)
        found = cls(interfaces)
        found.wiring, found.links = wiring, links
        found.broken = model.faults(attrs.evolve(start, wiring=wiring, links=links, interfaces=interfaces))
        found.stopped = tuple(unit.value for unit in UNITS if not is_hosted(model.settings.topology, wiring, unit))
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WiredInterfaces) and self.wiring == other.wiring

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.wiring)


def few_broken(interfaces: WiredInterfaces, most: int) -> bool:
    """No more than so many things are broken in the wiring."""
    return interfaces.broken <= most


def stopped_alone(state: Any) -> Iterator[bool]:
    """For each unit, whether it has stopped while its host works."""
    for unit in UNITS:
        yield ask_of(state.unit(unit), "phase", is_down) and ask(state.interfaces, runs_on_a_host, unit.value)


def has_few_wirings(model: WiredModel) -> bool:
    """Whether each wiring of the pair can have states of its own."""
    topology = model.settings.topology
    if topology is None or model.settings.running is not None or model.settings.state_on_data:
        return False
    if topology.hosts and model.settings.follow:
        return False  # what is followed of a unit that stops with its host is followed as one event
    size, bound = len(topology.elements) if model.scope.has("elements") else 0, model.scope.max_faults
    at_least = 2**size if bound is None else sum(comb(size, number) for number in range(min(bound, size) + 1))
    return at_least <= MOST_WIRINGS and _wirings(model, MOST_WIRINGS) is not None


def rules_of(model: PairModel, check: Callable[[], object] = lambda: None) -> PairRules:
    """The rules of a model with each condition of its interfaces; `check` as in `PairRules`."""
    if isinstance(model, WiredModel) and model.settings.topology is not None:
        return WiredRules(model, check)
    return PairRules(model, check)


_Steps = dict[e.Event, Wiring]


def _wirings(model: WiredModel, most: int, check: Callable[[], object] = lambda: None) -> dict[Wiring, _Steps] | None:
    """Every wiring that the environment can bring about, with what its events lead to; None if there are more."""
    if model.wirings:
        return model.wirings
    (start,) = model.initial_states()
    assert start.wiring is not None
    bound, known = model.scope.max_faults, dict[Wiring, WiredInterfaces]()

    def at(wiring: Wiring) -> WiredInterfaces:
        if wiring not in known:
            known[wiring] = WiredInterfaces.of(model, start, wiring)
        return known[wiring]

    found: dict[Wiring, _Steps] = {start.wiring: {}}
    waiting = [start.wiring]
    for wiring in waiting:
        check()
        here = at(wiring)
        for event in model.outside:
            after = _after(model, start, here, event)
            if after is None or (bound is not None and at(after).broken > max(bound, here.broken)):
                continue
            found[wiring][event] = after
            if after not in found:
                found[after] = {}
                waiting.append(after)
        if len(found) > most:
            return None
    model.wirings |= found
    return found


def _after(model: WiredModel, start: State, here: WiredInterfaces, event: e.Event) -> Wiring | None:
    """The wiring after an event; None where it cannot happen, or does not change the wiring."""
    try:
        if isinstance(event, e.ElementFailed | e.ElementRestored):
            return element_toggled(model.settings.topology, here.wiring, event)
        if not isinstance(event, (*LINK_EVENTS, e.AtInterface, e.AtPort)):
            return None
        state = attrs.evolve(start, wiring=here.wiring, links=here.links, interfaces=tuple(here))
        after = next_state(state, model.settings, event).state.wiring
    except StepError:
        return None
    return None if after == here.wiring else after


class WiredRules(PairRules):
    """A pair with a topology as a rule model; see `PairRules` and `checker.rules.rule_tree.RuleModel`.

    Attributes:
        wired: The model.

    Args:
        model: The model that the plain explorer searches.
        check: Called once for each wiring; may raise to give up.

    Raises:
        ValueError: `has_few_wirings` is not true of the model.
    """

    def __init__(self, model: WiredModel, check: Callable[[], object] = lambda: None) -> None:
        self.model, self._check = model, check
        self.wired = model
        (self._start,) = model.initial_states()
        self._plain = attrs.evolve(model.settings, topology=None)
        self.domains = {
            "interfaces": self._values(),
            "modules": MODULES if model.scope.has("modules") else (Modules(),),
            "impairments": values_for(model.scope.faults),
            **obstacle_domains(model.scope.has),
            "wiring": (None,),
            "running": (UNCHANGED,),
        }
        kinds = (kind for kind in model.scope.kinds() if not issubclass(kind.event, LINK_EVENTS))
        breakable = (kind for kind in kinds if kind.broken is not None)
        self._breakable = tuple(map(self._by_itself, breakable))
        (first,) = self.initial_states()
        self._core_size = sum(1 for _ in broken_core(first, self._breakable))
        self.rules = tuple(self._all_rules())

    def initial_states(self) -> tuple[State, ...]:
        """Both units off and never started, everything good."""
        return (attrs.evolve(self._start, wiring=None, interfaces=self._good()),)

    def _values(self) -> tuple[Any, ...]:
        """The values of `interfaces`: every wiring."""
        found = _wirings(self.wired, MOST_WIRINGS, self._check)
        if found is None:
            raise ValueError(f"more than {MOST_WIRINGS} wirings; allowed: what has_few_wirings takes")
        self._steps = found
        self._at = {wiring: WiredInterfaces.of(self.wired, self._start, wiring) for wiring in sorted(found, key=_order)}
        return tuple(self._at.values())

    def _good(self) -> Any:
        """The value of `interfaces` where nothing is broken."""
        assert self._start.wiring is not None
        return self._at[self._start.wiring]

    def _by_itself(self, kind: EventKind) -> EventKind:
        """The kind of a fault; a unit that stops with its host is no fault besides."""
        return attrs.evolve(kind, broken=stopped_alone) if self._hosts and kind.event is e.UnitFailed else kind

    @property
    def _hosts(self) -> tuple[str, ...]:
        """The hosts that can fail."""
        topology = self.wired.settings.topology
        fail = topology is not None and self.wired.scope.has("elements")
        return tuple(host for host, _ in topology.hosts) if topology is not None and fail else ()

    def _all_rules(self) -> Iterator[Rule]:
        """A rule for each event, in the order in which the plain search tries them."""
        left_out = e.SynchronizationFinished if self.wired.scope.sync_states else e.SynchronizationAdvanced
        for kind in SETTLE_ORDER:
            if kind is not left_out:
                for unit in UNITS:
                    for step in e.at_groups(kind, unit, self._plain.group_count):
                        yield Rule(step, self._of_units(step), stutters=False)
        wirings = dict(self._rules_of_wirings())
        for event in self.wired.outside:
            if isinstance(event, e.ElementFailed | e.ElementRestored) and event.element in self._hosts:
                yield Rule(event, self._of_host(event), stutters=False)
            elif event in wirings:
                yield Rule(event, wirings.pop(event), stutters=False)
            elif isinstance(event, e.UnitRestored) and self._hosts:
                yield Rule(event, self._of_hosted(event), stutters=False)
            elif isinstance(event, e.AtUnit) and kind_of(type(event)).change is None:
                yield Rule(event, self._of_units(event), stutters=isinstance(event, e.CommandEntered))
            elif not isinstance(event, (*LINK_EVENTS, e.AtInterface, e.AtPort, e.ElementFailed, e.ElementRestored)):
                yield Rule(event, self._of_units(event), stutters=False)
        for event, rule in wirings.items():
            yield Rule(event, rule, stutters=False)

    def _rules_of_wirings(self) -> Iterator[tuple[e.Event, Callable[[Any], bool]]]:
        """The rules of the events that change the wiring, and no unit."""
        for event in dict.fromkeys(event for steps in self._steps.values() for event in steps):
            if not (isinstance(event, e.ElementFailed | e.ElementRestored) and event.element in self._hosts):
                yield event, self._of_wiring(event)

    def _few_broken(self, draft: Any, most: int) -> bool:
        return bool(ask(draft.interfaces, few_broken, most))

    def _of_units(self, event: e.Event) -> Callable[[Any], bool]:
        """The rule of an event that leaves the wiring alone."""
        return rule_of_units(event, self._plain, self.wired.scope, self._breakable, self._few_broken)

    def _of_hosted(self, event: e.UnitRestored) -> Callable[[Any], bool]:
        """A unit boots, where its host works."""
        rule, unit = self._of_units(event), event.unit.value

        def boots(draft: Any) -> bool:
            return bool(ask(draft.interfaces, runs_on_a_host, unit)) and rule(draft)

        return boots

    def _of_host(self, event: e.ElementFailed | e.ElementRestored) -> Callable[[Any], bool]:
        """A host fails or works again, and its units stop or boot with it."""
        topology, bound, fails = self.wired.settings.topology, self.wired.scope.max_faults, isinstance(event, e.Fault)
        assert topology is not None
        kind = e.UnitFailed if fails else e.UnitRestored
        boundless = attrs.evolve(self.wired.scope, max_faults=None)
        own = [(unit, rule_of_units(kind(unit=unit), self._plain, boundless, (), self._few_broken))
               for unit in topology.units_on(event.element)]  # fmt: skip

        def rule(draft: Any) -> bool:
            before = self._all_broken(draft) if fails and bound is not None else 0
            then = self._with_host(draft.interfaces, event)
            if then is None:
                return False
            draft.interfaces = then
            for unit, stops_or_boots in own:
                if draft.unit(unit).powered is fails:
                    stops_or_boots(draft)
            return not fails or bound is None or self._all_broken(draft) <= max(bound, before)

        return rule

    def _all_broken(self, draft: Any) -> int:
        return sum(broken_core(draft, self._breakable)) + int(draft.interfaces.broken)

    def _with_host(self, interfaces: Any, event: e.ElementFailed | e.ElementRestored) -> Any:
        """The value of `interfaces` after the event of a host, None where it cannot happen."""
        then = self._steps[interfaces.wiring].get(event)
        return None if then is None else self._at[then]

    def _of_wiring(self, event: e.Event) -> Callable[[Any], bool]:
        """The rule of an event that changes the wiring, and takes links and interfaces along."""
        settings, bound, breakable, size = self._plain, self.wired.scope.max_faults, self._breakable, self._core_size
        commands = self.wired.scope.has("command")

        def rule(draft: Any) -> bool:
            now = draft.interfaces.wiring
            then = self._steps[now].get(event)
            if then is None:
                return False
            after, cost = self._at[then], self._at[then].broken - self._at[now].broken
            if (
                bound is not None
                and cost > 0
                and not at_most(broken_core(draft, breakable), bound - after.broken, size)
            ):
                return False
            before = history.Before.of(draft, settings, event) if settings.follow else None
            draft.links.failover, draft.links.stateful = after.links.failover, after.links.stateful
            draft.interfaces = after
            if isinstance(event, e.Fault):
                for _ in lose_messages(draft, settings):
                    pass
            if before is not None:
                history.follow(before, draft, settings, event)
                for unit in UNITS:
                    canonicalize(draft.unit(unit), settings, commands=commands)
            return True

        return rule


def _order(wiring: Wiring) -> tuple[bool, ...]:
    """An order in which events move wirings by few distances."""
    lines = (line for each in wiring.interfaces for line in (each.primary, each.secondary, each.path))
    return (
        *(state is LinkState.CUT for state in wiring.elements),
        wiring.links.failover is LinkState.CUT,
        wiring.links.stateful is LinkState.CUT,
        *(each.deaf is not None for each in wiring.interfaces),
        *(part for line in lines for part in (line.name == "DOWN", line.name != "GOOD")),
    )
