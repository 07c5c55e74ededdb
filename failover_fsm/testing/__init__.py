"""The test kit: does a system behave as a model allows, and do models and pairs keep their promises on random walks?

`failover_fsm.testing.kit` is for any model of `failover_fsm.checker`; its names are here. `failover_fsm.testing.pair` is
the kit for an ASA pair, built on it. See docs/howto/testing.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from failover_fsm.testing.kit.adapter import Act, Adapter, AdapterError, NothingObserved, Restless
    from failover_fsm.testing.kit.conformance import Conformity, conform, replay
    from failover_fsm.testing.kit.coverage import Floor, FloorNotReached
    from failover_fsm.testing.kit.disagreement import Disagreement

_HOMES = {
    "kit.adapter": ("Act", "Adapter", "AdapterError", "NothingObserved", "Restless"),
    "kit.conformance": ("Conformity", "conform", "replay"),
    "kit.coverage": ("Floor", "FloorNotReached"),
    "kit.disagreement": ("Disagreement",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Act",
    "Adapter",
    "AdapterError",
    "Conformity",
    "Disagreement",
    "Floor",
    "FloorNotReached",
    "NothingObserved",
    "Restless",
    "conform",
    "replay",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
