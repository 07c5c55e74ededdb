"""How the promises about machines beside the pair judge steps that happen and steps that never do.

    python -m tests.services.judged    # writes tests/services/judged.txt anew

See tests/judging.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.session_model import model_beside
from failover_fsm.services.autoupdate.findings import findings
from failover_fsm.services.autoupdate.model import UpdateModel, update_model
from failover_fsm.services.autoupdate.promises import UpdatePromise, update_promises
from failover_fsm.services.autoupdate.runs import Runner
from failover_fsm.services.autoupdate.settings import UpdateOptions
from failover_fsm.services.autoupdate.states import Content, Process
from failover_fsm.services.machine import Joint, MachinePromise
from tests import pins
from tests.judging import Step, answered, digest, first_steps, made_up
from tests.services.autoupdate.kit import FAULTS, NEW, OLD, ROOT, machine, with_files

__all__ = ["FILE", "JUDGES", "judgement", "known"]

FILE = Path(__file__).with_name("judged.txt")

LOADED = attrs.evolve(OLD, flash=Content.NEW, running=Content.NEW)
FIRST = (with_files(), with_files(NEW, OLD), with_files(OLD, NEW), with_files(LOADED, LOADED),
         with_files(*[attrs.evolve(LOADED, asdm=Content.NEW)] * 2))  # fmt: skip
"""What the units have before: both need an image, one of them, none; none needs ASDM."""

PARTS = 300
"""Of so many steps of Auto Update, of all kinds, parts are put into others."""

Case = tuple[Any, tuple[MachinePromise, ...]]


@cache
def _of_file(name: str) -> Case:
    """A model file and the promises that are about the machine beside its pair."""
    model, promises = model_beside(read_model(ROOT / "models" / f"{name}.toml"))
    return model, tuple(each for each in promises if isinstance(each, MachinePromise))


@attrs.frozen(eq=False)
class _AlongRuns:
    """Auto Update from every state of its undisturbed runs: a round has many steps, one after the other."""

    model: UpdateModel

    def initial_states(self) -> tuple[Joint[Process], ...]:
        """The states of runs with either unit active, by what the units have before."""
        runner = Runner(self.model)
        starts = [attrs.evolve(start, own=own) for start in self.model.initial_states() for own in FIRST]
        return tuple(dict.fromkeys(state for start in starts for state in runner.after_poll(start).states))

    def successors(self, state: Joint[Process]) -> Iterator[tuple[Any, Joint[Process]]]:
        """The steps of the pair, the process and the server."""
        return self.model.successors(state)


@cache
def _of_update(*only: str, **settings: Any) -> Case:
    """A process with settings, and its promises and findings, or some of them: those that read these settings."""
    process = machine(**settings)
    promises = (*update_promises(process), *findings(process))
    return _AlongRuns(update_model(process, FAULTS)), tuple(each for each in promises if each.id in only or not only)


_CASES: Mapping[str, Callable[[], Case]] = {
    **{name: partial(_of_file, name) for name in
       ("failover-key", "saving", "saving-contexts", "failover-exec", "asymmetric-routing",
        "findings/key-crosses-in-clear", "findings/exec-out-of-sync", "findings/asr-copy-outlives-its-session")},
    "auto-update": _of_update,
    "auto-update-not-hitless": partial(_of_update, "both-reload-only-where-they-must", hitless=False),
    "auto-update-image-in-flash": partial(
        _of_update, "image-before-asdm-before-configuration", "a-call-finds-nothing-to-do",
        options=UpdateOptions(compares="flash")),
    "auto-update-takes-another-link": partial(
        _of_update, "the-failover-link-stays", "only-announced-files-are-kept",
        changes_link=True, options=UpdateOptions(verifies=False, refuses_link_change=False)),
}  # fmt: skip
"""By name, a pair with a machine beside it and the promises about that."""

JUDGES = tuple(_CASES)


def _answers(promise: MachinePromise, steps: list[Step]) -> Iterator[str]:
    """`+` or `-` of the premise and of the formula, for each step or state."""

    def view(step: Step) -> tuple[Any, ...]:
        return step if promise.kind == "step" else (step[2],)

    is_of_update = isinstance(promise, UpdatePromise)
    about = promise.holds if is_of_update and promise.kind == "sometimes" else promise.premise

    def matters(step: Step) -> bool:
        return about is not None and about(*view(step))

    spoken_of = [step for step in steps if not promise.events or isinstance(step[1], promise.events)]
    among = steps[:: max(1, len(steps) // PARTS)] if is_of_update else ()
    for step in made_up(spoken_of, matters, among=among):
        for formula in (promise.premise, promise.holds):
            yield answered(formula, view(step))


def judgement(name: str, promise: str = "") -> dict[str, str]:
    """A digest for each promise that has a formula, or for one of them.

    Args:
        name: One of JUDGES.
        promise: Its id; empty for all.
    """
    model, promises = _CASES[name]()
    steps = first_steps(model)
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
