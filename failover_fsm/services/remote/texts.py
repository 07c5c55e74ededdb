"""The text of `show failover exec`, written and read by one template (EXE-14)."""

from __future__ import annotations

from failover_fsm.services.remote.records import CommandMode, Mode, block_names
from failover_fsm.templates.template import Template, one_of

__all__ = ["EXEC_MODE", "mode_words"]

EXEC_MODE = Template("{role} unit Failover EXEC is at {mode} mode", {"role": one_of("Active", "Standby")})
"""The one line that the command prints."""


def mode_words(mode: CommandMode) -> str:
    """The words for a mode: `config`, or what kind of block it is; the chapter prints `interface sub-command`."""
    if mode.mode is Mode.CONFIG:
        return "config"
    words = {Mode.INTERFACE: "interface", Mode.ROUTER: "router"}
    return f"{words.get(mode.mode) or block_names(mode.block)[0]} sub-command"
