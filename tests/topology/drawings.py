"""Pairs with a drawing, and what breaks in them."""

from __future__ import annotations

from pathlib import Path

from failover_fsm.config.asa.files import read_config
from failover_fsm.pair import changing_steps
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import next_state, step
from failover_fsm.topology import Plan, figure
from tests.pairs import PRIMARY, SECONDARY, settings

NAMES = ("outside", "inside")
MODELS = Path(__file__).parents[2] / "models"
CONFIG = read_config(MODELS / "active-standby.cfg")


def laid(plan: Plan, pair: Settings | None = None) -> Settings:
    return plan.laid(pair or settings(2))


def drawn(name: str) -> Settings:
    return laid(figure(name, NAMES))


def broken(pair: Settings, *names: str) -> State:
    """The cold pair with these elements broken."""
    state = cold(pair)
    for name in names:
        state = step(state, pair, e.ElementFailed(element=name))[0]
    return state


def settled(pair: Settings, state: State, *events: e.Event) -> State:
    for event in events:
        state = next_state(state, pair, event).state
        while (following := next(changing_steps(state, pair), None)) is not None:
            state = following[1]
    return state


BOOT = (e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))
