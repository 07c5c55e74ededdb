"""The scenario that a command line names, of a model file or of configurations, and the advice that goes with it."""

from __future__ import annotations

import argparse
import re
from typing import Literal

import attrs

from failover_fsm.analysis.model_file import needs, read_model
from failover_fsm.commands.configurations import scenario_of_configs
from failover_fsm.commands.files import BadInput, complain
from failover_fsm.commands.sessions import pair_promises
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.trouble import Point
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.model.places import explored_environment
from failover_fsm.model.scenario import Scenario
from failover_fsm.promises import BY_ID
from failover_fsm.topology import advice as topology_advice

__all__ = ["say_advice", "say_of_topology", "scenario_from", "scenario_of"]


def scenario_of(file: str, secondary: str | None = None, apart: list[Point] | None = None) -> Scenario:
    """The scenario of a model file or a configuration; `apart` as for `scenario_of_configs`.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
    """
    if not file.lower().endswith(".toml"):
        return scenario_of_configs(file, secondary, apart)
    if secondary is not None:
        raise BadInput(f"{file}: a model file names its own configurations; allowed: no second file")
    return read_model(file)


def scenario_from(
    args: argparse.Namespace, apart: list[Point] | None = None, bound: Literal["default", "least"] = "default"
) -> Scenario:
    """That of the command line, with this bound for a configuration without `--faults`; raises as `scenario_of`."""
    scenario = scenario_of(args.file, args.secondary, apart)
    if not args.file.lower().endswith(".toml"):
        most = bound if args.faults is None else _faults(args.faults)
        scenario = attrs.evolve(scenario, environment=explored_environment(scenario.config, most))
    elif args.faults is not None:
        environment = attrs.evolve(scenario.environment, max_faults=_faults(args.faults))
        scenario = attrs.evolve(scenario, environment=environment, expect=())
    return _only(scenario, args.promise) if args.promise else scenario


def _faults(text: str) -> int | None:
    if text == "any":
        return None
    if not re.fullmatch("[0-9]{1,9}", text):
        raise BadInput(f"--faults: {text[:40]!r} is not a number of faults; allowed: 0, 1, 2, ... or any")
    return int(text)


def _only(scenario: Scenario, ids: list[str]) -> Scenario:
    for name in pair_promises(scenario, ids):
        if name not in BY_ID:
            raise BadInput(f"--promise: unknown promise {name!r}{nearest(name, BY_ID)}; allowed: {listed(name, BY_ID)}")
        if not BY_ID[name].applies(scenario.environment, groups=scenario.config.active_active):
            raise BadInput(f"--promise: {name} says nothing in this environment; allowed: with {needs(name)}")
    violated = tuple(item for item in scenario.violated if item.promise in ids)
    return attrs.evolve(scenario, check=tuple(dict.fromkeys(ids)), violated=violated, within=(), expect=())


def say_advice(config: PairConfig, source: str) -> None:
    """Prints what is unwise in the configuration, or worth knowing, to stderr, one line each."""
    for advice in config.advice:
        where = f"{source}:{advice.line}" if advice.line else source
        complain(f"{where}: {advice.text} ({advice.rule})")


def say_of_topology(scenario: Scenario) -> None:
    """Prints the chapter's advice against the topology to stderr, one line each."""
    if scenario.topology is not None:
        for item in topology_advice(scenario.topology, scenario.settings):
            complain(f"{item.text} ({item.rule})")
