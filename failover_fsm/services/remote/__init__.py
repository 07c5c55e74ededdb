"""Remote commands: `failover exec` over the terminal sessions of both units (EXE-1 to EXE-24)."""

from failover_fsm.services.remote.exec_machine import ExecMachine, Writer, software_supports
from failover_fsm.services.remote.records import Sessions, prompt
from failover_fsm.services.remote.typed import Typed

__all__ = ["ExecMachine", "Sessions", "Typed", "Writer", "prompt", "software_supports"]
