"""What both units print at the end of scenarios for every show command, and what is read of it: a digest of each.

    python -m tests.trace.screens    # writes tests/traces/screens.txt anew

The scenarios are a sample: every fifth of those that ship.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from failover_fsm import device
from failover_fsm.commands.asked_show import AskedShow
from failover_fsm.commands.files import BadInput
from failover_fsm.device.commands import COMMANDS
from failover_fsm.pair.states import Unit
from failover_fsm.records.steady import steady
from failover_fsm.trace.player import load, play
from failover_fsm.trace.run import Played
from tests import pins
from tests.trace.ways import ROOT, TRACES

__all__ = ["FILE", "SAMPLE", "known", "screens"]

FILE = ROOT / "tests" / "traces" / "screens.txt"

SAMPLE = TRACES[::5]

READERS: Mapping[str, Callable[[str], Any]] = {
    "show failover": device.read_show_failover,
    "show failover group {group}": device.read_show_failover,
    "show failover state": device.read_failover_state,
    "show failover history": device.read_failover_history,
    "show failover interface": device.read_failover_interface,
    "show failover exec {unit}": device.read_failover_exec,
    "show monitor-interface": device.read_monitor_interface,
    "show interface": device.read_interfaces,
    "show interface detail": device.read_interfaces,
}
"""By the words of a command, who reads what it prints."""

WORDS = {"group": "2", "unit": "mate", "name": "inside"}
"""What is typed in the places of commands."""


def screens(played: Played) -> dict[str, str]:
    """For each command a digest of what both units print, in every context, and of what is read of it."""
    contexts = (None, *(each.name for each in played.pair.config.contexts))
    return {
        command.text.replace(" ", "-"): _digest([
            seen for unit in Unit for context in contexts for seen in _seen(command.text, unit, context, played)
        ])
        for command in COMMANDS
    }  # fmt: skip


def _seen(command: str, unit: Unit, context: str | None, played: Played) -> Iterator[str]:
    try:
        text = AskedShow(command=command.format(**WORDS), unit=unit, context=context).answer(played)
    except BadInput as error:
        yield str(error)
        return
    yield text
    if command in READERS:
        yield steady(READERS[command](text))


def _digest(what: list[str]) -> str:
    return hashlib.sha256("\n".join(what).encode()).hexdigest()[:6]


def known() -> dict[str, dict[str, str]]:
    """The digests in the file by command, by the path of the scenario."""
    found = pins.read(FILE).items()
    return {path: dict(each.split("=") for each in digests.split()) for path, digests in found}


def main() -> None:
    """Writes the file."""
    pins.write(FILE, ((str(path.relative_to(ROOT)), _line(path)) for path in SAMPLE))


def _line(path: Path) -> str:
    return " ".join(f"{name}={each}" for name, each in screens(play(*load(path))).items())


if __name__ == "__main__":
    main()
