"""A pair of keepalived daemons held against the model of VRRP: `python -m examples.keepalived.adapter [SETTINGS]`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from examples.keepalived.lab import Daemon, Lab, missing
from failover_fsm.testing import AdapterError, Disagreement, conform, replay
from failover_fsm.vrrp import KEEPALIVED, by_themselves, keepalived_pair

PLANS = Path(__file__).parent / "plans"
SETTLE = 10
"""Intervals between advertisements for which nothing changes before a look counts: three make a timer run out."""

FIRST, SECOND = Daemon(priority=150), Daemon(priority=100)
OLD = {"version": 2, "interval": 1.0}
"""Passwords are of VRRP version 2, which counts in whole seconds."""

RIGHT = {
    "right": (FIRST, SECOND),
    "right-with-password": tuple(replace(each, password="one", **OLD) for each in (FIRST, SECOND)),  # type: ignore[arg-type]
}
WRONG = {
    "preempts": (replace(FIRST, preempt=True), SECOND),
    "swapped-priorities": (replace(FIRST, priority=100), replace(SECOND, priority=150)),
    "other-router-id": (FIRST, replace(SECOND, router_id=52)),
    "wrong-password": (
        replace(FIRST, password="one", **OLD),  # type: ignore[arg-type]
        replace(SECOND, password="two", **OLD),  # type: ignore[arg-type]
    ),
}
SETTINGS: dict[str, Any] = {**RIGHT, **WRONG}


class KeepalivedAdapter:
    """How the kit reaches the lab; the events are those of `failover_fsm.vrrp`."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def reset(self) -> None:
        self.lab.reset()

    def apply(self, event: tuple[Any, ...]) -> None:
        word, *numbers = event
        if word.startswith("trunk"):
            self.lab.trunk(word == "trunk_up")
        elif word.startswith("port"):
            self.lab.port(numbers[0], word == "port_up")
        else:
            router = self.lab.routers[numbers[0]]
            {"startup": router.start, "shutdown": router.stop, "power_fails": router.kill}[word]()

    def observe(self) -> tuple[str, ...]:
        return tuple(KEEPALIVED[router.state()].value for router in self.lab.routers)


class OnePlay(KeepalivedAdapter):
    """Plays one plan and refuses a second: no seconds are spent on shortening a plan that is short."""

    played = False

    def reset(self) -> None:
        if self.played:
            raise AdapterError("the plan was played")
        self.played = True
        super().reset()


def shown(lan: Any) -> tuple[str, ...]:
    """What of a state of the model a pair of daemons says."""
    return tuple(router.state.value for router in lan.routers)


def tester(event: tuple[Any, ...]) -> bool:
    return not by_themselves(event)


@contextmanager
def pair(name: str) -> Iterator[dict[str, Any]]:
    """The arguments of `conform` and `replay` for a pair with these settings."""
    daemons = SETTINGS[name]
    lab = Lab(daemons)
    quiet = SETTLE * daemons[0].interval if daemons[0].version == 3 else 5.0
    try:
        yield {
            "adapter": KeepalivedAdapter(lab), "model": keepalived_pair(), "tester": tester, "shown": shown,
            "settle_time": quiet, "settle_limit": 6 * quiet,
        }  # fmt: skip
    finally:
        lab.close()


def replayed(name: str, plan: str) -> Any:
    """Plays a plan of `plans/` with a pair; raises Disagreement if it does what the model does not allow."""
    with pair(name) as given:
        once = {**given, "adapter": OnePlay(given["adapter"].lab)}
        return replay((PLANS / f"{plan}.trace").read_text(), **once)


def searched(name: str, examples: int = 60, length: int = 5) -> Any:
    """Looks for a plan on which a pair does what the model does not allow; raises Disagreement with it."""
    with pair(name) as given:
        return conform(**given, start=[("startup", 0), ("startup", 1)], examples=examples, length=length)


def main(names: list[str]) -> int:
    """Searches the named pairs, or the right one; returns the exit status."""
    unknown = [name for name in names if name not in SETTINGS]
    if unknown:
        print(f"{unknown[0]}: no pair of this example; allowed: {', '.join(SETTINGS)}", file=sys.stderr)
        return 2
    if (reason := missing()) is not None:
        print(f"skipped: {reason}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # daemons and namespaces go before the program does
    status = 0
    for name in names or ["right"]:
        print(f"{name}: some minutes, with real timers", file=sys.stderr)
        try:
            print(f"{name}: agrees\n{searched(name).table()}")
        except Disagreement as found:
            print(f"{name}: {found}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
