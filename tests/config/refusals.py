"""What a record refuses, held against what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from failover_fsm.config.values.field_values import ValueNotAllowed

__all__ = ["assert_refused"]


def assert_refused(record: Callable[..., Any], fields: Mapping[str, Any], what: str, allowed: str) -> None:
    """The record refuses these fields: it says first what is wrong, and somewhere what is allowed."""
    with pytest.raises(ValueNotAllowed) as caught:
        record(**fields)
    assert caught.value.what.startswith(what) and allowed in caught.value.allowed
