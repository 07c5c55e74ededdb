"""What two units that are not alike do, explored: they differ from the start, and for good (HW-2, HW-5, HW-7).

In what they differ makes no difference to their roles, so one difference stands for all. Links and interfaces are good.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.assessment.apart import Between
from failover_fsm.model.observer import UNITS
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.obstacles import Mismatch, Obstacles
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit

__all__ = ["Ends", "ends_of", "left_alone"]


@attrs.frozen(kw_only=True)
class Ends:
    """How two units that are not alike can come to rest.

    Attributes:
        both_active: Both run, and are active for the same group.
        one_serves: Both run, one is active for everything, and the other has failover off by itself.
        taken_over: One that is active for a group stops, and the other becomes active for it.
    """

    both_active: bool = False
    one_serves: bool = False
    taken_over: bool = False


def ends_of(settings: Settings, mismatch: Mismatch = Mismatch.CHASSIS) -> Ends:
    """Every end that some order of boots and stops leads to, from units that are off and differ.

    Args:
        settings: What the pair is configured to do.
        mismatch: In what its units differ.
    """
    pair = attrs.evolve(settings, topology=None, running=None, follow=())
    model = PairModel(pair, Environment(faults=("power",), operator=()))
    reached = _reached(model, [attrs.evolve(state, obstacles=_differ(mismatch)) for state in model.initial_states()])
    ends = Ends()
    for state, steps in reached.items():
        if any(isinstance(event, e.ProtocolStep) for event in steps) or not all(state.unit(u).up for u in UNITS):
            continue
        views = model.observers(state)
        ends = Ends(
            both_active=ends.both_active or any(each.dual for each in views),
            one_serves=ends.one_serves or any(_serves_alone(state, model, unit) for unit in UNITS),
            taken_over=ends.taken_over or any(_replaced(model, reached, state, unit) for unit in UNITS),
        )
    return ends


def _differ(mismatch: Mismatch) -> Obstacles:
    return Obstacles(mismatch=mismatch)


def _reached(model: PairModel, start: list[State]) -> dict[State, dict[e.Event, State]]:
    """Every state that can be reached, with its steps."""
    reached = dict.fromkeys(start)
    steps: dict[State, dict[e.Event, State]] = {}
    waiting = list(reached)
    for state in waiting:
        steps[state] = dict(model.successors(state))
        for after in steps[state].values():
            if after not in reached:
                reached[after] = None
                waiting.append(after)
    return steps


def _serves_alone(state: State, model: PairModel, unit: Unit) -> bool:
    """The unit is active for everything, and its peer, which is active for nothing, has switched failover off."""
    views = model.observers(state)
    return all(each.active(unit) and not each.active(unit.peer) for each in views) and not state.unit(unit.peer).enabled


def _replaced(model: PairModel, reached: dict[State, dict[e.Event, State]], state: State, unit: Unit) -> bool:
    """The unit stops, and its peer becomes active for a group for which the unit alone was."""
    after = reached[state].get(e.UnitFailed(unit=unit))
    lost = [at for at, each in enumerate(model.observers(state)) if each.active(unit) and not each.active(unit.peer)]
    return after is not None and any(
        model.observers(each)[at].active(unit.peer) for each in _alone(reached, after) for at in lost
    )


def _alone(reached: dict[State, dict[e.Event, State]], state: State) -> Iterator[State]:
    """The states that the units come to from a state by themselves."""
    known = {state: None}
    waiting = [state]
    for each in waiting:
        yield each
        for event, after in reached[each].items():
            if isinstance(event, e.ProtocolStep) and after not in known:
                known[after] = None
                waiting.append(after)


def left_alone(settings: Settings) -> Between:
    """What becomes of two units that are not alike, as a point of the answer about their pair.

    Args:
        settings: What the pair is configured to do.
    """
    ends = ends_of(settings)
    told = [
        *(["the one that comes second switches failover off by itself"] if ends.one_serves else []),
        *(["two that boot together are both active"] if ends.both_active else []),
        f"when an active unit stops, {'the other' if ends.taken_over else 'nobody'} takes over",
    ]
    return Between(
        subject="the units",
        reason=f"do not become a pair: {'; '.join(told)}",
        line=None,
        peer_line=None,
        remedy="make them alike, then enter `failover` on the one that has it off, or reload that",
        rule="HW-7",
    )
