"""Two VRRP instances with preemption against the ASA's Active/Active pair: `python -m examples.keepalived.as_pair`.

Each router is a unit and each instance a failover group: one prefers the first router, the other the second. The model
of VRRP plays the routers, so that nothing has to be installed; an adapter for a lab has the same three methods.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from failover_fsm import PairConfig, Unit
from failover_fsm.checker import PlainModel
from failover_fsm.model.scenario import Environment
from failover_fsm.testing import Disagreement
from failover_fsm.testing.pair import conform
from failover_fsm.vrrp import RouterSettings, RouterState, Vrrp, VrrpSettings, by_themselves

CONFIG = Path(__file__).parent / "pair.cfg"
TRACKS = ("lan", "machines")
"""The interface that each instance tracks: one for each context of the configuration."""

EVENTS = {
    "UnitRestored": "startup",
    "UnitFailed": "power_fails",
    "FailoverLinkFailed": "trunk_down",
    "FailoverLinkRestored": "trunk_up",
    "InterfaceLinkFailed": "tracking_down",
    "InterfaceLinkRestored": "tracking_up",
}
WORDS = {RouterState.INITIALIZE: "off", RouterState.BACKUP: "standby", RouterState.ACTIVE: "active"}


def instance(first: int, second: int) -> PlainModel:
    """One VRRP instance of two routers with these priorities, which track an interface."""
    routers = (RouterSettings(priority=first, decrement=60), RouterSettings(priority=second, decrement=60, switch=1))
    return PlainModel(Vrrp(VrrpSettings(routers=routers)))


class VrrpAdapter:
    """Two instances as the kit for pairs reaches them."""

    def reset(self, config: PairConfig) -> None:
        self.instances = [instance(150, 100), instance(100, 150)]
        self.states = [next(iter(each.initial_states())) for each in self.instances]

    def apply(self, event: Any) -> None:
        numbers = [list(Unit).index(event.unit)] if hasattr(event, "unit") else []
        word = (EVENTS[type(event).__name__], *numbers)
        for at, each in enumerate(self.instances):
            if not hasattr(event, "interface") or event.interface == TRACKS[at]:
                self.states[at] = each.step(self.states[at], word) or self.states[at]

    def observe(self) -> dict[Unit, str]:
        self.states = [self._rest(each, state) for each, state in zip(self.instances, self.states, strict=True)]
        found = {}
        for number, unit in enumerate(Unit):
            words = [WORDS[state.routers[number].state] for state in self.states]
            found[unit] = "off" if "off" in words else " + ".join(words)
        return found

    def _rest(self, each: PlainModel, state: Any) -> Any:
        """The state in which an instance comes to rest."""
        for event in each.events(state):
            after = each.step(state, event) if by_themselves(event) else None
            if after is not None and after != state:
                return self._rest(each, after)
        return state


def compared(*faults: str, examples: int = 200) -> Any:
    """Holds VRRP against the pair with these words of an environment; raises Disagreement where they differ."""
    environment = Environment(faults=faults, operator=(), max_faults=2)
    return conform(VrrpAdapter(), PairConfig.from_asa(CONFIG.read_text()), environment=environment, examples=examples)


def main() -> int:
    """Prints where the two agree and where they do not; returns 0."""
    for faults in (("power",), ("power", "failover-link"), ("power", "ports")):
        try:
            print(f"{', '.join(faults)}: agrees in {compared(*faults).examples} plans\n")
        except Disagreement as found:
            print(f"{', '.join(faults)}: {str(found).partition('As a program')[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
