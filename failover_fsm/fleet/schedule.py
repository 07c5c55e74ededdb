"""The work on a fleet, handed out: one search for each structure, then one row for each pair."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

import attrs

from failover_fsm.assessment.protocol import Protocol as Promises
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.fleet.pairs import Pair
from failover_fsm.fleet.row import FAILED, Row
from failover_fsm.fleet.software import software_digest
from failover_fsm.fleet.work import Examined, Failure, attempt, examine, search

__all__ = ["Here", "Workers", "WorkersError", "run_fleet"]

OTHER_SOFTWARE = "the worker runs another version of failover-fsm; allowed: the same everywhere"


class WorkersError(Exception):
    """Workers that cannot be used, or are gone; `str` is one line with what is wrong and what is allowed."""


class Workers(Protocol):
    """Whoever does the work: this process, others on this machine, or other machines."""

    at_once: int
    """The most pieces of work that are handed out and not finished; it bounds the texts in memory."""

    def submit(self, number: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        """Hands out a piece of work under a number."""

    def finished(self) -> Iterator[tuple[int, Any]]:
        """Waits for a piece of work that is finished; gives the number and the result, or a Failure, of each.

        What is lost, because its worker died, is handed out again a few times before it is a Failure.
        """


class Here:
    """This process does the work, piece by piece."""

    at_once = 1

    def __init__(self) -> None:
        self._results: list[tuple[int, Any]] = []

    def submit(self, number: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        """Does the work at once."""
        self._results.append((number, attempt(function, *arguments)))

    def finished(self) -> Iterator[tuple[int, Any]]:
        """The results since it was asked last."""
        found, self._results = self._results, []
        yield from found


@attrs.frozen
class _Task:
    """A search for the structure of a pair, or the examination of the pair itself."""

    pair: Pair
    searches: bool


class _Run:
    """The state of a run: what is waiting, and what is known of the structures."""

    def __init__(
        self,
        pairs: Iterable[Pair],
        known: Callable[[Pair], Promises | None],
        learned: Callable[[Pair, Promises], object],
        done: Callable[[Examined], object],
        time_limit: float | None,
    ) -> None:
        self._learned, self._done, self._time_limit = learned, done, time_limit
        self._promises: dict[str, Promises] = {}
        self._waiting: dict[str, list[Pair]] = {}
        self.ready: deque[_Task] = deque()
        searches: list[_Task] = []
        for pair in pairs:
            structure = pair.structure
            if structure is None or structure in self._promises:
                self.ready.append(_Task(pair, searches=False))
            elif structure in self._waiting:
                self._waiting[structure].append(pair)
            elif (promises := known(pair)) is not None:
                self._promises[structure] = promises
                self.ready.append(_Task(pair, searches=False))
            else:
                self._waiting[structure] = [pair]
                searches.append(_Task(pair, searches=True))
        self.ready.extend(sorted(searches, key=lambda task: -task.pair.units[0].groups))

    def call(self, task: _Task) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The function of a task with its arguments.  Raises ConfigError if a file cannot be read."""
        texts = task.pair.texts()
        if task.searches:
            return search, (texts, self._time_limit)
        structure = task.pair.structure
        return examine, (texts, None if structure is None else self._promises[structure])

    def take(self, task: _Task, result: Any) -> None:
        """Takes the result of a task; pairs that waited for a structure come next, so that their rows are kept soon."""
        if not isinstance(result, Failure) and result.software != software_digest():
            result = Failure(OTHER_SOFTWARE)
        structure = task.pair.structure
        if not task.searches:
            self._done(_failed(task.pair, result.reason) if isinstance(result, Failure) else result)
            return
        assert structure is not None
        waited = self._waiting.pop(structure)
        if isinstance(result, Failure):
            for pair in waited:
                self._done(_failed(pair, result.reason))
            return
        self._promises[structure] = result.protocol
        self._learned(task.pair, result.protocol)
        self.ready.extendleft(_Task(pair, searches=False) for pair in reversed(waited))


def run_fleet(
    pairs: Iterable[Pair],
    workers: Workers,
    *,
    known: Callable[[Pair], Promises | None] = lambda pair: None,
    learned: Callable[[Pair, Promises], object] = lambda pair, promises: None,
    done: Callable[[Examined], object],
    time_limit: float | None = None,
) -> None:
    """Examines pairs; the promises of pairs with the same structure are searched once.

    Args:
        pairs: The pairs; those with an error become failed rows at once.
        workers: Whoever does the work.
        known: The promises of a pair's structure from an earlier run, None if there are none.
        learned: Called with the promises of a structure that was searched.
        done: Called with each finished pair, once for each.
        time_limit: Seconds after which a search stops, undecided.

    Raises:
        WorkersError: If the workers are gone before everything is done.
    """
    run = _Run(_usable(pairs, done), known, learned, done, time_limit)
    under_way: dict[int, _Task] = {}
    number = 0
    while run.ready or under_way:
        while run.ready and len(under_way) < workers.at_once:
            task, number = run.ready.popleft(), number + 1
            try:
                function, arguments = run.call(task)
            except ConfigError as error:
                run.take(task, Failure(str(error)))
                continue
            under_way[number] = task
            workers.submit(number, function, arguments)
        for finished, result in workers.finished() if under_way else ():
            if (found := under_way.pop(finished, None)) is not None:
                run.take(found, result)


def _usable(pairs: Iterable[Pair], done: Callable[[Examined], object]) -> Iterator[Pair]:
    """The pairs without an error; the others are done."""
    for pair in pairs:
        if pair.error:
            done(_failed(pair, pair.error))
        else:
            yield pair


def _failed(pair: Pair, reason: str) -> Examined:
    """The row of a pair that could not be examined."""
    row = Row(
        name=pair.name, host=pair.host, files=pair.files, digest=pair.digest, verdict=FAILED,
        reason=_without_paths(reason.split("\n")[-1], pair.files),
    )  # fmt: skip
    return Examined(row=row)


def _without_paths(reason: str, files: Sequence[str]) -> str:
    """A sentence without the file that the row is of; other files keep their names."""
    for place, file in enumerate(files):
        own = "" if place == 0 else f"{os.path.basename(file)}, "
        line = f"{own}line ".replace("\\", r"\\")
        reason = re.sub(rf"{re.escape(file)}:(\d+): ", rf"{line}\1: ", reason)
        reason = reason.replace(f"{file}: ", own and f"{own[:-2]}: ")
    return reason
