"""How far a command is: one line on stderr, on a terminal only, which is gone when the command goes on.

A thread writes the line, so that it moves on while nothing is counted, too: how long it takes already, how much is
done, how fast, and about how long the rest takes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Self, TypeVar

import attrs

from failover_fsm.checker import Progress as Reached
from failover_fsm.commands.files import progress_is_shown, progress_width, show_progress
from failover_fsm.text.layout import WIDTH, cut, display_width

__all__ = ["Progress"]

T = TypeVar("T")

PATIENCE = 0.5
"""Seconds before there is a line: what is done by then needs none."""

AGAIN = 0.25
"""Seconds after which the line is written again."""

LEAST_NAMED = 12
"""The columns that a name has at least."""

SURE = 2.0
"""Seconds after which the past is long enough to tell the future from."""


@attrs.define
class Progress:
    """The line while a command works, as a context manager; inside of another one it takes its place meanwhile.

    Attributes:
        what: What is being done, as in `drawing page.html`.
        things: What is counted, in the plural; empty if nothing is.
        total: How many there are; None where that is not known.
        done: How many are done.
        note: What else there is to say.
        rate: How many are done in a second now; None for that from the beginning on.
    """

    what: str
    things: str = ""
    total: int | None = None
    done: int = 0
    note: str = ""
    rate: float | None = None
    _last: float = attrs.field(default=0.0, init=False)
    _began: float = attrs.field(factory=time.monotonic, init=False)
    _over: threading.Event = attrs.field(factory=threading.Event, init=False)
    _thread: threading.Thread | None = attrs.field(default=None, init=False)
    _outer: Progress | None = attrs.field(default=None, init=False)

    def __enter__(self) -> Self:
        if progress_is_shown():
            self._outer = _shown[0]
            _shown[0] = self
            self._thread = threading.Thread(target=self._write, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread is not None:
            self._over.set()
            self._thread.join()
            _shown[0] = self._outer
            show_progress()

    def now(self, what: str, things: str = "", total: int | None = None) -> None:
        """Goes on with something else, which is counted from none."""
        self.what, self.things, self.total = what, things, total
        self.done, self.note, self.rate, self._began = 0, "", None, time.monotonic()

    def at(self, done: int, total: int | None = None) -> None:
        """So many are done, of so many; the total stays where none is given."""
        self.done, self.total = done, self.total if total is None else total

    def over(self, items: Iterable[T]) -> Iterator[T]:
        """Counts the items as they come."""
        for item in items:
            yield item
            self.done += 1

    def reached(self) -> Callable[[Reached], None] | None:
        """A function for the progress of a checker; None where nothing is shown."""
        return self._take if self._thread is not None else None

    def _take(self, now: Reached) -> None:
        self.rate = (now.states - self.done) / passed if (passed := now.seconds - self._last) > 0 else 0.0
        self.things, self.done, self._last = "states", now.states, now.seconds
        memory = f", {now.memory / (1 << 20):,.0f} MB" if now.memory else ""
        self.note = f"{now.frontier:,} waiting, depth {now.depth}{memory}"
        self._show()

    def limited(self, seconds: float, things: str) -> Callable[[int], None]:
        """A function that takes how many things a search has looked at, and ends it when its time is over.

        Args:
            seconds: From now on; the function raises TimeoutError then.
            things: What is counted, in the plural.
        """
        end = time.monotonic() + seconds
        self.things = things

        def check(count: int) -> None:
            if time.monotonic() > end:
                raise TimeoutError(f"{seconds:g} s are over")
            self.done = count

        return check

    # -- the line ------------------------------------------------------------------------------------

    def _write(self) -> None:
        wait = PATIENCE
        while not self._over.wait(wait):
            wait = AGAIN
            self._show()

    def _show(self) -> None:
        if _shown[0] is self:
            show_progress(self.line(time.monotonic() - self._began, progress_width()))

    def line(self, seconds: float, width: int = WIDTH) -> str:
        """The line after so many seconds; where it is wider than the terminal, the name of what is done is cut."""
        rate = self.rate if self.rate is not None else self.done / seconds if seconds > 0 else 0.0
        parts = []
        if self.things and (self.done or self.total is not None):
            of_all = "" if self.total is None else f" of {self.total:,}"
            parts.append(f"{self.done:,}{of_all} {self.things}")
            parts.append(f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s")
        parts += [self.note] if self.note else []
        parts.append(f"{seconds:,.0f} s")
        if self.total is not None and self.done and rate and seconds >= SURE:
            parts.append(f"about {max(self.total - self.done, 0) / rate:,.0f} s more")
        rest = ", ".join(parts)
        room = max(width - len(rest) - 2, LEAST_NAMED)
        what = self.what if display_width(self.what) <= room else f"{cut(self.what, room - 3)}..."
        return f"{what}: {rest}"


_shown: list[Progress | None] = [None]
"""The progress whose line is shown."""
