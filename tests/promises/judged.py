"""How every promise judges steps that happen and steps that never do: a digest of its answers.

    python -m tests.promises.judged    # writes tests/promises/judged.txt anew

A protocol that keeps a promise does not show how much the promise forbids. So each formula and premise is also asked of
steps that are made up: a step of a small pair with parts of its two states replaced by those of other states. A formula
that has become weaker or stronger answers otherwise.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.promises import BY_ID, PROMISES, Promise
from failover_fsm.testing.pair.mutation import SMALL_PAIRS
from tests.promises.alone import ALONE, ALONE_TOO

__all__ = ["FILE", "JUDGES", "judgement", "known"]

FILE = Path(__file__).with_name("judged.txt")

JUDGES = tuple(promise.id for promise in PROMISES if promise.holds is not None)
"""The promises that have a formula."""

STATES, STEPS = 150, 300
"""So many states of a pair are looked at, and so many steps are made up of them."""

Step = tuple[State, Any, State]


@cache
def _pairs() -> tuple[tuple[Settings, Environment], ...]:
    """The pairs on which some promise is the only one that is broken, then the small pairs."""
    alone = [case[1:] for case in (*ALONE.values(), *(case for _, case in ALONE_TOO.values()))]
    return (*alone, *((each.settings, each.environment) for each in SMALL_PAIRS if not each.costly))


def _asked(promise: Promise) -> Iterator[tuple[Settings, Environment]]:
    """The pair of the promise itself, then others to which it applies; one of each kind of settings."""
    own = [case[1:] for name, case in ALONE.items() if name == promise.id]
    others = [(pair, words) for pair, words in _pairs() if promise.applies(words, groups=bool(pair.groups))]
    yield from islice(dict.fromkeys((*own, *others)), 3)


def _steps(model: PairModel) -> Iterator[Step]:
    """The steps of the first states of a model."""
    found = list(model.initial_states())
    seen = set(found)
    for state in islice(found, STATES):
        for event, after in model.successors(state):
            if after not in seen:
                seen.add(after)
                found.append(after)
            yield state, event, after


def _made_up(steps: Sequence[Step], chance: random.Random) -> Iterator[Step]:
    """Steps that happen, and as many of which one state, or both, have parts of others."""
    states = list(dict.fromkeys(each for before, _, after in steps for each in (before, after)))
    for number in range(STEPS):
        before, event, after = chance.choice(steps)
        if number % 4 in (1, 3):
            after = _mixed(after, states, chance)
        if number % 4 in (2, 3):
            before = _mixed(before, states, chance)
        yield before, event, after


def _mixed(state: State, states: Sequence[State], chance: random.Random) -> State:
    """The state with one or two of its parts from other states, or of a unit its contact or a role."""
    parts = chance.sample([each.name for each in attrs.fields(State)], 2)
    mixed = attrs.evolve(state, **{name: getattr(chance.choice(states), name) for name in parts})
    name = chance.choice(("primary", "secondary"))
    unit, other = getattr(mixed, name), getattr(chance.choice(states), name)
    field = chance.choice([each.name for each in attrs.fields(type(unit))])
    return attrs.evolve(mixed, **{name: attrs.evolve(unit, **{field: getattr(other, field)})})


def _answers(promise: Promise, settings: Settings, environment: Environment) -> Iterator[str]:
    """`+` or `-` of the premise and of the formula, for each step or state."""
    model = PairModel(settings, environment)
    steps = [step for step in _steps(model) if promise.kind != "step" or promise.speaks_of(step[1])]
    for before, event, after in _made_up(steps, random.Random(0)) if steps else ():
        then, now = model.observers(before), model.observers(after)
        views = [(old, event, new) for old, new in zip(then, now, strict=True)]
        if promise.kind != "step":
            views = [(view,) for view in now]
        for formula in (promise.premise, promise.holds):
            yield "" if formula is None else "".join("-+"[bool(formula(*view))] for view in views)


def judgement(name: str) -> str:
    """A digest for each pair on which a promise is asked."""
    promise = BY_ID[name]
    return " ".join(_digest("".join(_answers(promise, *pair))) for pair in _asked(promise))


def _digest(answers: str) -> str:
    return hashlib.sha256(answers.encode()).hexdigest()[:6]


def known() -> dict[str, str]:
    """What is known of each promise, from the file."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {name: digests for name, _, digests in (line.partition(" ") for line in lines)}


def main() -> None:
    """Writes the file."""
    FILE.write_text("".join(f"{name} {judgement(name)}\n" for name in JUDGES), encoding="utf-8")


if __name__ == "__main__":
    main()
