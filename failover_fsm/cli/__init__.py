"""The command line: `failover-fsm` and `python -m failover_fsm`."""

from failover_fsm.cli.command_line import main

__all__ = ["main"]
