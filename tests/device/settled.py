"""The settled states of a shipped model: reached from the boot by events that happen while the pair is at rest."""

from __future__ import annotations

from pathlib import Path

from failover_fsm.analysis.model_file import read_model
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import changing_steps
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State

MODELS = Path(__file__).parents[2] / "models"


def settle(state: State, settings: Settings) -> State:
    """The settled state that the documented order of steps leads to; a state of the round where there is a livelock."""
    seen = {state}
    while (following := next(changing_steps(state, settings), None)) is not None:
        state = following[1]
        if state in seen:
            return state
        seen.add(state)
    return state


def settled_states(name: str, most: int | None = None) -> tuple[Scenario, tuple[State, ...]]:
    """A shipped model and its settled states, breadth first; at most so many of them."""
    scenario = read_model(MODELS / f"{name}.toml")
    model = PairModel(scenario.settings, scenario.environment)
    found = dict.fromkeys(settle(each, scenario.settings) for each in model.initial_states())
    todo = list(found)
    for state in todo:
        for event, after in model.successors(state):
            if not isinstance(event, e.ProtocolStep):
                rest = model.canonical(settle(after, scenario.settings))
                if rest not in found:
                    found[rest] = None
                    todo.append(rest)
        if most is not None and len(todo) >= most:
            break
    return scenario, tuple(todo[:most])
