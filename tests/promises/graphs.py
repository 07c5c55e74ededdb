"""The graph of every small pair: how many states and steps it has, and a digest of all of them.

    python -m tests.promises.graphs    # writes tests/promises/graphs.txt anew

Promises look at a few things in a graph; a change of the protocol that no promise speaks of shows here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from failover_fsm.model.pair_model import PairModel
from failover_fsm.records.steady import steady
from failover_fsm.testing.pair.mutation import SMALL_PAIRS, SmallPair
from tests import pins
from tests.promises.variants import VARIANTS

__all__ = ["FILE", "PAIRS", "Watched", "graph", "known"]

PAIRS = (*SMALL_PAIRS, *VARIANTS)

FILE = Path(__file__).with_name("graphs.txt")


class Watched(PairModel):
    """The model of a small pair, which notes the steps of each state as it is asked for them."""

    def __init__(self, pair: SmallPair) -> None:
        super().__init__(pair.settings, pair.environment)
        self._steps: dict[Any, list[str]] = {}

    def successors(self, state: Any) -> Iterator[Any]:
        """The steps of the model."""
        steps = []
        for event, after in super().successors(state):
            steps.append(f"{event} -> {steady(after)}")
            yield event, after
        self._steps[state] = steps

    @property
    def graph(self) -> str:
        """`522 2753 a1b2c3d4`: states, steps, and a digest of all that were asked for."""
        lines = sorted(f"{steady(state)}: {'; '.join(steps)}" for state, steps in self._steps.items())
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
        return f"{len(lines)} {sum(map(len, self._steps.values()))} {digest}"


def graph(pair: SmallPair) -> str:
    """What is known of the graph of a small pair; see `Watched.graph`."""
    model = Watched(pair)
    found = list(model.initial_states())
    seen = set(found)
    for state in found:
        after = [each for _, each in model.successors(state) if each not in seen]
        found += dict.fromkeys(after)
        seen.update(after)
    return model.graph


def known() -> dict[str, str]:
    """The graphs in the file, by the name of the pair."""
    return pins.read(FILE)


def main() -> None:
    """Writes the file."""
    pins.write(FILE, ((each.name, graph(each)) for each in PAIRS))


if __name__ == "__main__":
    main()
