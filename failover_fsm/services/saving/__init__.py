"""What is saved where: running and startup configurations by unit and context (SYN-9 to SYN-14, SYN-17, CFG-22)."""

from failover_fsm.services.saving.happenings import FileCopied, ServerFound, ServerLost
from failover_fsm.services.saving.machine import SavingMachine
from failover_fsm.services.saving.records import Copy, Saving, Space, Spaces

__all__ = ["Copy", "FileCopied", "Saving", "SavingMachine", "ServerFound", "ServerLost", "Space", "Spaces"]
