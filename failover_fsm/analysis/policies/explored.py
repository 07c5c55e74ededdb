"""The settled states of a small pair, in which the rows of the policy tables are tried."""

from __future__ import annotations

import attrs

from failover_fsm.config.records.pair_config import InterfacePolicy, StatefulLink, Unit
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import changing_steps, cold
from failover_fsm.pair.settings import GroupSettings, Port, Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import next_state
from failover_fsm.trace.run import other_endings

FAULTS = ("power", "failover-link", "stateful-link", "ports")
PORTS = ("outside", "inside", "dmz")


@attrs.frozen(kw_only=True)
class Explored:
    """A small pair and its settled states.

    Attributes:
        about: The exploration in words.
        settings: The pair.
        states: The number of explored states.
        settled: The states that no protocol step changes, in the order of discovery.
    """

    about: str
    settings: Settings
    states: int
    settled: tuple[State, ...]


def active_standby(max_faults: int = 3) -> Explored:
    """An Active/Standby pair with three interfaces and an interface policy of 2.

    With one fault at a time every interleaving is explored; with more, faults come only when the pair has settled.
    """
    settings = Settings(
        ports=tuple(Port(name=name) for name in PORTS),
        policy=InterfacePolicy(count=2),
        stateful=StatefulLink.DEDICATED,
    )
    states, at_rest = _every_interleaving(settings)
    settled = tuple(dict.fromkeys((*at_rest, *_settling(settings, max_faults))))
    about = (
        "three interfaces, interface policy 2; every interleaving with at most one fault at a time, and up to "
        f"{max_faults} faults that come while it is settled"
    )
    return Explored(about=about, settings=settings, states=states + len(settled), settled=settled)


def active_active(max_faults: int = 2) -> Explored:
    """An Active/Active pair, each group with one interface and a preferred unit, without preemption.

    Faults and repairs come only when the pair has settled, and it settles in every order of steps.
    """
    settings = Settings(
        ports=tuple(Port(name=name, group=group) for group, name in enumerate(PORTS[:2])),
        groups=(GroupSettings(preferred=Unit.PRIMARY), GroupSettings(preferred=Unit.SECONDARY)),
        stateful=StatefulLink.DEDICATED,
    )
    settled = _settling(settings, max_faults)
    about = f"one interface a group, no preemption; up to {max_faults} faults at a time, while it is settled"
    return Explored(about=about, settings=settings, states=len(settled), settled=settled)


def _every_interleaving(settings: Settings) -> tuple[int, list[State]]:
    """The number of states with one fault at a time, and the settled ones among them."""
    model = PairModel(settings, Environment(faults=FAULTS, operator=(), max_faults=1))
    found = list(model.initial_states())
    seen, at_rest = set(found), []
    for state in found:
        following = model.successors(state)
        if not any(isinstance(event, e.ProtocolStep) for event, _ in following):
            at_rest.append(settled(state, settings))
        for _, reached in following:
            if reached not in seen:
                seen.add(reached)
                found.append(reached)
    return len(found), at_rest


def _settling(settings: Settings, max_faults: int) -> tuple[State, ...]:
    """The settled states reachable by faults and repairs in settled states, in every order of steps."""
    environment = Environment(faults=FAULTS, operator=(), max_faults=max_faults)
    model = PairModel(settings, environment)
    happens = tuple(environment.unit_events(settings.group_count)) + tuple(
        event for port in settings.ports for event in environment.interface_events(port.name)
    )
    found = [cold(settings)]
    seen = set(found)
    for state in found:
        for event in happens:
            for ending in _endings(model, state, event):
                if ending not in seen:
                    seen.add(ending)
                    found.append(ending)
    return tuple(found)


def _endings(model: PairModel, state: State, event: e.Event) -> list[State]:
    """The settled states after an event, in any order; none if it is impossible or exceeds the fault bound."""
    limit = model.environment.max_faults
    try:
        moved = next_state(state, model.settings, event).state
    except StepError:
        return []
    if limit is not None and isinstance(event, e.Fault) and model.faults(moved) > limit:
        return []
    found = (model.canonical(each) for each in settled_endings(moved, model.settings))
    return [settled(each, model.settings) for each in dict.fromkeys(found)]


def settled_endings(state: State, settings: Settings) -> list[State]:
    """Every settled state that some order of the units' steps leads to, in a fixed order."""
    found = other_endings(state, settings)
    return sorted(found or (), key=repr)


def settled(state: State, settings: Settings) -> State:
    """The state after the units' own steps in the documented order."""
    while (following := next(changing_steps(state, settings), None)) is not None:
        state = following[1]
    return state
