"""`conform`, `machine_for` and `make_suite` by their old meaning: for a pair they were imported from here until 0.2.

The first argument that tells a model from a pair decides. A pair goes to `failover_fsm.testing.pair`, with a
DeprecationWarning, until version 0.4.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.testing.kit.conformance import conform as conform_to_model
from failover_fsm.testing.kit.optional import loaded
from failover_fsm.testing.kit.suites import make_suite as make_suite_of_model

__all__ = ["PAIR", "conform", "machine_for", "make_suite", "warn_of"]

PAIR = "failover_fsm.testing.pair"


def warn_of(name: str, stacklevel: int) -> None:
    """Warns that a name of the pair's kit has another home."""
    message = f"failover_fsm.testing.{name} for a pair is now {PAIR}.{name}; the old name goes in version 0.4"
    warnings.warn(message, DeprecationWarning, stacklevel=stacklevel + 1)


def _for_pairs_too(function: Callable[..., Any], is_pair: Callable[..., bool]) -> Callable[..., Any]:
    """The function, with calls that are about a pair handed to the function of the same name of the pair's kit."""

    @wraps(function)
    def either(*arguments: Any, **named: Any) -> Any:
        if not is_pair(*arguments, **named):
            return function(*arguments, **named)
        warn_of(function.__name__, 2)
        return loaded(PAIR, function.__name__)(*arguments, **named)

    return either


def _is_config(adapter: Any = None, config: Any = None, *_: Any, **named: Any) -> bool:
    return isinstance(config, PairConfig)


def _is_system(transitions: Any = None, *_: Any, **named: Any) -> bool:
    return hasattr(transitions, "environment") and hasattr(transitions, "own_steps")


def _is_config_or_drawn(config: Any = None, *_: Any, model: Any = None, **named: Any) -> bool:
    return isinstance(config, PairConfig) or (config is None and model is None)


def _machine_for_model(*arguments: Any, **named: Any) -> Any:
    """A Hypothesis machine of a model; see `failover_fsm.testing.kit.stateful.machine_for`."""
    return loaded("failover_fsm.testing.kit.stateful", "machine_for")(*arguments, **named)


_machine_for_model.__name__ = "machine_for"
conform = _for_pairs_too(conform_to_model, _is_config)
make_suite = _for_pairs_too(make_suite_of_model, _is_system)
machine_for = _for_pairs_too(_machine_for_model, _is_config_or_drawn)
