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
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if debug:
            raise_in_full(error)
        else:
            say_in_one_line(error)
        return OUR_FAULT


def raise_in_full(error: Exception) -> None:
    """Prints the traceback of an error that is not the user's."""
    import traceback

    traceback.print_exception(error)


def say_in_one_line(error: Exception) -> None:
    """Prints an error that is not the user's: what it is, and how to see where."""
    from failover_fsm.config.values.printable import error_line

    kind = type(error).__name__
    print(error_line(f"failover-fsm: an error of its own: {kind}; {DEBUG} shows where: {error}"), file=sys.stderr)
