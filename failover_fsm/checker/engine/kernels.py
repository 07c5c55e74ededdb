"""The two inner loops compiled by numba, where it is installed; the numpy versions are in `flow`.

The model is data to them, so they are compiled once for all models and kept on disk.
Importing numba takes longer than many a search: whoever asks for the kernels decides when
that pays.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

__all__ = ["Kernels", "kernels"]


class Kernels:
    """The compiled loops.  Arguments as in `flow.push` and `flow.push_in_place`, with arrays for objects."""

    def __init__(self, numba: Any) -> None:
        compiled = numba.njit(cache=True, nogil=True)
        self.push = compiled(_push)
        self.push_in_place = compiled(_push_in_place)


@cache
def kernels() -> Kernels | None:
    """The compiled loops, or None where numba is not installed."""
    try:
        return Kernels(importlib.import_module("numba"))
    except ImportError:
        return None


def _push(rows, flags, source, target, op, applies, up, down, flip, after):  # type: ignore[no-untyped-def]  # for numba
    words = rows.shape[1]
    for entry in range(len(source)):
        place = source[entry]
        if not flags[place]:
            continue
        number, goal = op[entry], target[entry]
        rise, fall, exchange = up[number], down[number], flip[number]
        for word in range(words):
            bits = rows[place, word] & applies[number, word]
            if bits:
                after[goal, word ^ exchange] |= (bits << rise) >> fall


def _push_in_place(rows, active, everywhere, applies, up, down, flip, after):  # type: ignore[no-untyped-def]  # for numba
    words = rows.shape[1]
    for place in active:
        for number in everywhere:
            rise, fall, exchange = up[number], down[number], flip[number]
            for word in range(words):
                bits = rows[place, word] & applies[number, word]
                if bits:
                    after[place, word ^ exchange] |= (bits << rise) >> fall
