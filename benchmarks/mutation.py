"""How strong the promises and scenarios are: every mutant of the tables is held against them.

    python -m benchmarks.mutation                    # twenty minutes; prints docs/explanation/mutation.md
    python -m benchmarks.mutation within_policy      # only mutants with this word in their name

The method stands in `failover_fsm/testing/pair/mutation.py`.  Survivors are explained in `benchmarks/survivors.py`.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from benchmarks.survivors import SURVIVORS
from failover_fsm.promises import BY_ID, PROMISES, Promise
from failover_fsm.testing.pair.mutants import KINDS, mutants
from failover_fsm.testing.pair.mutation import ERROR, SMALL_PAIRS, MutantResult, ScenarioFile, Trial
from tests.promises.alone import ALONE, as_it_is

ROOT = Path(__file__).parent.parent


@cache
def scenarios() -> tuple[ScenarioFile, ...]:
    """Every shipped scenario."""
    paths = sorted([*ROOT.glob("models/**/*.trace"), *ROOT.glob("tests/traces/*.trace")])
    return tuple(map(ScenarioFile.read, paths))


def score(outcomes: Iterable[MutantResult]) -> float:
    """The share of killed mutants among those that are not equivalent."""
    counts = Counter(each.verdict for each in outcomes)
    return counts["killed"] / (counts["killed"] + counts["survives"])


def explained(outcome: MutantResult) -> str:
    """Why a survivor may live; empty where nothing has been found."""
    return next((why for pattern, why in SURVIVORS.items() if pattern in outcome.mutant.name), "")


# -- the report ------------------------------------------------------------------------------------


def report(outcomes: Sequence[MutantResult], scenario_count: int) -> str:
    """The report in Markdown."""
    figures, promises = _figures(outcomes, scenario_count), _promises(outcomes)
    parts = (figures, promises, _survivors(outcomes), _equivalent(outcomes))
    return "\n".join(line for part in parts for line in part)


def _figures(outcomes: Sequence[MutantResult], scenario_count: int) -> Iterator[str]:
    yield "# Mutation of the rules\n"
    yield "Made by `python -m benchmarks.mutation`; do not edit, make it again.\n"
    yield (
        "Every row of both tables is changed in every one of the ways below, and each wrong pair is held against the\n"
        f"promises on {len(SMALL_PAIRS)} small pairs and against the {scenario_count} shipped scenarios. A mutant is "
        "*equivalent* if it answers alike\neverything that a unit is asked on any of them, outputs included: then "
        "the reachable graphs are the same, step by step.\n"
    )
    yield f"**Score: {score(outcomes):.1%}** of the mutants that are not equivalent are killed.\n"
    yield "| Change | Mutants | Killed by promises | Only by scenarios | Survive | Equivalent |"
    yield "|---|---|---|---|---|---|"
    for kind in KINDS:
        yield _figure_row(f"{kind}: {KINDS[kind]}", [each for each in outcomes if each.mutant.kind == kind])
    yield _figure_row("**all**", outcomes)


def _figure_row(title: str, outcomes: Sequence[MutantResult]) -> str:
    verdicts = Counter(each.verdict for each in outcomes)
    by_promises = sum(bool(each.promises) for each in outcomes)
    columns = (len(outcomes), by_promises, verdicts["killed"] - by_promises, verdicts["survives"])
    return f"| {title} | {' | '.join(map(str, columns))} | {verdicts['equivalent']} |"


def _promises(outcomes: Sequence[MutantResult]) -> Iterator[str]:
    yield "\n## Which promise kills what\n"
    yield (
        "A mutant is taken from small pairs to larger ones until a promise kills it; all that break there are "
        "counted.\n*Alone*: no other promise and no scenario kills it.\n"
    )
    yield "| Promise | Kills | Alone | For example |"
    yield "|---|---|---|---|"
    killed: dict[str, list[MutantResult]] = defaultdict(list)
    for each in outcomes:
        for name in dict.fromkeys(name for _, name in each.promises):
            killed[name].append(each)
    names = [each.id for each in PROMISES if each.id in killed] + [ERROR] * (ERROR in killed)
    for name in sorted(names, key=lambda name: -len(killed[name])):
        alone = sum(len({other for _, other in each.promises}) == 1 and not each.scenarios for each in killed[name])
        shown = f"`{name}`" if name in BY_ID else f"({name} in a rule)"
        yield f"| {shown} | {len(killed[name])} | {alone} | {_code(killed[name][0].mutant.name)} |"
    idle = [each for each in PROMISES if each.id not in killed]
    if idle:
        yield "\nPromises that kill none of these mutants first, and what shows that they can fail:\n"
        yield from (f"- `{promise.id}`: {_shown_by(promise)}" for promise in idle)


def _shown_by(promise: Promise) -> str:
    """Which wrong protocol the promise catches and no other promise does; tests/promises/test_alone.py proves it."""
    if promise.id not in ALONE:
        return f"a lemma: {promise.lemma}"
    wrong = ALONE[promise.id][0]
    if wrong is as_it_is:
        return "it is violated by the shipped protocol on a pair of its own, and is the only one"
    return f"it alone catches `{wrong.__name__}` of `{wrong.__module__}`"


def _survivors(outcomes: Sequence[MutantResult]) -> Iterator[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for each in outcomes:
        if each.verdict == "survives":
            found[explained(each) or "not explained"].append(each.mutant.name)
    yield "\n## Survivors\n"
    if not found:
        yield "None."
    for why, names in found.items():
        yield f"- {why}:"
        yield from (f"    - {_code(name)}" for name in names)


def _equivalent(outcomes: Sequence[MutantResult]) -> Iterator[str]:
    yield "\n## Equivalent mutants\n"
    yield "Every question that units are asked on the pairs and in the scenarios is answered alike.\n"
    yield from (f"- {_code(each.mutant.name)}" for each in outcomes if each.verdict == "equivalent")
    yield ""


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def main(word: str = "") -> None:
    """Tries the mutants and prints the report; progress goes to stderr."""
    trial = Trial(scenarios=scenarios())
    chosen = [each for each in mutants() if word in each.name]
    outcomes = []
    for number, mutant in enumerate(chosen, start=1):
        outcomes.append(trial.try_out(mutant))
        print(f"{number}/{len(chosen)} {outcomes[-1].verdict}: {mutant.name}", file=sys.stderr)
    print(report(outcomes, len(trial.scenarios)), end="")


if __name__ == "__main__":
    main(*sys.argv[1:2])
