"""The two inner loops of image computation compiled by numba, if it is installed; `images` has the numpy versions.

The model is data to them, so they are compiled once for all models and cached on disk. Importing numba takes longer
than many a search; the caller decides when that pays.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

__all__ = ["Kernels", "kernels"]


class Kernels:
    """The compiled loops. Arguments as `images.add_image` and `images.add_image_in_place`, with arrays for objects."""

    def __init__(self, numba: Any) -> None:
        compiled = numba.njit(cache=True)
        self.add_image: Callable[..., None] = compiled(_add_image)
        self.add_image_in_place: Callable[..., None] = compiled(_add_image_in_place)


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
