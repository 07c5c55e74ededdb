"""Plans for a failover pair as a Hypothesis strategy: boots, then faults, repairs and commands."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st

from failover_fsm.pair import events as e
from failover_fsm.pair.states import Unit
from failover_fsm.testing.kit.adapter import Act
from failover_fsm.testing.pair.walk import TransitionSystem

__all__ = ["STARTS", "plans"]

STARTS = (
    (Act(e.UnitRestored(unit=Unit.PRIMARY)), Act(e.UnitRestored(unit=Unit.SECONDARY))),
    (Act(e.UnitRestored(unit=Unit.PRIMARY), look=False), Act(e.UnitRestored(unit=Unit.SECONDARY))),
    (Act(e.UnitRestored(unit=Unit.SECONDARY)), Act(e.UnitRestored(unit=Unit.PRIMARY))),
    (),
)
"""The beginnings of plans: one unit after the other, both at once, or nothing."""


@st.composite
def plans(draw: st.DrawFn, transitions: TransitionSystem, *, length: int = 12) -> tuple[Act, ...]:
    """Possible faults, repairs and commands one after the other; now and then two at the same time."""
    acts, state = [], transitions.start
    begin = draw(st.sampled_from(STARTS))
    for number in range(len(begin) + draw(st.integers(1, length))):
        if number < len(begin):
            act = begin[number]
        else:
            outside = [each.event for each in transitions.choices(state) if not isinstance(each.event, e.ProtocolStep)]
            kinds = tuple(dict.fromkeys(type(event) for event in outside))
            if not kinds:
                break
            kind = draw(st.sampled_from(kinds))
            chosen = draw(st.sampled_from([event for event in outside if type(event) is kind]))
            act = Act(chosen, look=draw(st.integers(0, 5)) > 0)
        acts.append(act)
        choice = transitions.take(state, act.event)
        state = choice.after if choice else state
        while act.look and (steps := transitions.own_steps(state)):
            state = steps[0].after
    return (*acts[:-1], attrs.evolve(acts[-1], look=True)) if acts else ()
