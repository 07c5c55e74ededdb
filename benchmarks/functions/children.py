"""Work in forked processes, each with a limit of its own."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import resource
import selectors
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any

__all__ = ["TOO_LONG", "apart", "in_child", "spread", "spreading"]

TOO_LONG = "too long"
"""What comes of work that is ended for its time."""

WAITS = 3
"""So many times its processor seconds a child may take by the clock: it may wait for what never comes."""

MEMORY = 3 << 30
"""Bytes of addresses that a child may have."""


def in_child(work: Callable[[], Any], seconds: float) -> Any:
    """What the work returns in a forked child; an exception of it is returned as `error: TYPE`.

    Args:
        work: What is done; what it returns is pickled.
        seconds: Processor seconds after which the child is ended, at least 1; then TOO_LONG is returned. So is one
            that waits for WAITS times as long.
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
        most = resource.getrlimit(resource.RLIMIT_CPU)[1]
        if most != resource.RLIM_INFINITY:  # the child of a child has no more than that
            limit = min(limit, most - 5)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(WAITS * limit)
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


def _end_with_parent() -> None:
    """Has this process ended where the one that forked it ends; on Linux only."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


PR_SET_PDEATHSIG = 1
"""Of <sys/prctl.h>."""


def apart(work: Callable[[], None]) -> None:
    """Does the work in a child, so that this process has imported nothing of what it imports; ends with it if it fails.

    What the work prints is printed.
    """
    child = os.fork()
    if child == 0:
        status = 1
        _end_with_parent()
        try:
            work()
            status = 0
        except Exception:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit("the process that tries mistakes in imported functions has failed")


def spread(items: Sequence[Any], work: Callable[[Any], Any], processes: int) -> list[Any]:
    """What the work returns for each item, in order, done by several forked processes; see `spreading`."""
    found = dict(spreading(items, work, processes))
    return [found[index] for index in range(len(items)) if index in found]


def spreading(items: Sequence[Any], work: Callable[[Any], Any], processes: int) -> Iterator[tuple[int, Any]]:
    """The position of each item and what the work returns for it, as soon as it is known.

    Each process takes the next item as soon as it is done with one. An item whose process ends in an error is left out.
    """
    turns, turned = os.pipe()
    os.write(turned, b"".join(index.to_bytes(4, "big") for index in range(len(items))[:ROOM_OF_PIPE]))
    assert len(items) <= ROOM_OF_PIPE, "more items than a pipe holds"
    os.close(turned)
    pipes: dict[int, int] = {}
    for _ in range(min(processes, len(items))):
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reads)
            _serve(items, work, turns, writes)
        os.close(writes)
        pipes[reads] = child
    os.close(turns)
    yield from _received(pipes)


ROOM_OF_PIPE = 16_000
"""So many positions of four bytes a pipe holds."""


def _serve(items: Sequence[Any], work: Callable[[Any], Any], turns: int, writes: int) -> None:
    """Never returns."""
    try:
        _end_with_parent()
        with open(writes, "wb") as pipe:
            while turn := os.read(turns, 4):
                index = int.from_bytes(turn, "big")
                content = pickle.dumps((index, work(items[index])))
                pipe.write(len(content).to_bytes(8, "big") + content)
                pipe.flush()
    finally:
        os._exit(0)


def _received(pipes: dict[int, int]) -> Iterator[tuple[int, Any]]:
    with selectors.DefaultSelector() as waiting:
        for pipe in pipes:
            waiting.register(pipe, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select():
                head = os.read(key.fd, 8)
                if head:
                    yield pickle.loads(_whole(key.fd, int.from_bytes(head, "big")))
                else:
                    waiting.unregister(key.fd)
                    os.waitpid(pipes[key.fd], 0)
                    os.close(key.fd)


def _whole(file: int, length: int) -> bytes:
    content = b""
    while len(content) < length:
        more = os.read(file, length - len(content))
        if not more:
            raise EOFError("a process ended in the middle of what it told")
        content += more
    return content
