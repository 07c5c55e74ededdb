"""Processes of this machine that work on a fleet; one that dies is replaced, and its work handed out again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any

from failover_fsm.fleet import work
from failover_fsm.fleet.work import Failure, attempt

__all__ = ["Processes"]

MOST_TRIES = 2
"""How often a piece of work is handed out before its workers' deaths are held against it."""

START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


class _Worker:
    """A process with the pipe to it, and what it works on."""

    def __init__(self) -> None:
        context: Any = multiprocessing.get_context(START)
        if START == "forkserver":  # what every worker needs is imported once
            context.set_forkserver_preload([work.__name__])
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.job: tuple[int, Callable[..., Any], tuple[Any, ...], int] | None = None

    def begin(self, number: int, function: Callable[..., Any], arguments: tuple[Any, ...], tries: int) -> None:
        """Gives it work; one that is dead already is found out when its result is waited for."""
        self.job = number, function, arguments, tries
        try:
            self.pipe.send((function, arguments))
        except OSError:
            self.process.kill()

    def end(self) -> None:
        """Ends the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Processes:
    """A context manager with so many worker processes; none is left when it is closed, or when this process dies."""

    def __init__(self, count: int) -> None:
        self.at_once = count
        self._workers: list[_Worker] = []

    def __enter__(self) -> Processes:
        self._workers = [_Worker() for _ in range(self.at_once)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._workers:
            each.end()

    def submit(self, number: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        """Gives a piece of work to an idle worker; there is one as long as `at_once` is kept."""
        idle = next(each for each in self._workers if each.job is None)
        idle.begin(number, function, arguments, tries=1)

    def finished(self) -> Iterator[tuple[int, Any]]:
        """Waits until a worker has finished, or has died too often over the same work."""
        busy = {each.pipe: each for each in self._workers if each.job is not None}
        for pipe in wait(list(busy)):
            assert isinstance(pipe, Connection)
            worker = busy[pipe]
            assert worker.job is not None
            number, function, arguments, tries = worker.job
            try:
                result = pipe.recv()
            except (EOFError, OSError):
                worker = self._replaced(worker)
                if tries < MOST_TRIES:
                    worker.begin(number, function, arguments, tries + 1)
                    continue
                result = Failure(f"its worker process ended {tries} times; was there too little memory?")
            worker.job = None
            yield number, result

    def _replaced(self, dead: _Worker) -> _Worker:
        dead.end()
        place = self._workers.index(dead)
        self._workers[place] = _Worker()
        return self._workers[place]


def _serve(pipe: Connection) -> None:
    """A worker: does what comes through the pipe until the other end is closed. Ctrl-C is for the one who asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            function, arguments = pipe.recv()
            pipe.send(attempt(function, *arguments))
        except (EOFError, OSError):
            return


def _end_with_parent() -> None:
    """Ends this process when the one that started it is gone, also in the middle of a search."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
