"""The reached graph of a specification: what can be shown, which events there are, which states are at rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from failover_fsm.checker.core.model import ModelError
from failover_fsm.records.steady import steady
from failover_fsm.testing.kit.arguments import check_counts
from failover_fsm.testing.kit.specification import ModelSpecification, check_names, listed, name_of
from failover_fsm.testing.kit.values import Form

__all__ = ["Explored", "explore"]


@attrs.frozen
class Explored:
    """What a search of the states found.

    Attributes:
        states: In the order of discovery.
        complete: True if these are all.
        form: What the states show.
        events: All events that can happen, in the order of discovery.
        by_tester: Those of them that the tester makes.
        resting: The states in which a system that is left alone may be found.
        resting_names: Each of them as one line.
        situations: What these show, in words.
    """

    states: tuple[Any, ...]
    complete: bool
    form: Form
    events: tuple[Any, ...]
    by_tester: tuple[Any, ...]
    resting: tuple[Any, ...]
    resting_names: tuple[str, ...]
    situations: tuple[str, ...]

    def check_floor(self, floor: object) -> None:
        """Refuses a floor that cannot be measured.

        Raises:
            ValueError: If there is one, and more states than were explored.
        """
        if floor is not None and not self.complete:
            raise ValueError(
                f"a floor cannot be measured, for there are more than {len(self.states):,} states; allowed: a larger "
                "max_states, or floor=None"
            )

    def goals(self) -> dict[str, tuple[str, ...]]:
        """All that can be seen, for the table."""
        return {
            "situations": self.situations,
            "states": self.resting_names,
            "rows": tuple(map(name_of, self.events)),
        }

    def check_tester_events(self, what: str, events: Iterable[Any]) -> None:
        """Refuses events that the tester never makes.

        Raises:
            ValueError: If there is one, and the search is complete; it names those that are allowed.
        """
        for event in events:
            if self.complete and event not in self.by_tester:
                allowed = listed(self.by_tester)
                raise ValueError(f"{what}: {name_of(event)} can never be made by the tester; allowed: {allowed}")


def explore(specification: ModelSpecification, max_states: int) -> Explored:
    """Explores a specification breadth first.

    Args:
        specification: What to explore.
        max_states: The number of states after which it ends; at least 1.

    Raises:
        ModelError: If the model fails, or `shown` gives what cannot be hashed.
        ValueError: If `max_states` is below 1, the tester can make no event, or two events read alike.
    """
    check_counts(max_states=max_states)
    found = dict.fromkeys(specification.starts)
    queue, form, events, complete = list(found), Form(), dict[Any, None](), True
    for state in queue:
        _learn(form, specification, state)
        for event, outcomes in specification.choices(state).items():
            events.setdefault(event)
            for after in outcomes:
                if after in found:
                    continue
                if len(queue) >= max_states:
                    complete = False
                    continue
                found[after] = None
                queue.append(after)
    check_names(events)
    by_tester = tuple(filter(specification.by_tester, events))
    if complete and not by_tester:
        raise ValueError(f"tester: no event is the tester's; allowed: {listed(events)}")
    resting = tuple(filter(specification.at_rest, queue)) if complete else ()
    names = tuple(map(specification.state_name, resting))
    situations = tuple(dict.fromkeys(map(specification.words, resting)))
    return Explored(tuple(queue), complete, form, tuple(events), by_tester, resting, names, situations)


def _learn(form: Form, specification: ModelSpecification, state: Any) -> None:
    shown = specification.shows(state)
    try:
        form.learn(shown)
    except TypeError as error:
        allowed = "words, numbers, enumerations, and tuples, frozensets and mappings of them"
        raise ModelError(
            f"shown({steady(state)}) gave {steady(shown)} ({error}); allowed: {allowed}", state=state
        ) from error
