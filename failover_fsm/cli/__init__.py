"""The command line: `failover-fsm` and `python -m failover_fsm`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]

INTERRUPTED = 130
OUR_FAULT = 4
DEBUG = "--debug"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit status.

    0 all is as it should be, 1 a promise is violated, 2 bad input, 3 undecided, 4 an error in this program (one
    line; with `--debug` its traceback), 130 Ctrl-C. Everything else is imported in here, so that Ctrl-C meets this
    function from the first moment.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    debug = DEBUG in words
    try:
        from failover_fsm.cli.command_line import run

        return run([word for word in words if word != DEBUG])
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except Exception as error:
        if _interrupted(error):
            _complain("interrupted")
            return INTERRUPTED
        if debug:
            _print_traceback(error)
        else:
            _complain(f"failover-fsm: an error of its own: {type(error).__name__}; {DEBUG} shows where: {error}")
        return OUR_FAULT


def _interrupted(error: BaseException) -> bool:
    """Whether Ctrl-C is behind an error: creating a class, as imports do, wraps it in a RuntimeError."""
    seen: list[BaseException] = []
    left: list[BaseException | None] = [error]
    while left:
        each = left.pop()
        if isinstance(each, KeyboardInterrupt):
            return True
        if each is not None and each not in seen:
            seen.append(each)
            left += [each.__cause__, each.__context__]
    return False


def _print_traceback(error: Exception) -> None:
    """Prints the traceback of an error that is not the user's."""
    import traceback

    from failover_fsm.commands.files import to_stderr

    to_stderr("".join(traceback.format_exception(error)))


def _complain(line: str) -> None:
    from failover_fsm.commands.files import complain

    complain(line)
