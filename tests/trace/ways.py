"""The way of every scenario that ships: a digest of what each statement does, its states, outputs and messages.

    python -m tests.trace.ways    # writes tests/traces/ways.txt anew

What a scenario expects is a few claims; a change of the protocol that no claim speaks of shows here. What has changed
is seen by `failover-fsm run` on the scenario, before and after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from failover_fsm.records.steady import steady
from failover_fsm.trace.messages import message_lines
from failover_fsm.trace.player import load, play
from failover_fsm.trace.run import Played

__all__ = ["FILE", "TRACES", "known", "way"]

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "traces" / "ways.txt"
TRACES = tuple(sorted([*ROOT.glob("models/**/*.trace"), *ROOT.glob("tests/traces/**/*.trace")]))


def way(played: Played) -> Iterator[str]:
    """A digest for each statement, and one of the end."""
    for record in played.records:
        steps = [(step.event, step.after, step.outputs, step.refused, step.at) for step in record.steps]
        yield _digest((steps, *message_lines(record.messages)))
    yield _digest((played.ends_at, sorted(map(str, played.detected.items()))))


def _digest(what: object) -> str:
    return hashlib.sha256(steady(what).encode()).hexdigest()[:6]


def known() -> dict[str, list[str]]:
    """The digests in the file, by the path of the scenario."""
    return {path: digests for path, *digests in map(str.split, FILE.read_text(encoding="utf-8").splitlines())}


def main() -> None:
    """Writes the file."""
    lines = (f"{path.relative_to(ROOT)} {' '.join(way(play(*load(path))))}\n" for path in TRACES)
    FILE.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
