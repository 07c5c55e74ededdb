"""A pair with a topology as rules over what its units observe, whatever the number of elements.

The star of observed_rules.py over wirings: everything but hosts is repaired, and from there elements break to a
cheapest wiring of any observation. It is exact for the same reasons. Repairs of elements are always allowed and lose
no message. What carries a message carries it while less is broken, so on the way from all good to a wiring a message is
lost only if it is lost there, and no more is broken than there. Events of elements change no record of a unit unless
history is followed, and then this form is not used (analysis/observed.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from failover_fsm.checker.rules.rule_tree import PlainModel
from failover_fsm.model.observations import few_broken, is_good
from failover_fsm.model.observed_rules import InterfacesBreak, InterfacesRestored
from failover_fsm.model.pair_rules import at_most
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.model.wired_observations import WiredObserved, broken_hosts, wired_observations
from failover_fsm.model.wired_rules import WiredRules
from failover_fsm.pair import events as e
from failover_fsm.pair.faults import lose_messages
from failover_fsm.pair.registry import broken_core
from failover_fsm.records import ask

__all__ = ["WiredObservedRules"]


class WiredObservedRules(WiredRules):
    """A pair with a topology as a rule model whose `interfaces` are observations, see `ObservedRules`.

    Attributes:
        observed: The observations; the first is that of the good wiring.
        plain: The same rules for the plain explorer.

    Args:
        model: The pair in its environment, with every element by itself.
        kinds: The questions that promises put to the interfaces; see `observations.Known`.
        fine: As in `observations.compared`.

    Raises:
        TooManyPorts: See `wired_observations`.
    """

    def __init__(self, model: WiredModel, kinds: Mapping[Callable[..., Any], str], *, fine: bool = False) -> None:
        self.observed = wired_observations(model, kinds, fine=fine)
        self._of_hosts = {(each.hosts, each.base): each for each in self.observed}
        super().__init__(model)
        self.form = "wired observations, fine" if fine else "wired observations"
        self.plain = PlainModel(self)

    def _values(self) -> tuple[Any, ...]:
        return self.observed

    def _good(self) -> Any:
        return self.observed[0]

    def _few_broken(self, draft: Any, most: int) -> bool:
        return bool(ask(draft.interfaces, few_broken, most))

    def _rules_of_wirings(self) -> Iterator[tuple[e.Event, Callable[[Any], bool]]]:
        yield InterfacesRestored(), self._jump_to(0)
        for each in self.observed:
            if each.base and not each.hosts:
                yield InterfacesBreak(to=each.base), self._jump_to(each.base)

    def _with_host(self, interfaces: Any, event: e.ElementFailed | e.ElementRestored) -> Any:
        fails = isinstance(event, e.ElementFailed)
        if (event.element in interfaces.hosts) is fails:
            return None
        broken = [host for host in self._hosts if (host in interfaces.hosts) is not (host == event.element)]
        return self._of_hosts.get((tuple(broken), interfaces.base))

    def _jump_to(self, base: int) -> Callable[[Any], bool]:
        """The rule of everything that is repaired, or that breaks from all good; hosts stay as they are."""
        settings, limit = self._plain, self.wired.scope.max_faults
        breakable, size, has_hosts = self._breakable, self._core_size, bool(self._hosts)

        def rule(draft: Any) -> bool:
            if ask(draft.interfaces, is_good) is (base == 0):
                return False
            hosts = ask(draft.interfaces, broken_hosts) if has_hosts else ()
            then: WiredObserved | None = self._of_hosts.get((hosts, base))
            if then is None:
                return False  # one fault too many
            if limit is not None and base and not at_most(broken_core(draft, breakable), limit - then.cost, size):
                return False
            draft.links.failover, draft.links.stateful = then.links.failover, then.links.stateful
            draft.interfaces = then
            if base:
                for _ in lose_messages(draft, settings):
                    pass
            return True

        return rule
