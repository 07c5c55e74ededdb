"""The answers that functions of a model and of properties may give, and where in the user's code an error arose."""

from __future__ import annotations

import re
from functools import partial
from types import FrameType

__all__ = ["FAULTS", "AnswerError", "described", "file_name", "line_of", "place_of", "truth", "without_addresses"]

OWN = (
    "failover_fsm.records",
    "failover_fsm.checker",
    "attr",
    "attrs",
    "copy",
    "functools",
    "importlib",
)
"""Modules whose lines are not shown: what the user wrote is called by them, or calls them."""

FAULTS = (Exception, SystemExit)
"""What of the user's code is an error of a model: `sys.exit()` too, which would end the process without a verdict."""


class AnswerError(TypeError):
    """A predicate or a rule returned something that is neither true nor false."""


def truth(answer: object) -> bool:
    """An answer as a truth value: True, False, a numpy boolean, 0 or 1.

    Raises AnswerError for anything else. A generator is always true, a function that forgot to return gives None:
    taken for an answer both would hide a violation.
    """
    if answer is True or answer is False:
        return answer is True
    kind = type(answer)
    if kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_"):
        return bool(answer)
    if isinstance(answer, int) and answer in (0, 1):
        return answer == 1
    text = "nothing (None)" if answer is None else f"{_shortened(answer)} ({kind.__name__})"
    raise AnswerError(f"it returned {text}; allowed: True, False, 0, 1")


def without_addresses(text: str) -> str:
    """A message without the addresses of objects, which differ each time the message is made."""
    return re.sub(r" at 0x[0-9A-Fa-f]+", " at 0x...", text)


def _shortened(answer: object) -> str:
    text = repr(answer)
    return text if len(text) <= 80 else f"{text[:77]}..."


def described(error: BaseException, function: object = None) -> str:
    """An error of the user's code in a message: its class, its text, and the line, or else where `function` begins."""
    try:
        text = str(error)
    except Exception:  # its own __str__ fails
        text = "it has no text"
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"{what}{line_of(error) or place_of(function)}"


def line_of(error: BaseException) -> str:
    """Where in the user's code an error arose, as " (model.py:12)"; empty where no line of it was running."""
    found = ""
    step = error.__traceback__
    while step is not None:
        if not _is_own(step.tb_frame):
            found = f" ({file_name(step.tb_frame.f_code.co_filename)}:{step.tb_lineno})"
        step = step.tb_next
    return found


def place_of(function: object) -> str:
    """Where a function begins, as " (model.py:12)"; empty where that is not known."""
    while isinstance(function, partial):
        function = function.func
    code = getattr(function, "__code__", None)
    return "" if code is None else f" ({file_name(code.co_filename)}:{code.co_firstlineno})"


def file_name(path: str) -> str:
    """The last part of a path, of Windows too."""
    return path.replace("\\", "/").rpartition("/")[2]


def _is_own(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__", ""))
    written = frame.f_code.co_filename
    return written.startswith("<attrs generated") or any(name == own or name.startswith(f"{own}.") for own in OWN)
