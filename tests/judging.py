"""Steps that are made up: what a promise says of them shows how much it forbids.

A protocol that keeps a promise does not show that. So a formula is also asked of steps of which one state, or both,
have parts of other states.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import attrs

__all__ = ["STATES", "Step", "answered", "digest", "first_steps", "made_up"]

STATES, MOST, STEPS = 400, 2_000, 400
"""So many states of a model are looked at, of so many steps at most, and so many steps are made up of them."""

CHANGES, TRIES = 3, 12
"""So many parts of a state are replaced, and so often is one tried that may be the same in all states."""

Step = tuple[Any, Any, Any]


def first_steps(
    model: Any, speaks_of: Callable[[Any], bool] = lambda event: True, *, states: int = STATES
) -> list[Step]:
    """The steps of the first states of a model, by the events that are spoken of."""
    found = list(model.initial_states())
    seen, steps = set(found), []
    for state in islice(found, states):
        for event, after in model.successors(state):
            if after not in seen:
                seen.add(after)
                found.append(after)
            if speaks_of(event):
                steps.append((state, event, after))
    return steps


def made_up(
    steps: Sequence[Step], matters: Callable[[Step], bool], *, any_event: bool = False, among: Sequence[Step] = ()
) -> Iterator[Step]:
    """Some of the steps, and three times as many of which one state, or both, have parts of others; always the same.

    Args:
        steps: Those that happen.
        matters: Half of the steps are made of those for which this is true, if there are any.
        any_event: A quarter of them have the event of another step.
        among: The parts are of states of these steps; if there are none, of the same.
    """
    chance = random.Random(0)
    steps = steps[:: max(1, len(steps) // MOST)]
    states = list(dict.fromkeys(each for before, _, after in among or steps for each in (before, after)))
    those = [step for step in steps if matters(step)] or steps
    for number in range(STEPS if steps else 0):
        before, event, after = chance.choice(those if number % 8 < 4 else steps)
        if number % 4 in (1, 3):
            after = _mixed(after, states, chance)
        if number % 4 in (2, 3):
            before = _mixed(before, states, chance)
        if any_event and number % 8 in (5, 6):
            event = chance.choice(steps)[1]
        yield before, event, after


def _mixed(state: Any, states: Sequence[Any], chance: random.Random) -> Any:
    changes = 0
    for _ in range(TRIES):
        mixed = _with_another(state, states, chance)
        changes += mixed != state
        state = mixed
        if changes == CHANGES:
            break
    return state


def _with_another(value: Any, others: Sequence[Any], chance: random.Random) -> Any:
    """The value with one part of another one, at some depth."""
    if isinstance(value, tuple) and value and all(isinstance(each, tuple) for each in others):
        index = chance.randrange(len(value))
        there = [each[index] for each in others if len(each) > index]
        return (*value[:index], _with_another(value[index], there, chance), *value[index + 1 :])
    if not attrs.has(type(value)):
        return chance.choice(others)
    field = chance.choice([each for each in attrs.fields(type(value)) if each.init])
    there = [getattr(each, field.name) for each in others if type(each) is type(value)]
    own = getattr(value, field.name)
    new = chance.choice(there) if chance.random() < 0.5 else _with_another(own, there, chance)
    return attrs.evolve(value, **{field.alias: new})


def answered(formula: Callable[..., bool] | None, *views: tuple[Any, ...]) -> str:
    """`+` or `-` for each view; `!` where a formula has no answer, since it is of a state that cannot be."""
    return "" if formula is None else "".join(_answer(formula, view) for view in views)


def _answer(formula: Callable[..., bool], view: tuple[Any, ...]) -> str:
    try:
        return "-+"[bool(formula(*view))]
    except (LookupError, AttributeError):
        return "!"


def digest(answers: str) -> str:
    """Of a row of answers."""
    return hashlib.sha256(answers.encode()).hexdigest()[:6]
