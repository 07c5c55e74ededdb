"""The daemons against the model: the adapter, and how many plans each mutant survives.

python examples/conformance.py
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from daemons import Daemon, Lab
from mutants import MUTANTS

from failover_fsm import PairConfig, Unit, events
from failover_fsm.model.search_environment import Environment
from failover_fsm.testing.pair import Conformity, Disagreement, Restless, conform

CONFIG = Path(__file__).parent.parent / "models" / "active-standby.cfg"
ENVIRONMENT = Environment(
    faults=("power", "failover-link", "interfaces", "paths"), operator=("failover-active",), max_faults=3
)
SHOWN = {"waiting": "negotiation", "copying": "starting", "standby": "standby-ready"}


class DaemonAdapter:
    """What the kit asks of a system, for the daemons."""

    def __init__(self, kind: type[Daemon] = Daemon) -> None:
        self.kind = kind
        self.lab: Lab | None = None

    def reset(self, config: PairConfig) -> None:
        self.close()
        self.lab = Lab(config.monitored, kind=self.kind)

    def close(self) -> None:
        if self.lab is not None:
            self.lab.close()

    def observe(self) -> dict[Unit, str]:
        if not self.lab.rest():
            raise Restless("the daemons go on changing")
        return {unit: SHOWN.get(mode := self.lab.units[unit.value].mode, mode) for unit in Unit}

    def apply(self, event: events.Event) -> None:
        unit = self.lab.units[event.unit.value] if hasattr(event, "unit") else None
        port = unit.ports[event.interface] if unit and hasattr(event, "interface") else None
        match event:
            case events.UnitFailed():
                unit.mode = "off"
            case events.UnitRestored():
                unit.boot()
            case events.FailoverLinkFailed() | events.FailoverLinkRestored():
                self.lab.link = isinstance(event, events.Repair)
            case events.InterfaceLinkFailed():
                port.up = False
            case events.InterfaceLinkRestored():
                port.up = port.receives = True
            case events.InterfaceTrafficFailed() | events.InterfaceTrafficRestored():
                port.receives = isinstance(event, events.Repair)
            case events.InterfacePathFailed() | events.InterfacePathRestored():
                self.lab.paths[event.interface] = isinstance(event, events.Repair)
            case events.FailoverActive():
                unit.command("failover active")
            case events.NoFailoverActive():
                unit.command("no failover active")


def verdict(kind: type[Daemon], examples: int = 300) -> Conformity | Disagreement:
    """What the kit says of one kind of daemon."""
    config = PairConfig.from_asa(CONFIG.read_text(encoding="utf-8"))
    adapter = DaemonAdapter(kind)
    try:
        return conform(adapter, config, environment=ENVIRONMENT, examples=examples)
    except Disagreement as found:
        return found
    finally:
        adapter.close()


def main(say: Callable[[str], object] = print) -> None:
    """The correct daemon, then every mutant."""
    answer = verdict(Daemon)
    say(f"{'correct':34} {answer if isinstance(answer, Disagreement) else f'agrees in {answer.examples} plans'}")
    for name, kind in MUTANTS.items():
        found = verdict(kind)
        if isinstance(found, Conformity):
            say(f"{name:34} NOT caught in {found.examples} plans")
        else:
            say(f"{name:34} caught by plan {found.examples:3}, {len(found.acts)} events; shows {found.seen}")


if __name__ == "__main__":
    main()
