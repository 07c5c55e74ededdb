"""The two inner loops of image computation compiled by numba, if it is installed; `images` has the numpy versions.

The model is data to them, so they are compiled once for all models and cached on disk. Importing numba takes longer
than many a search; the caller decides when that pays.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

__all__ = ["Kernels", "kernels"]

SHARES = 4
"""Parts per worker: entries with an empty source cost nothing, so parts of equal size are not equal work."""

SMALL = 1 << 12
"""Fewer entries than this are not distributed over threads."""


class Kernels:
    """The compiled loops. Arguments as `images.add_image` and `images.add_image_in_place`, with arrays for objects."""

    def __init__(self, numba: Any) -> None:
        compiled = numba.njit(cache=True, nogil=True)
        self.add_image: Callable[..., None] = compiled(_add_image)
        self.add_image_in_place: Callable[..., None] = compiled(_add_image_in_place)

    def shared(self, workers: int) -> Shared:
        """The same loops, run by `workers` threads."""
        return Shared(self, workers)


class Shared(Kernels):
    """The loops run by several threads. No two threads write to the same row, so the result is deterministic."""

    def __init__(self, single: Kernels, workers: int) -> None:
        self._single, self._workers = single, workers
        self.add_image = self._add_image_shared
        self.add_image_in_place = self._add_image_in_place_shared

    def _add_image_shared(self, rows: Any, flags: Any, source: Any, target: Any, group: Any, *others: Any) -> None:
        """Split the entries where the target changes; they are sorted by target."""
        cuts = np.searchsorted(target, target[self._cuts(len(target))])

        def add_image(part: slice) -> None:
            self._single.add_image(rows, flags, source[part], target[part], group[part], *others)

        self._run(add_image, cuts, len(target))

    def _add_image_in_place_shared(self, rows: Any, active: Any, *others: Any) -> None:
        cuts = self._cuts(len(active))
        self._run(lambda part: self._single.add_image_in_place(rows, active[part], *others), cuts, len(active))

    def _cuts(self, size: int) -> Any:
        parts = self._workers * SHARES if size >= SMALL else 1
        return np.arange(1, parts) * size // parts

    def _run(self, work: Callable[[slice], None], cuts: Any, size: int) -> None:
        ends = [0, *map(int, cuts), size]
        parts = [slice(begin, end) for begin, end in pairwise(ends) if begin < end]
        if len(parts) == 1:
            work(parts[0])
            return
        with ThreadPoolExecutor(self._workers) as pool:
            for done in [pool.submit(work, part) for part in parts]:
                done.result()


@cache
def kernels() -> Kernels | None:
    """The compiled loops, or None if numba is not installed or there is no memory to load it."""
    try:
        return Kernels(importlib.import_module("numba"))
    except (ImportError, MemoryError, OSError):
        return None


def _add_image(
    rows: Any,
    flags: Any,
    source: Any,
    target: Any,
    group: Any,
    first: Any,
    counts: Any,
    word: Any,
    applies: Any,
    up: Any,
    down: Any,
    goal: Any,
    after: Any,
) -> None:
    for entry in range(len(source)):
        place = source[entry]
        if not flags[place]:
            continue
        aim, begin = target[entry], first[group[entry]]
        for move in range(begin, begin + counts[group[entry]]):
            bits = rows[place, word[move]] & applies[move]
            if bits:
                after[aim, goal[move]] |= (bits << up[move]) >> down[move]


def _add_image_in_place(
    rows: Any, active: Any, bit_moves: Any, applies: Any, up: Any, down: Any, flip: Any, after: Any
) -> None:
    words = rows.shape[1]
    for place in active:
        for number in bit_moves:
            rise, fall, exchange = up[number], down[number], flip[number]
            for word in range(words):
                bits = rows[place, word] & applies[number, word]
                if bits:
                    after[place, word ^ exchange] |= (bits << rise) >> fall
