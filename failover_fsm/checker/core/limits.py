"""The end of a search at a limit; and the arguments of both checkers that bound or report it, checked in advance."""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any

__all__ = ["LimitReached", "check_functions", "check_numbers", "check_seconds", "warn_of_workers"]


class LimitReached(BaseException):
    """A limit was reached while model code ran. Not an Exception, so that no rule mistakes it for an error of its own.

    Attributes:
        limit: the limit in words.
    """

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


def check_numbers(**numbers: Any) -> None:
    """Raise ValueError for an argument that is neither None nor a whole number of 1 or more."""
    for name, number in numbers.items():
        if number is not None and not (_is_whole(number) and number >= 1):
            raise ValueError(f"{name} must be a whole number, 1 or more, not {number!r}")


def check_seconds(**numbers: Any) -> None:
    """Raise ValueError for an argument that is neither None nor a number of seconds, 0 or more."""
    for name, number in numbers.items():
        if number is not None and not ((_is_whole(number) or isinstance(number, float)) and number >= 0):
            raise ValueError(f"{name} must be a number of seconds and not negative, not {number!r}")


def check_functions(**functions: Any) -> None:
    """Raise TypeError for an argument that is neither None nor a function."""
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"{name} must be a function, not {function!r}")


def warn_of_workers(stacklevel: int) -> None:
    """Warn that threads of a search are gone; `stacklevel` is 1 for the caller of this function."""
    message = "workers has no effect, since threads made no search faster; the argument goes in version 0.4"
    warnings.warn(message, DeprecationWarning, stacklevel=stacklevel + 1)


def _is_whole(number: object) -> bool:
    """Whether a value is a whole number, of numpy too; True is none."""
    return isinstance(number, Integral) and not isinstance(number, bool)
