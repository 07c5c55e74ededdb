"""How strong the scenarios and promises of `failover exec` are: every row, guard and effect of its tables is mutated.

    python -m benchmarks.exec_mutation               # a few minutes; prints the figures and the survivors
    python -m benchmarks.exec_mutation leaves_block  # only mutants with this word in their name

The method stands in `failover_fsm/testing/pair/machine_mutation.py`; docs/reference/failover-exec.md has the figures.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest import mock

import attrs

from benchmarks.machine_report import SEARCH, having, report
from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.checker.core.model import ModelError
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import next_state
from failover_fsm.services.machine import Answer, Joint, MachineEvent, PairStep
from failover_fsm.services.remote import ExecMachine, exec_machine
from failover_fsm.services.remote.tables import TABLES
from failover_fsm.testing.pair.machine_mutation import Asked, MachineMutant, MachineTrial, Tables
from failover_fsm.trace.player import load, play

ROOT = Path(__file__).parent.parent
TRACES = tuple(sorted((ROOT / "tests" / "traces" / "exec").glob("*.trace")))


@contextmanager
def in_force(tables: Tables) -> Iterator[None]:
    """Makes every machine that is built meanwhile use these tables."""
    with mock.patch.object(exec_machine, "TABLES", tables):
        yield


@contextmanager
def recorded() -> Iterator[list[tuple[ExecMachine, Asked, PairStep]]]:
    """Everything that machines are asked meanwhile."""
    found: list[tuple[ExecMachine, Asked, PairStep]] = []
    shipped = ExecMachine.answer

    def answer(self: ExecMachine, joint: Joint[Any], event: MachineEvent, pair_step: PairStep) -> Answer[Any]:
        found.append((self, Asked(joint, event), pair_step))
        return shipped(self, joint, event, pair_step)

    with mock.patch.object(ExecMachine, "answer", answer):
        yield found


WARNED = {"exe-17-no-key": 1}
"""How many warnings a scenario gives; others give none."""


def plays(path: Path) -> bool:
    """Whether a scenario does what it expects, and gives its warnings."""
    try:
        played = play(*load(path))
        return not played.failures and len(played.warnings) == WARNED.get(path.stem, 0)
    except Exception:  # a mutant may raise an error, or never end a mode
        return False


@cache
def small() -> Scenario:
    """A small model: one fault of the failover link, a session on the secondary."""
    model = read_model(ROOT / "models" / "failover-exec.toml")
    environment = attrs.evolve(model.environment, faults=("failover-link",))
    return attrs.evolve(model, environment=environment, expect=())


def breaks() -> bool:
    """Whether a promise has another verdict in the small model."""
    try:
        return bool([each for each in verify(small()).answers if each.surprising])
    except ModelError:
        return True


def _remembered(settings: Settings) -> PairStep:
    """Steps of the pair, each computed once."""
    known: dict[tuple[State, e.Event], State | StepError] = {}

    def pair_step(state: State, event: e.Event) -> tuple[State, tuple[Output, ...]]:
        after = known.get((state, event))
        if after is None:
            try:
                after = next_state(state, settings, event).state
            except StepError as error:
                after = error
            known[state, event] = after
        if isinstance(after, StepError):
            raise after
        return after, ()

    return pair_step


def trial(paths: Sequence[Path] = TRACES, *, search: bool = True) -> MachineTrial:
    """What mutants are tried on.

    Args:
        paths: The scenarios.
        search: Whether the small model is explored for mutants that no scenario kills.
    """
    machines: dict[str, ExecMachine] = {}
    asked: dict[str, list[Asked]] = {}
    steps: dict[str, PairStep] = {}
    fails: dict[str, Any] = {}

    def keep(name: str, found: list[tuple[ExecMachine, Asked, PairStep]]) -> None:
        machines[name], steps[name] = found[0][0], found[0][2]
        asked[name] = list(dict.fromkeys(each for _, each, _ in found))

    for path in paths:
        with recorded() as found:
            assert plays(path), f"{path}: fails on the shipped tables"
        keep(path.stem, found)
        fails[path.stem] = partial(lambda path: not plays(path), path)
    if search:
        with recorded() as found:
            assert not breaks(), "a promise is broken by the shipped tables"
        keep(SEARCH, found)
        steps[SEARCH] = _remembered(small().settings)
        fails[SEARCH] = breaks
    return MachineTrial(
        machine=lambda name, tables: attrs.evolve(machines[name], tables=tables),
        pair_step=steps,
        asked=asked,
        fails=fails,
        in_force=in_force,
        shipped=TABLES,
    )


def chosen(words: Sequence[str]) -> list[MachineMutant]:
    """The mutants whose names have all of the words."""
    return having(TABLES, words)


def main(words: Sequence[str]) -> None:
    """Prints the figures, and every mutant that is not killed."""
    report(trial(), chosen(words))


if __name__ == "__main__":
    main(sys.argv[1:])
