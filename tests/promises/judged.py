"""How every promise judges steps that happen and steps that never do: a digest of its answers.

    python -m tests.promises.judged    # writes tests/promises/judged.txt anew

See tests/judging.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Settings
from failover_fsm.promises import BY_ID, PROMISES, Promise
from tests import pins
from tests.judging import Step, answered, digest, first_steps, made_up
from tests.promises.alone import ALONE, ALONE_TOO
from tests.promises.graphs import PAIRS

__all__ = ["FILE", "JUDGES", "judgement", "known"]

FILE = Path(__file__).with_name("judged.txt")

JUDGES = tuple(promise.id for promise in PROMISES if promise.holds is not None)
"""The promises that have a formula."""

MOST_PAIRS = 5
"""So many pairs one promise is asked about."""

Case = tuple[Settings, Environment]


@cache
def _cases() -> tuple[Case, ...]:
    """The pairs on which some promise is the only one that is broken, then the small pairs of the graphs."""
    alone = [case[1:] for case in (*ALONE.values(), *(case for _, case in ALONE_TOO.values()))]
    return (*alone, *((each.settings, each.environment) for each in PAIRS if not each.costly))


def _asked(promise: Promise) -> Iterator[Case]:
    """The pair of the promise itself, then some of the others to which it applies, of every kind."""
    own = [case[1:] for name, case in ALONE.items() if name == promise.id]
    others = [(pair, words) for pair, words in _cases() if promise.applies(words, groups=bool(pair.groups))]
    some = others[:: max(1, len(others) // MOST_PAIRS)]
    yield from islice(dict.fromkeys((*own, *some)), MOST_PAIRS)


def _answers(promise: Promise, settings: Settings, environment: Environment) -> Iterator[str]:
    """`+` or `-` of the premise and of the formula for each group, for each step or state."""
    model = PairModel(settings, environment)
    of_steps = promise.kind == "step"

    def views(step: Step) -> list[tuple[Any, ...]]:
        then, now = model.observers(step[0]), model.observers(step[2])
        return [(old, step[1], new) if of_steps else (new,) for old, new in zip(then, now, strict=True)]

    steps = first_steps(model, promise.speaks_of if of_steps else lambda event: True)
    for step in made_up(steps, lambda step: promise.is_met(views(step)), any_event=of_steps):
        for formula in (promise.premise, promise.holds):
            yield answered(formula, *views(step))


def judgement(name: str, most: int = MOST_PAIRS) -> str:
    """A digest for each of the first pairs on which a promise is asked."""
    promise = BY_ID[name]
    return " ".join(digest("".join(_answers(promise, *case))) for case in islice(_asked(promise), most))


def known() -> dict[str, str]:
    """What is known of each promise, from the file."""
    return pins.read(FILE)


def main() -> None:
    """Writes the file."""
    pins.write(FILE, ((name, judgement(name)) for name in JUDGES))


if __name__ == "__main__":
    main()
