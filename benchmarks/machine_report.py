"""What a mutation run of a machine beside the pair prints, whichever machine it is."""

from __future__ import annotations

from collections.abc import Iterable

from failover_fsm.testing.machine_mutation import MachineMutant, MachineTrial, score

__all__ = ["SEARCH", "report"]

SEARCH = "a search"
"""The name of what is asked besides scenarios, where a machine has a model to search."""


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
