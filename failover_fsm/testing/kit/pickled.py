"""Errors with arguments of their own that can be pickled: workers of a test runner hand them over."""

from __future__ import annotations

from typing import Any

__all__ = ["Pickled"]


class Pickled(BaseException):
    """An error that is made again from its message and attributes, not by calling its class with the message."""

    def __reduce__(self) -> tuple[Any, ...]:
        """What pickle makes it from."""
        return _made_again, (type(self), self.args), self.__dict__


def _made_again(kind: type[Pickled], arguments: tuple[Any, ...]) -> Pickled:
    return kind.__new__(kind, *arguments)
