"""What can notice a mistake: promises on small pairs and model files, scenarios, sessions of the pages, unit tests."""

from __future__ import annotations

import contextlib
import io
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from benchmarks.functions import shown
from benchmarks.functions.modules import is_of_promises
from benchmarks.functions.sites import ROOT

__all__ = [
    "ASK",
    "CLASSES",
    "COUNTS",
    "GRAPH",
    "WAYS",
    "Killer",
    "Seen",
    "killers",
]

CLASSES = ("promise", "scenario", "session", "judged", "wrong", "test")
"""The classes of killers, which are counted apart."""

GRAPH, COUNTS = "has its graph", "is as its file says"
"""Claims that states and steps are those that files of digests or a model file pin."""

WAYS = (WAY, SCREENS, ANSWER, TOLD) = (
    "goes its way", "shows its screens", "answers as before", "tells callbacks the same",
)  # fmt: skip
"""Claims that states, messages and texts are those that files of digests pin."""

MODEL_STATES = 3_000
"""The most states that a model file may pin to be asked for each mistake."""


@attrs.frozen
class Seen:
    """What a killer says: its answer, of which each part counts, and a print of all that happened.

    Attributes:
        answer: By name of what is claimed, the verdict.
        trail: A digest of the graph or the run; two that are the same went the same way.
    """

    answer: dict[str, str]
    trail: str


@attrs.frozen
class Killer:
    """One thing that can notice a mistake. `name` begins with its class, as in `promise:pair ports and power`.

    What a promise *judged* of steps that are made up, and a *wrong* protocol that it catches, can notice that the
    promise has become weaker; they are asked about mistakes in promises only.
    """

    name: str

    @property
    def of_class(self) -> str:
        """One of CLASSES."""
        return self.name.partition(":")[0]

    def speaks_of(self, module: str) -> bool:
        """Whether it is asked about mistakes in a module; what promises forbid, about theirs only."""
        if self.of_class not in ("judged", "wrong"):
            return True
        return is_of_promises(module) and ("/services/" in module) is self.name.startswith("judged:beside")

    def ask(self) -> Seen:
        """What it says of the package as it is in this process."""
        how, _, what = self.name.partition(":")[2].partition(" ")
        return ASK[how](what)


def killers(*, for_promises: bool) -> tuple[Killer, ...]:
    """Every killer but the unit tests, which are known by their coverage.

    Args:
        for_promises: Whether made-up steps and wrong protocols are among them.
    """
    from failover_fsm.testing.pair.mutation import SMALL_PAIRS
    from tests.commands.answers import COMMANDS
    from tests.model.searches import FINDS
    from tests.pair import told
    from tests.promises.alone import ALONE
    from tests.promises.graphs import PAIRS
    from tests.promises.judged import JUDGES
    from tests.services import judged
    from tests.services.autoupdate.scenarios import SCENARIOS
    from tests.trace.screens import SAMPLE
    from tests.trace.ways import TRACES

    pairs = [f"promise:pair {each.name}" for each in PAIRS]
    pairs += [f"promise:compiled {each.name}" for each in SMALL_PAIRS if not each.costly]
    pairs += [f"promise:finds {each}" for each in FINDS]
    models = [
        f"promise:model {each.relative_to(ROOT)}" for each in sorted(ROOT.glob("models/**/*.toml")) if _small(each)
    ]
    traces = [f"scenario:trace {each.relative_to(ROOT)}" for each in TRACES]
    traces += [f"scenario:update {each.__name__}" for each in SCENARIOS]
    traces += [f"scenario:screens {each.relative_to(ROOT)}" for each in SAMPLE]
    traces += [f"scenario:live {each.relative_to(ROOT)}" for each in told.SAMPLE]
    traces += [f"scenario:answer {each}" for each in COMMANDS]
    pages = [f"session:page {each}" for each in shown.names()]
    updates = [f"promise:updates {each}" for each in UPDATES]
    weaker = [f"judged:promise {each}" for each in JUDGES] + [
        f"judged:beside {name} {each}" for name, judges in judged.known().items() for each in judges
    ]
    weaker += [f"wrong:protocol {each}" for each in ALONE]
    return tuple(map(Killer, [*traces, *pairs, *models, *updates, *pages, *(weaker if for_promises else ())]))


def _small(path: Path) -> bool:
    if path.parent.name in ("runbooks", "vrrp"):
        return False
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    pinned = content.get("expect", {}).get("states")
    return "within" in content.get("promises", ()) if pinned is None else pinned <= MODEL_STATES


# -- promises -----------------------------------------------------------------------------------------


def _made_anew(name: str) -> Any:
    """The small pair with settings that are derived now, by functions that may be wrong."""
    from tests.promises.graphs import PAIRS

    pair = next(each for each in PAIRS if each.name == name)
    return attrs.evolve(pair, settings=attrs.evolve(pair.settings))


def _pair(name: str) -> Seen:
    from failover_fsm.checker import Checker
    from failover_fsm.promises import as_property, chosen
    from tests.promises.graphs import Watched

    pair = _made_anew(name)
    model = Watched(pair)
    applicable = chosen(pair.environment, groups=bool(pair.settings.groups))
    found = Checker(model).verify(*(as_property(each, model.observers) for each in applicable), max_states=20_000)
    return Seen({**{each.name: each.verdict.name for each in found.findings}, GRAPH: model.graph}, "")


def _compiled(name: str) -> Seen:
    from failover_fsm.analysis import explorers
    from failover_fsm.model.pair_model import PairModel
    from failover_fsm.promises import chosen

    pair = _made_anew(name)
    model = PairModel(pair.settings, pair.environment)
    applicable = chosen(pair.environment, groups=bool(pair.settings.groups))
    found = explorers.compiled(model, applicable, {"max_states": 20_000})
    counts = f"{found.states} {found.transitions}"
    return Seen({**{each.name: each.verdict.name for each in found.findings}, GRAPH: counts}, "")


def _model(path: str) -> Seen:
    from failover_fsm.cli import main

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = main(["check", str(ROOT / path), "--json"])
    try:
        report = json.loads(printed.getvalue())
    except ValueError:
        return Seen({"can be checked": str(status)}, "")
    answer = {each["id"]: str(each["verdict"]) for each in report.get("promises", ())}
    answer |= {each["id"]: f"{each['verdict']} {each['bound']}" for each in report.get("within", ())}
    counts = f"{report.get('states')} {report.get('transitions')}"
    return Seen({**answer, COUNTS: str(status)}, counts)


def _finds(name: str) -> Seen:
    from tests.model.searches import FINDS

    return Seen({GRAPH: FINDS[name]()}, "")


def _protocol(name: str) -> Seen:
    """What the promises say of the wrong protocol that one of them alone catches."""
    import pytest

    from tests.promises.alone import ALONE
    from tests.wrong import promise_findings

    mutant, pair, environment = ALONE[name]
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        found = promise_findings(pair, environment)
    return Seen({each.name: each.verdict.name for each in found}, "")


def _judged(name: str) -> Seen:
    from tests.promises.judged import judgement

    return Seen({name: judgement(name)}, "")


def _judged_beside(name: str) -> Seen:
    from tests.services.judged import judgement

    return Seen(judgement(*name.split()), "")


def _updates(name: str) -> Seen:
    """What the promises about Auto Update say of a pair on which nothing breaks, or whose units lose power."""
    from failover_fsm.checker import Checker
    from failover_fsm.services.autoupdate.findings import findings
    from failover_fsm.services.autoupdate.machine import AutoUpdate
    from failover_fsm.services.autoupdate.model import update_model
    from failover_fsm.services.autoupdate.promises import update_promises
    from failover_fsm.services.autoupdate.settings import UpdateSettings
    from tests.services.autoupdate.kit import PAIR

    hitless, faults = UPDATES[name]
    settings = UpdateSettings(pair=attrs.evolve(PAIR), hitless=hitless)
    machine = AutoUpdate(settings=settings) if faults else AutoUpdate(settings=settings, faults=())
    asked = (*update_promises(machine), *findings(machine))
    found = Checker(update_model(machine, faults)).verify(*(each.as_property() for each in asked), max_states=20_000)
    answer = {each.name: each.verdict.name for each in found.findings}
    return Seen(answer, f"{found.states} {found.transitions} {found.depth}")


UPDATES: dict[str, tuple[bool, tuple[str, ...]]] = {
    "hitless": (True, ()), "not hitless": (False, ()), "power": (True, ("power",))
}  # fmt: skip
"""By name, whether the update is hitless, and what can fail."""


# -- scenarios ------------------------------------------------------------------------------------------


def _trace(path: str) -> Seen:
    from failover_fsm.trace.player import load, play
    from tests.trace.ways import way

    played = play(*load(ROOT / path))
    passed = not played.failures and not played.is_livelock
    return Seen({"passes": str(passed), WAY: " ".join(way(played))}, "")


def _screens(path: str) -> Seen:
    from failover_fsm.trace.player import load, play
    from tests.trace.screens import screens

    return Seen({SCREENS: " ".join(screens(play(*load(ROOT / path))).values())}, "")


def _live(path: str) -> Seen:
    from failover_fsm.trace.player import load, play
    from tests.pair.told import told

    return Seen({TOLD: told(play(*load(ROOT / path)))}, "")


def _command(words: str) -> Seen:
    from tests.commands.answers import answer

    return Seen({ANSWER: answer(words)}, "")


def _update(name: str) -> Seen:
    from tests.services.autoupdate.scenarios import SCENARIOS

    scenario = next(each for each in SCENARIOS if each.__name__ == name)
    try:
        scenario(lambda machine: machine)
    except AssertionError:
        return Seen({"passes": "False"}, "")
    return Seen({"passes": "True"}, "")


# -- sessions of the documentation ----------------------------------------------------------------------


def _page(name: str) -> Seen:
    shows, trail = shown.page_shows(name)
    return Seen({"prints what the page shows": str(shows)}, trail)


ASK: dict[str, Callable[[str], Seen]] = {
    "pair": _pair, "compiled": _compiled, "finds": _finds, "model": _model, "updates": _updates, "protocol": _protocol,
    "promise": _judged, "beside": _judged_beside, "trace": _trace, "screens": _screens, "live": _live,
    "update": _update, "answer": _command, "page": _page,
}  # fmt: skip
"""By the word behind the class, how it is asked."""
