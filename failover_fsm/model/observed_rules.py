"""A pair as rules over what its units observe of the interfaces, for searches whatever the number of interfaces.

Exactness. A state is the units, links and modules with an observation (observations.py). The environment is a *star*:
everything on the interfaces is repaired, and from there it breaks to the cheapest condition of any observation. That
reaches what the single faults and repairs reach. Repairs are always allowed and lose no message, and on the way from
all good to a condition every fault costs no more than the condition and loses a message only if the condition does:
what carries a message carries it in every better condition too. So with and without a bound on faults the same states
of units with the same observations are reached, by the same steps of the units; docs/explanation/any-number.md has the
argument in full, and what it does not cover.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.checker.rules.rule_tree import PlainModel, Rule
from failover_fsm.model.conditions import observations
from failover_fsm.model.observations import Observed, few_broken, is_good
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules, at_most
from failover_fsm.pair import events as e
from failover_fsm.pair.faults import place_interfaces
from failover_fsm.pair.registry import broken_core
from failover_fsm.pair.states import State
from failover_fsm.records import Questioned, UnknownAnswer, ask

__all__ = ["JUMPS", "InterfacesBreak", "InterfacesRestored", "ObservedRules", "without_interfaces", "without_wiring"]


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfacesRestored(e.Repair):
    """Every interface is good again."""

    def __attrs_post_init__(self) -> None:
        """No event of the pair, but any number of them."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfacesBreak(e.Fault):
    """From all good, interfaces break until the units observe `to`, the number of an observation."""

    to: int

    def __attrs_post_init__(self) -> None:
        """No event of the pair, but any number of them."""


JUMPS = (InterfacesRestored, InterfacesBreak)
"""The events that stand for any number of faults or repairs of interfaces."""


class ObservedRules(PairRules):
    """A pair in its environment as a rule model whose `interfaces` are observations.

    Attributes:
        observed: The observations; the first is that of the good condition.
        plain: The same rules for the plain explorer.

    Args:
        model: The pair in its environment, with every interface by itself.
        kinds: The questions that promises put to the interfaces; see `observations.Known`.
        fine: As in `observations.compared`.

    Raises:
        TooManyPorts: See `conditions.observations`.
    """

    def __init__(self, model: PairModel, kinds: Mapping[Callable[..., Any], str], *, fine: bool = False) -> None:
        self.observed = observations(model, kinds, fine=fine)
        super().__init__(model)
        self.form = "observations, fine" if fine else "observations"
        self.plain = PlainModel(self)

    def initial_states(self) -> tuple[State, ...]:
        """Both units off and never started, everything good."""
        good: Any = self.observed[0]
        return tuple(attrs.evolve(state, interfaces=good) for state in self.model.initial_states())

    def _values(self) -> tuple[Any, ...]:
        return self.observed

    def _few_broken(self, draft: Any, most: int) -> bool:
        return ask(draft.interfaces, few_broken, most)

    def _rules_of_interfaces(self) -> Iterator[Rule]:
        good = self.observed[0]
        yield Rule(InterfacesRestored(), self._jump_to(good), stutters=False)
        for each in self.observed[1:]:
            yield Rule(InterfacesBreak(to=each.number), self._jump_to(each), stutters=False)

    def _jump_to(self, goal: Observed) -> Callable[[Any], bool]:
        settings, limit = self.model.settings, self.model.environment.max_faults
        breakable, size = self._breakable, self._core_size

        def rule(draft: Any) -> bool:
            if ask(draft.interfaces, is_good) is (goal.number == 0):
                return False
            if limit is not None and goal.cost and not at_most(broken_core(draft, breakable), limit - goal.cost, size):
                return False
            place_interfaces(draft, settings, goal)  # type: ignore[arg-type]  # it stands for interfaces
            return True

        return rule


class _Hidden(Questioned):
    """Interfaces of which nothing may be asked."""

    def answer(self, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """Raises UnknownAnswer."""
        raise UnknownAnswer("a jump stands for steps whose interfaces are not known")


class _Core:
    """A state, or a view of one, whose interfaces are hidden."""

    def __init__(self, state: Any) -> None:
        self._state = state

    def __getattr__(self, name: str) -> Any:
        return _Hidden() if name == "interfaces" else getattr(self._state, name)


class _NoLinks:
    """Links of which nothing may be asked."""

    def __getattr__(self, name: str) -> Any:
        raise UnknownAnswer("a jump stands for steps whose links are not known")


class _Units(_Core):
    """A state, or a view of one, whose interfaces and links are hidden."""

    def __getattr__(self, name: str) -> Any:
        return _NoLinks() if name == "links" else super().__getattr__(name)


def without_wiring(state: Any) -> Any:
    """The same as `without_interfaces`, with the links hidden too: there, jumps stand for what moves them."""
    return _Units(state)


def without_interfaces(state: Any) -> Any:
    """A stand-in for a state that raises UnknownAnswer where its interfaces are asked.

    A jump is the beginning or the end of single steps between other conditions; a formula may be asked of it only if it
    depends on nothing of the interfaces.
    """
    return _Core(state)
