"""Work in forked processes, each with a limit of its own."""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
from collections.abc import Callable
from typing import Any

__all__ = ["TOO_LONG", "in_child"]

TOO_LONG = "too long"
"""What comes of work that is ended for its time."""

MEMORY = 3 << 30
"""Bytes of addresses that a child may have."""


def in_child(work: Callable[[], Any], seconds: float) -> Any:
    """What the work returns in a forked child; an exception of it is returned as `error: TYPE`.

    Args:
        work: What is done; what it returns is pickled.
        seconds: Processor seconds after which the child is ended, at least 1; then TOO_LONG is returned.
    """
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        _work(work, writes, seconds)
    os.close(writes)
    with open(reads, "rb") as pipe:
        content = pipe.read()
    _, status = os.waitpid(child, 0)
    if content and os.waitstatus_to_exitcode(status) == 0:
        return pickle.loads(content)
    return TOO_LONG if os.waitstatus_to_exitcode(status) < 0 else f"error: exit {os.waitstatus_to_exitcode(status)}"


def _work(work: Callable[[], Any], writes: int, seconds: float) -> None:
    """Never returns."""
    try:
        limit = max(1, round(seconds))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        null = os.open(os.devnull, os.O_RDWR)
        for each in (0, 1, 2):
            os.dup2(null, each)
        try:
            found = work()
        except BaseException as error:
            found = f"error: {type(error).__name__}"
        with contextlib.suppress(BaseException), open(writes, "wb") as pipe:
            pickle.dump(found, pipe)
    finally:
        os._exit(0)
