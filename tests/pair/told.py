"""What the live machines tell their callbacks while a scenario that ships is played on them: a digest of each.

python -m tests.pair.told    # writes tests/pair/told.txt anew
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import attrs

from failover_fsm import NotPossible, Refused, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.live import Callback, Change, LivePair
from failover_fsm.pair.pair import Livelock, cold
from failover_fsm.pair.states import Phase, Role
from failover_fsm.records.steady import steady
from failover_fsm.services.machine import MachineEvent
from failover_fsm.trace.player import load, play
from failover_fsm.trace.run import Played
from tests import pins
from tests.trace.ways import TRACES

__all__ = ["FILE", "ROOT", "SAMPLE", "known", "told"]

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("told.txt")
SAMPLE = TRACES[::9]
"""The scenarios that are played, what happens beside the pair left out."""


def told(played: Played) -> str:
    """A digest of all changes that the callbacks hear of, of what steps print, and of what is refused."""
    start = attrs.evolve(played.pair, state=cold(played.pair.settings))
    heard: list[object] = []
    live = LivePair(start, clock=lambda: len(heard))
    groups = [None] if played.pair.settings.group_count == 1 else [None, 1, 2]
    for unit in Unit:
        for state in (*Phase, *Role):
            for group in groups if isinstance(state, Role) else [None]:
                live.on_enter(unit, state, _hearing(heard, "enters", group), group=group)
                live.on_exit(unit, state, _hearing(heard, "leaves", group), group=group)
    for event in _events(played):
        try:
            heard.append(live.step(event))
        except (Refused, NotPossible) as error:
            heard.append(str(error))
    try:
        heard.append(live.settle())
    except Livelock as error:
        heard.append(str(error))
    heard += [live.state, *(each.place for each in live.units.values())]
    return hashlib.sha256(steady(heard).encode()).hexdigest()[:8]


def _hearing(heard: list[object], word: str, group: int | None) -> Callback:
    def callback(change: Change) -> None:
        heard.append((word, group, change.because, change))

    return callback


def _events(played: Played) -> Iterator[e.Event]:
    events = (step.event for record in played.records for step in record.steps)
    return (event for event in events if not isinstance(event, MachineEvent))


def known() -> dict[str, str]:
    """The digests in the file, by the path of the scenario."""
    return pins.read(FILE)


def main() -> None:
    """Writes the file."""
    pins.write(FILE, ((str(path.relative_to(ROOT)), told(play(*load(path)))) for path in SAMPLE))


if __name__ == "__main__":
    main()
