"""How strong the scenarios and promises of asymmetric routing and of the failover key are: their tables are mutated.

    python -m benchmarks.beside_mutation asr           # under a minute; prints the figures and the survivors
    python -m benchmarks.beside_mutation keys reaches  # only mutants with this word in their name

The method stands in `failover_fsm/testing/pair/machine_mutation.py`;
docs/explanation/asymmetric-routing.md and docs/howto/failover-key.md have the figures.
A mutant that no scenario kills is tried on a search of the shipped model.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
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
from failover_fsm.services.asymmetric import AsrMachine, asr_machine
from failover_fsm.services.keys import KeyMachine, key_machine
from failover_fsm.services.machine import Answer, Joint, MachineEvent, PairStep
from failover_fsm.testing.pair.machine_mutation import Asked, MachineMutant, MachineTrial, Tables
from failover_fsm.trace.player import load, play

ROOT = Path(__file__).parent.parent


@attrs.frozen(kw_only=True)
class Subject:
    """A machine that is mutated: its class, the module that holds its tables, its scenarios and its model."""

    machine: Any
    module: Any
    folder: str
    model: str

    @property
    def tables(self) -> Tables:
        """The shipped tables."""
        found: Tables = self.module.TABLES
        return found

    @property
    def traces(self) -> tuple[Path, ...]:
        """The scenarios."""
        return tuple(sorted((ROOT / "tests" / "traces" / self.folder).glob("*.trace")))

    @contextmanager
    def in_force(self, tables: Tables) -> Iterator[None]:
        """Makes every machine that is built meanwhile use these tables."""
        with mock.patch.object(self.module, "TABLES", tables):
            yield

    @contextmanager
    def recorded(self) -> Iterator[list[tuple[Any, Asked, PairStep]]]:
        """Everything that machines are asked meanwhile."""
        found: list[tuple[Any, Asked, PairStep]] = []
        shipped = self.machine.answer

        def answer(machine: Any, joint: Joint[Any], event: MachineEvent, pair_step: PairStep) -> Answer[Any]:
            found.append((machine, Asked(joint, event), pair_step))
            answered: Answer[Any] = shipped(machine, joint, event, pair_step)
            return answered

        with mock.patch.object(self.machine, "answer", answer):
            yield found


SUBJECTS: Mapping[str, Subject] = {
    "asr": Subject(machine=AsrMachine, module=asr_machine, folder="asr", model="asymmetric-routing.toml"),
    "keys": Subject(machine=KeyMachine, module=key_machine, folder="keys", model="failover-key.toml"),
}


def plays(path: Path) -> bool:
    """Whether a scenario does what it expects, with the warnings that the shipped machine gives."""
    try:
        played = play(*load(path))
        return not played.failures and warned(path) == tuple(map(str, played.warnings))
    except Exception:  # a mutant may raise an error
        return False


@cache
def warned(path: Path) -> tuple[str, ...]:
    """The warnings of a scenario; asked first while the shipped tables are in force."""
    return tuple(map(str, play(*load(path)).warnings))


def breaks(subject: Subject) -> bool:
    """Whether a promise has another verdict in the model."""
    model = attrs.evolve(read_model(ROOT / "models" / subject.model), expect=())
    try:
        report = verify(model)
        return any(each.surprising or each.vacuous for each in report.answers)
    except (ModelError, AssertionError, LookupError):
        return True


def trial(subject: Subject, *, search: bool = True) -> MachineTrial:
    """What mutants are tried on.

    Args:
        subject: The machine.
        search: Whether the model is explored for mutants that no scenario kills.
    """
    machines: dict[str, Any] = {}
    asked: dict[str, list[Asked]] = {}
    steps: dict[str, PairStep] = {}
    fails: dict[str, Any] = {}

    def keep(name: str, found: list[tuple[Any, Asked, PairStep]]) -> None:
        machines[name], steps[name] = found[0][0], found[0][2]
        asked[name] = list(dict.fromkeys(each for _, each, _ in found))

    for path in subject.traces:
        warned(path)
        with subject.recorded() as found:
            assert plays(path), f"{path}: fails on the shipped tables"
        if found:
            keep(path.stem, found)
            fails[path.stem] = partial(lambda path: not plays(path), path)
    if search:
        with subject.recorded() as found:
            assert not breaks(subject), "a promise is broken by the shipped tables"
        keep(SEARCH, found)
        fails[SEARCH] = partial(breaks, subject)
    return MachineTrial(
        machine=lambda name, tables: attrs.evolve(machines[name], tables=tables),
        pair_step=steps,
        asked=asked,
        fails=fails,
        in_force=subject.in_force,
        shipped=subject.tables,
    )


def chosen(subject: Subject, words: Sequence[str]) -> list[MachineMutant]:
    """The mutants whose names have all of the words."""
    return having(subject.tables, words)


def main(words: Sequence[str]) -> None:
    """Prints the figures, and every mutant that is not killed."""
    if not words or words[0] not in SUBJECTS:
        raise SystemExit(f"usage: python -m benchmarks.beside_mutation {{{' | '.join(SUBJECTS)}}} [WORD ...]")
    subject = SUBJECTS[words[0]]
    report(trial(subject), chosen(subject, words[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
