"""The pair in its environment as a specification: the units' own steps, and the words that a unit may show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Phase, State, UnitState
from failover_fsm.testing.kit.belief import Belief
from failover_fsm.testing.kit.specification import name_of
from failover_fsm.testing.kit.values import Form
from failover_fsm.testing.pair.walk import Choice, TransitionSystem, situation
from failover_fsm.text.words import STATE_WORDS, role_word, state_word

__all__ = ["Follower", "Observation", "PairSpecification", "complaint_about", "shows"]

Observation = Mapping[Unit, str]

WORDS = (*dict.fromkeys((*STATE_WORDS, "starting", "standby")),)
"""The words for a unit, or for one of its failover groups."""


def shows(own: UnitState, word: str) -> bool:
    """True if a unit with this record may show the word."""
    parts = word.split(" + ")
    if len(parts) == 1 and len(own.groups) > 1:
        parts *= len(own.groups)  # off, starting and disabled are the whole unit's
    return len(parts) == len(own.groups) and all(_shows(own, index, part) for index, part in enumerate(parts))


def _shows(own: UnitState, index: int, word: str) -> bool:
    exact = state_word(own, index)
    if word == "starting":
        return own.listening and own.phase is not Phase.UP
    if word == "standby":
        return own.listening and own.phase is Phase.UP and role_word(own, index) == "standby"
    return word == exact


def complaint_about(seen: Any, groups: int) -> str | None:
    """What is wrong with an observation of a pair, with what is allowed; None if nothing is.

    Args:
        seen: What the adapter returned.
        groups: The number of failover groups, 1 in Active/Standby.
    """
    wrong = _form().complaint(_without_groups(seen, groups))
    return None if wrong is None else f"{wrong}{'' if groups == 1 else f', or {groups} of them joined by {JOINT!r}'}"


JOINT = " + "


def _form() -> Form:
    form = Form()
    for unit in Unit:
        for word in WORDS:
            form.learn({unit: word})
    return form


def _without_groups(seen: Any, groups: int) -> Any:
    """The observation with, of one word a group, the first that is none, or else the first."""
    if groups == 1 or not isinstance(seen, Mapping):
        return seen
    return {unit: _one_word(word, groups) for unit, word in seen.items()}


def _one_word(word: Any, groups: int) -> Any:
    parts = word.split(JOINT) if isinstance(word, str) else []
    if len(parts) != groups:
        return word
    return next((part for part in parts if part not in WORDS), parts[0])


class PairSpecification:
    """What a pair may do.

    Attributes:
        transitions: The pair in its environment.
    """

    def __init__(self, transitions: TransitionSystem) -> None:
        self.transitions = transitions
        self.starts: tuple[State, ...] = (transitions.start,)
        self._taken: dict[tuple[State, e.Event], Choice | None] = {}

    def _take(self, state: State, event: e.Event) -> Choice | None:
        key = (state, event)
        if key not in self._taken:
            self._taken[key] = self.transitions.take(state, event)
        return self._taken[key]

    def after(self, state: State, event: e.Event) -> tuple[State, ...]:
        """The state after an event; a command may also be refused, which changes nothing."""
        choice = self._take(state, event)
        if choice is not None:
            return (choice.after,)
        return (state,) if isinstance(event, e.Command) else ()

    def possible(self, states: Collection[State], event: e.Event) -> bool:
        """True if the event can happen in one of the states; a state where it cannot is not the one."""
        return any(self.after(state, event) for state in states)

    def tester_events(self, state: State) -> tuple[e.Event, ...]:
        """The faults, repairs and commands that are possible in the state."""
        choices = self.transitions.choices(state)
        return tuple(choice.event for choice in choices if not isinstance(choice.event, e.ProtocolStep))

    def own_steps(self, state: State) -> tuple[tuple[e.Event, State], ...]:
        """The protocol steps that change the state."""
        return tuple((choice.event, choice.after) for choice in self.transitions.own_steps(state))

    def at_rest(self, state: State) -> bool:
        """True if no protocol step changes the state."""
        return self.transitions.settled(state)

    def agrees(self, state: State, seen: Observation) -> bool:
        """True if both units may show what was seen of them."""
        return all(shows(state.unit(unit), word) for unit, word in seen.items())

    def is_whole(self, state: State, seen: Observation) -> bool:
        """True if both units were seen."""
        return all(unit in seen for unit in Unit)

    def words(self, state: State) -> str:
        """Both units in a few words."""
        return situation(state)

    def seen_words(self, seen: Observation) -> str:
        """What was seen of both units, `?` where one was not."""
        return " / ".join(seen.get(unit, "?") for unit in Unit)

    def state_name(self, state: State) -> str:
        """The state as one line."""
        return name_of(state)

    def rows(self, state: State, event: e.Event) -> tuple[str, ...]:
        """The table rows that the event takes."""
        choice = self._take(state, event)
        return choice.rows if choice is not None else ()


class Follower(Belief):
    """The set of states that the model can be in, given the events and observations so far.

    Attributes:
        transitions: The pair in its environment.
    """

    def __init__(self, transitions: TransitionSystem) -> None:
        super().__init__(PairSpecification(transitions))
        self.transitions = transitions
