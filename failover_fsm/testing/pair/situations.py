"""A state of a pair in a few words: the goals of coverage that are about states."""

from __future__ import annotations

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.states import State, UnitState
from failover_fsm.text.words import state_word

__all__ = ["detailed_situation", "situation"]


def situation(state: State) -> str:
    """Both units in a few words, `active / standby-ready`; a unit with failover off also shows its role."""
    return " / ".join(_unit_words(state.unit(unit)) for unit in Unit)


def detailed_situation(state: State, *, moving: bool) -> str:
    """The same with the failover link, what the units hear, and whether they are under way."""
    heard = ", ".join(f"{unit.value} hears {state.unit(unit).contact.value}" for unit in Unit)
    ending = "moving" if moving else "at rest"
    return f"{situation(state)}; failover link {state.links.failover.value}; {heard}; {ending}"


def _unit_words(own: UnitState) -> str:
    words = [state_word(own, index) for index in range(len(own.groups))]
    if own.powered and not own.enabled:
        words = [f"disabled {group.role.value}" for group in own.groups]
    return " + ".join(words)
