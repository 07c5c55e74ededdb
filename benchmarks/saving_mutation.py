"""How strong the scenarios and promises of saving are: every row, guard and effect of its tables is mutated.

    python -m benchmarks.saving_mutation               # a few minutes; prints the figures and the survivors
    python -m benchmarks.saving_mutation is_external   # only mutants with this word in their name

The method stands in `failover_fsm/testing/pair/machine_mutation.py`; docs/explanation/saving.md has the figures.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast
from unittest import mock

import attrs

from benchmarks.machine_report import having, report
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.states import State
from failover_fsm.services.machine import Joint, MachineEvent, PairStep
from failover_fsm.services.saving import SavingMachine, Spaces, machine
from failover_fsm.services.saving.tables import TABLES
from failover_fsm.testing.pair.machine_mutation import Asked, MachineMutant, MachineTrial, Tables
from failover_fsm.trace.player import load, play

ROOT = Path(__file__).parent.parent
TRACES = tuple(sorted((ROOT / "tests" / "traces" / "saving").glob("*.trace")))

Steps = dict[tuple[State, e.Event], State]


@contextmanager
def in_force(tables: Tables) -> Iterator[None]:
    """Makes every machine that is built meanwhile use these tables."""
    with mock.patch.object(machine, "TABLES", tables):
        yield


@contextmanager
def recorded() -> Iterator[tuple[list[tuple[SavingMachine, Asked]], Steps]]:
    """Everything that machines are asked meanwhile, and how the pair moved."""
    found: list[tuple[SavingMachine, Asked]] = []
    steps: Steps = {}
    follow, answer = SavingMachine.follow, SavingMachine.answer

    def followed(self: SavingMachine, before: State, event: e.Event, after: State, own: Spaces) -> Spaces:
        found.append((self, Asked(Joint(pair=before, own=own), cast(MachineEvent, event))))
        steps[before, event] = after
        return follow(self, before, event, after, own)

    def answered(self: SavingMachine, joint: Joint[Spaces], event: e.Event, pair_step: PairStep) -> Any:
        found.append((self, Asked(joint, cast(MachineEvent, event))))
        return answer(self, joint, event, pair_step)

    with mock.patch.object(SavingMachine, "follow", followed), mock.patch.object(SavingMachine, "answer", answered):
        yield found, steps


def plays(path: Path) -> bool:
    """Whether a scenario does what it expects, without a warning."""
    try:
        played = play(*load(path))
        return not played.failures and not played.warnings
    except Exception:  # a mutant may raise an error
        return False


def trial(paths: Sequence[Path] = TRACES) -> MachineTrial:
    """What mutants are tried on: the scenarios."""
    machines: dict[str, SavingMachine] = {}
    asked: dict[str, list[Asked]] = {}
    steps: dict[str, PairStep] = {}
    fails: dict[str, Any] = {}
    for path in paths:
        with recorded() as (found, moved):
            assert plays(path), f"{path}: fails on the shipped tables"
        machines[path.stem] = found[0][0]
        asked[path.stem] = list(dict.fromkeys(each for _, each in found))
        steps[path.stem] = partial(_moved, moved)
        fails[path.stem] = partial(lambda path: not plays(path), path)
    return MachineTrial(
        machine=lambda name, tables: attrs.evolve(machines[name], tables=tables),
        pair_step=steps,
        asked=asked,
        fails=fails,
        in_force=in_force,
        shipped=TABLES,
    )


def _moved(steps: Steps, before: State, event: e.Event) -> tuple[State, tuple[Output, ...]]:
    return steps[before, event], ()


def chosen(words: Sequence[str]) -> list[MachineMutant]:
    """The mutants whose names have all of the words."""
    return having(TABLES, words)


def main(words: Sequence[str]) -> None:
    """Prints the figures, and every mutant that is not killed."""
    report(trial(), chosen(words))


if __name__ == "__main__":
    main(sys.argv[1:])
