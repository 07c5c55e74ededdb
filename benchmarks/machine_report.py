"""What a mutation run of a machine beside the pair prints, whichever machine it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from failover_fsm.testing.pair.machine_mutation import MachineMutant, MachineTrial, machine_mutants, score

__all__ = ["SEARCH", "having", "report"]

SEARCH = "a search"
"""The name of what is asked besides scenarios, where a machine has a model to search."""


def having(tables: Mapping[str, Any], words: Sequence[str]) -> list[MachineMutant]:
    """The mutants of the tables whose names have all of the words."""
    return [mutant for mutant in machine_mutants(tables) if all(word in mutant.name for word in words)]


def report(trial: MachineTrial, mutants: Iterable[MachineMutant]) -> None:
    """Tries the mutants; prints each that is not killed, and the figures."""
    verdicts = {}
    for mutant in mutants:
        verdicts[mutant.name] = trial.verdict(mutant)
        if not verdicts[mutant.name].startswith("killed"):
            print(f"{verdicts[mutant.name]}: {mutant.name}", flush=True)
    killed, survive, equivalent = score(verdicts.values())
    share = 100 * killed / max(1, killed + survive)
    by_search = sum(each == f"killed by {SEARCH}" for each in verdicts.values())
    print(f"{len(verdicts)} mutants: {killed} killed ({by_search} by the search alone), {survive} survive,", end=" ")
    print(f"{equivalent} equivalent; score {share:.1f} %")
