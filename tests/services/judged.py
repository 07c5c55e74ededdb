"""How the promises about machines beside the pair judge steps that happen and steps that never do.

    python -m tests.services.judged    # writes tests/services/judged.txt anew

See tests/judging.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.session_model import model_beside
from failover_fsm.services.autoupdate.findings import findings
from failover_fsm.services.autoupdate.model import update_model
from failover_fsm.services.autoupdate.promises import update_promises
from failover_fsm.services.machine import MachinePromise
from tests import pins
from tests.judging import STATES, Step, answered, digest, first_steps, made_up
from tests.services.autoupdate.kit import ROOT, machine

__all__ = ["FILE", "JUDGES", "judgement", "known"]

FILE = Path(__file__).with_name("judged.txt")

DEEP = 5_000
"""States of Auto Update: a round has many steps, one after the other."""

Case = tuple[Any, tuple[MachinePromise, ...]]


@cache
def _of_file(name: str) -> Case:
    """A model file and the promises that are about the machine beside its pair."""
    model, promises = model_beside(read_model(ROOT / "models" / f"{name}.toml"))
    return model, tuple(each for each in promises if isinstance(each, MachinePromise))


@cache
def _of_update(*faults: str) -> Case:
    process = machine()
    return update_model(process, faults), (*update_promises(process), *findings(process))


_CASES: Mapping[str, Callable[[], Case]] = {
    **{name: partial(_of_file, name) for name in
       ("failover-key", "saving", "saving-contexts", "failover-exec", "asymmetric-routing",
        "findings/key-crosses-in-clear", "findings/exec-out-of-sync", "findings/asr-copy-outlives-its-session")},
    "auto-update": _of_update,
    "auto-update-power": partial(_of_update, "power"),
}  # fmt: skip
"""By name, a pair with a machine beside it and the promises about that."""

JUDGES = tuple(_CASES)


def _answers(promise: MachinePromise, steps: list[Step]) -> Iterator[str]:
    """`+` or `-` of the premise and of the formula, for each step or state."""

    def view(step: Step) -> tuple[Any, ...]:
        return step if promise.kind == "step" else (step[2],)

    def matters(step: Step) -> bool:
        return promise.premise is not None and promise.premise(*view(step))

    spoken_of = [step for step in steps if not promise.events or isinstance(step[1], promise.events)]
    for step in made_up(spoken_of, matters):
        for formula in (promise.premise, promise.holds):
            yield answered(formula, view(step))


def judgement(name: str, promise: str = "") -> dict[str, str]:
    """A digest for each promise that has a formula, or for one of them.

    Args:
        name: One of JUDGES.
        promise: Its id; empty for all.
    """
    model, promises = _CASES[name]()
    steps = first_steps(model, states=DEEP if name.startswith("auto-update") else STATES)
    asked = [each for each in promises if each.kind != "converges" and promise in ("", each.id)]
    return {each.id: digest("".join(_answers(each, steps))) for each in asked}


def known() -> dict[str, dict[str, str]]:
    """What is known of each promise, by the name of the pair, from the file."""
    found: dict[str, dict[str, str]] = {}
    for both, answers in pins.read(FILE).items():
        name, promise = both.split()
        found.setdefault(name, {})[promise] = answers
    return found


def main() -> None:
    """Writes the file."""
    pins.write(FILE, ((f"{name} {each}", found) for name in JUDGES for each, found in judgement(name).items()))


if __name__ == "__main__":
    main()
