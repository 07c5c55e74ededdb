"""A formally checked model of a Cisco ASA failover pair: configuration in, verdict out.

    from failover_fsm import Pair, PairConfig, Unit, assess, check, events

    config = PairConfig.from_asa(text)
    print(assess(config))
    pair = Pair.cold(config)
    pair, outputs = pair.step(events.UnitRestored(unit=Unit.PRIMARY))
    report = check(config, faults=2)

Everything that most users need has a name here. `docs/contributing/architecture.md` says where the rest lives.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from failover_fsm import _moved

if TYPE_CHECKING:
    from failover_fsm.analysis.model_file import ModelFileError, read_model
    from failover_fsm.analysis.verify import Report, check, verify
    from failover_fsm.assessment.assess import assess
    from failover_fsm.assessment.record import Assessment
    from failover_fsm.checker import Finding
    from failover_fsm.config.records.pair_config import PairConfig, Unit
    from failover_fsm.config.values.errors import ConfigError
    from failover_fsm.model.scenario import Scenario
    from failover_fsm.model.search_environment import Environment
    from failover_fsm.pair import NotPossible, Options, Pair, Refused, events
    from failover_fsm.pair.live import Change as Change
    from failover_fsm.pair.live import Drift as Drift
    from failover_fsm.pair.live import LivePair as LivePair
    from failover_fsm.pair.live import LiveUnit as LiveUnit
    from failover_fsm.pair.states import Phase, Role
    from failover_fsm.trace.language import TraceError
    from failover_fsm.trace.player import load, play

__version__ = "0.2.0"

_HOMES = {
    "analysis.model_file": ("ModelFileError", "read_model"),
    "analysis.verify": ("Report", "check", "verify"),
    "assessment.assess": ("assess",),
    "assessment.record": ("Assessment",),
    "checker": ("Finding",),
    "config.records.pair_config": ("PairConfig", "Unit"),
    "config.values.errors": ("ConfigError",),
    "model.scenario": ("Scenario",),
    "model.search_environment": ("Environment",),
    "pair": ("NotPossible", "Options", "Pair", "Refused", "events"),
    "pair.live": ("Change", "Drift", "LivePair", "LiveUnit"),
    "pair.states": ("Phase", "Role"),
    "trace.language": ("TraceError",),
    "trace.player": ("load", "play"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Assessment",
    "ConfigError",
    "Environment",
    "Finding",
    "ModelFileError",
    "NotPossible",
    "Options",
    "Pair",
    "PairConfig",
    "Phase",
    "Refused",
    "Report",
    "Role",
    "Scenario",
    "TraceError",
    "Unit",
    "assess",
    "check",
    "events",
    "load",
    "play",
    "read_model",
    "verify",
]
"""What `import *` gives; the names of `pair.live` have to be asked for by name, since they need the extra `machine`."""

_moved.install()


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first asked for: nobody pays for what is not used."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name != "transitions":
            raise
        message = f"{name} needs the package transitions: pip install 'failover-fsm[machine]'"
        raise ModuleNotFoundError(message, name=error.name) from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
