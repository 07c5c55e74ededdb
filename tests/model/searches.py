"""What searches on observations and on wirings find: observations, verdicts, counts and runs, as digests.

    python -m tests.model.searches    # writes tests/model/searches.txt anew

`tests/promises/graphs.py` pins the search in which each interface has a condition of its own. That the others agree
with it is tested beside the modules; a change of theirs that no comparison reaches shows here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.analysis.observed import ObservedSearch, searched
from failover_fsm.checker import Property, Result, Verdict
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.conditions import observations
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import WITH_TOPOLOGY, Environment
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.model.wired_observations import wired_observations
from failover_fsm.model.wired_rules import rules_of
from failover_fsm.pair.settings import Settings
from failover_fsm.promises import as_property
from failover_fsm.promises.health import QUESTIONS
from failover_fsm.records.steady import steady
from failover_fsm.topology import read_topology
from tests import pins
from tests.model.test_observations import PAIRS, groups, over_two_ports, pair, trunk
from tests.pairs import settings

__all__ = ["FILE", "FINDS", "known"]

FILE = Path(__file__).with_name("searches.txt")
NAMES = ("outside", "inside")


def only(*faults: str, bound: int | None = None) -> Environment:
    """Faults, and no command."""
    return Environment(faults=faults, operator=(), max_faults=bound)


def wired(name: str) -> Settings:
    """A pair with two interfaces, as a figure, a drawing or a ready topology lays it."""
    return read_topology(name, NAMES).laid(settings(2))


def digest(lines: Iterable[str]) -> str:
    """Eight digits that stand for the lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


# -- observations --------------------------------------------------------------------------------------


def observed(every: Callable[[bool], Iterable[Any]]) -> str:
    """`5 3f2a`: how many observations there are, and a digest of all; those that are told apart finely too."""
    found = [[steady(each) for each in every(fine)] for fine in (False, True)]
    return f"{'+'.join(str(len(each)) for each in found)} {digest(line for each in found for line in each)}"


def of_conditions(pair: Settings, environment: Environment) -> str:
    """The observations of a pair without a topology."""
    return observed(lambda fine: observations(PairModel(pair, environment), QUESTIONS, fine=fine))


def of_wirings(name: str, environment: Environment) -> str:
    """The observations of a pair with a topology."""
    return observed(lambda fine: wired_observations(WiredModel(wired(name), environment), QUESTIONS, fine=fine))


# -- searches ------------------------------------------------------------------------------------------


def judged(result: Result[Any, Any], run: Callable[[Any], Iterable[Any]]) -> str:
    """`522 2753 holds 12 3f2a`: states, steps, the promises that hold, and a digest of verdicts and runs."""
    lines = [f"{result.states} {result.transitions} {result.depth}"]
    for finding in result.findings:
        lines.append(f"{finding.name} {finding.verdict.name} {finding.vacuous}")
        lines += [str(event) for event in run(finding)] if finding.trace else []
    holding = sum(finding.verdict is Verdict.HOLDS for finding in result.findings)
    return f"{result.states} {result.transitions} holds {holding} {digest(lines)}"


def on_observations(pair: Settings, environment: Environment) -> str:
    """What a search on observations finds of claims that break, with runs that are made concrete."""
    claims = broken_promises()
    model = model_of(pair, environment)
    scenario = Scenario(title="", config=PairConfig(), environment=environment)
    search = searched(scenario, model, claims, _compiled)
    assert isinstance(search, ObservedSearch), search
    of_claim = {claim.id: claim for claim in claims}

    def run(finding: Any) -> Iterator[Any]:
        found = search.run_of(of_claim[finding.name], finding)
        yield from (each.event for each in found.steps)
        yield found.places

    return f"{judged(search.result, run)}{' finely' if search.fine else ''}"


def by_compiled(pair: Settings, environment: Environment) -> str:
    """What the compiled explorer finds of the same claims, each condition or wiring with states of its own."""
    claims = broken_promises()
    model = model_of(pair, environment)
    rules = rules_of(model)
    result = _compiled(rules, [as_property(claim, rules.observers) for claim in claims])
    return judged(result, lambda finding: (each.event for each in model.named_steps(finding.trace)))


def _compiled(rules: Any, properties: Sequence[Property]) -> Result[Any, Any]:
    found: Result[Any, Any] = CompiledChecker(rules, budget=200).verify(*properties)
    return found


def broken_promises() -> tuple[Any, ...]:
    """Claims of each kind that do not hold, and some that do."""
    from tests.analysis.test_observed import broken_promises as every  # it imports much

    return every()[::7]


# -- all of them ---------------------------------------------------------------------------------------


def _observations() -> Iterator[tuple[str, Callable[[], str]]]:
    for name, each in PAIRS.items():
        yield f"observations of {name}", partial(of_conditions, each, only("interfaces", "paths"))
        yield f"observations of {name}, two ports", partial(of_conditions, each, only("ports", bound=2))
    for name in ("figure-13-1", "figure-13-3", "figure-13-5", "figure-13-7", "direct-cable", "asav-on-one-host"):
        laid = Environment(faults=WITH_TOPOLOGY, operator=(), max_faults=2)
        yield f"observations of {name}, two elements", partial(of_wirings, name, laid)


def _searches() -> Iterator[tuple[str, Callable[[], str]]]:
    laid = Environment(faults=("elements",), operator=(), max_faults=1)
    for name, of, environment in (
        ("one interface", pair(1), only("failover-link", "ports", bound=1)),
        ("two interfaces, policy 2", pair(2, attrs.evolve(pair(2).policy, count=2)), only("ports", "paths", bound=3)),
        ("a trunk with the link", trunk(2, failover=True), only("ports", "power", bound=1)),
        ("over two ports", over_two_ports(), only("ports", bound=2)),
        ("two groups", groups(1, 1), only("ports", bound=1)),
        ("figure 13-3", wired("figure-13-3"), laid),
        ("one host", wired("asav-on-one-host"), laid),
    ):
        yield f"search on observations of {name}", partial(on_observations, of, environment)
    for name, of, environment in (
        ("one interface", settings(1), only("ports", "power", bound=1)),
        ("a trunk with the link", trunk(2, failover=True), only("ports", bound=1)),
        ("figure 13-1", read_topology("figure-13-1", NAMES[:1]).laid(settings(1)), laid),
        ("one host", read_topology("asav-on-one-host", NAMES[:1]).laid(settings(1)), laid),
    ):
        yield f"compiled search of {name}", partial(by_compiled, of, environment)


FINDS: Mapping[str, Callable[[], str]] = {**dict(_observations()), **dict(_searches())}
"""By its name, what is found."""


def known() -> dict[str, str]:
    """What the file says, by the name."""
    return pins.read(FILE)


def main() -> None:
    """Writes the file."""
    pins.write(FILE, ((name, find()) for name, find in FINDS.items()))


if __name__ == "__main__":
    main()
