"""Old import paths: they go on working, with a DeprecationWarning, until version 0.4.

One table of old names and new ones, and one finder that answers for all of them. An old name stands for the
very module that has the new one, so classes imported by either name are the same.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

__all__ = ["MOVED", "install"]

PACKAGE = "failover_fsm"
REMOVED_IN = "0.4"
MOVED: dict[str, str] = {
    "scenario": "model.scenario",
    "search": "model.pair_model",
    "pairrules": "model.pair_rules",
    "wired": "model.wired_model",
    "look": "model.observer",
    "interleave": "model.interleavings",
    "verify": "analysis.verify",
    "faultsets": "analysis.cut_sets",
    "goals": "analysis.goals",
    "whatif": "analysis.what_if",
    "modelfile": "analysis.model_file",
    "policies": "analysis.policies",
    "trace_text": "trace.writer",
    "play": "trace.player",
    "machine": "pair.live",
    "checkpoints": "commands.checkpoint_file",
    "draft": "records",
    "draft.asking": "records.queries",
    "report": "reports.html",
    "report.graph": "reports.html.state_graph",
    "show": "text",
    "show.claims": "trace.claims",
    "show.lines": "trace.lines",
    "show.report": "reports.text.verdict",
    "show.faults": "reports.text.cut_sets",
    "show.whatif": "reports.text.what_if",
    "show.topologies": "reports.text.topologies",
    "show.costs": "reports.text.costs",
    "pair.case": "pair.rule_context",
    "pair.essence": "pair.canonical",
    "pair.followed": "pair.history",
    "pair.remembered": "pair.reaction_cache",
    "pair.crossing": "pair.replicated_commands",
    "pair.topology": "pair.wiring",
    "promises.model": "promises.promise",
    "checker.model": "checker.core.model",
    "checker.properties": "checker.core.properties",
    "checker.result": "checker.core.result",
    "checker.cost": "checker.core.cost",
    "checker.explore": "checker.explicit.explore",
    "checker.graph": "checker.explicit.graph",
    "checker.liveness": "checker.explicit.liveness",
    "checker.search": "checker.explicit.breadth_first",
    "checker.traces": "checker.explicit.paths",
    "checker.learned": "checker.rules.rule_tree",
    "checker.predicates": "checker.rules.predicates",
    "checker.cubes": "checker.rules.cubes",
    "checker.symmetry": "checker.reduce.symmetry",
    "checker.interchangeable": "checker.reduce.interchangeable",
    "checker.depends": "checker.reduce.dependencies",
    "checker.slices": "checker.reduce.cone_of_influence",
    "checker.slicing": "checker.sliced",
    "checker.engine": "checker.bitset",
    "checker.engine.export": "checker.export.promela_murphi",
    "checker.engine.export_tla": "checker.export.tla",
    "checker.engine.exported": "checker.export.exported",
    "config.pair_config": "config.records.pair_config",
    "config.errors": "config.values.errors",
    "config.files": "config.asa.files",
    "config.render": "config.asa.render",
    "config.disagreement": "config.review.disagreement",
    "timing.player": "trace.timed_player",
    "timing.scenes": "trace.timing_scenes",
    "timing.verdict": "analysis.timing_verdict",
    "timing.report": "reports.text.timing",
    "timing.plot": "reports.svg.timing",
    "diagrams.model": "diagrams.machine.machine",
    "diagrams.dot": "diagrams.machine.dot",
    "diagrams.sequence": "diagrams.runs.sequence",
    "diagrams.roles": "diagrams.runs.roles",
    "testing.graph": "testing.pair.reached_graph",
    "testing.judge": "testing.pair.monitor",
    "testing.conformance": "testing.pair.conformance",
    "testing.coverage": "testing.pair.coverage",
    "testing.failure": "testing.pair.failure",
    "testing.machine_mutation": "testing.pair.machine_mutation",
    "testing.monitor": "testing.pair.monitor",
    "testing.mutants": "testing.pair.mutants",
    "testing.mutation": "testing.pair.mutation",
    "testing.reached_graph": "testing.pair.reached_graph",
    "testing.stateful": "testing.pair.stateful",
    "testing.strategies": "testing.pair.strategies",
    "testing.suite_text": "testing.pair.suite_text",
    "testing.suites": "testing.pair.suites",
    "testing.walk": "testing.pair.walk",
    # `from failover_fsm.show import lines` looks below the package that has the new name.
    "records.asking": "records.queries",
    "reports.html.graph": "reports.html.state_graph",
    "text.claims": "trace.claims",
    "text.lines": "trace.lines",
    "text.report": "reports.text.verdict",
    "text.faults": "reports.text.cut_sets",
    "text.whatif": "reports.text.what_if",
    "text.topologies": "reports.text.topologies",
    "text.costs": "reports.text.costs",
    "checker.bitset.export": "checker.export.promela_murphi",
    "checker.bitset.export_tla": "checker.export.tla",
    "checker.bitset.exported": "checker.export.exported",
}
"""Old module names and new ones, both without the name of the package; what is below an old package moved with it."""


def new_name(name: str) -> str | None:
    """Where a module of this full name is now; None for one that has not moved."""
    if not name.startswith(f"{PACKAGE}."):
        return None
    head, tail = name.removeprefix(f"{PACKAGE}."), ""
    while head:
        if head in MOVED:
            return f"{PACKAGE}.{MOVED[head]}{tail}"
        head, _, leaf = head.rpartition(".")
        tail = f".{leaf}{tail}"
    return None


class _Alias(Loader):
    """Loads a module by giving the one that has the new name."""

    def __init__(self, new: str) -> None:
        self.new = new

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self.new)
        self.own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.own_spec  # the import system has just put the old name's there


class _Finder(MetaPathFinder):
    """Answers for old names only."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        new = new_name(fullname)
        if new is None:
            return None
        message = f"{fullname} is now {new}; the old name goes in version {REMOVED_IN}"
        warnings.warn(message, DeprecationWarning, stacklevel=2)  # frames of the import system do not count
        return ModuleSpec(fullname, _Alias(new))


def install() -> None:
    """Lets old names be imported; called once, by the package itself."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
