"""Modules that draw examples need Hypothesis, which is an extra; an import of them says so where it is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["loaded"]


def loaded(module: str, name: str) -> Any:
    """A name of a module that may need Hypothesis.

    Raises:
        ModuleNotFoundError: If Hypothesis is missing; it says how to install it.
    """
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise ModuleNotFoundError(
            f"{name} draws examples with Hypothesis, which is not installed: pip install 'failover-fsm[test]'",
            name=error.name,
        ) from None
