"""The lines on a unit's console while a configuration is replicated: printed for the steps of a run, and read."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.device.form import Entry, TextForm, UnreadLine, line
from failover_fsm.pair.states import Phase, Unit
from failover_fsm.templates.template import Field
from failover_fsm.text.story import RecordedStep

__all__ = ["FORM", "SENDING", "ConsoleText", "console_lines", "read_console"]

_STOP = Field(r"\.")

FORM = TextForm((
    line("sending", "Beginning configuration replication: Sending to mate.", "SYN-4",
         also=("Beginning configuration replication[[: Sending]] to mate[[{stop}]]",), stop=_STOP),
    line("sent", "End Configuration Replication to mate", "SYN-4", also=("End Configuration Replication to mate.",)),
    line("detected", "Detected an Active mate", also=("[[{check} ]]detected an Active mate[[{stop}]]",),
         check=Field("(?i:state check)"), stop=_STOP),
    line("receiving", "Beginning configuration replication from mate.",
         also=("Beginning configuration replication from mate",)),
    line("received", "End configuration replication from mate.", also=("End configuration replication from mate",)),
    line("standby", "Switching to Standby", also=("Switching to Standby.",)),
    line("active", "Switching to Active", also=("Switching to Active.",)),
))  # fmt: skip
"""The lines. The first two stand on the unit that sends, the next three on the one that receives."""

SENDING = ("sending", "sent")


@attrs.frozen(kw_only=True)
class ConsoleText:
    """The keys of the lines that were found, with their numbers in the text, and the lines that no template reads."""

    found: tuple[tuple[int, str], ...] = ()
    unread: tuple[UnreadLine, ...] = ()


def console_lines(step: RecordedStep) -> Iterator[tuple[Unit, str]]:
    """The lines that a step puts on the consoles, each with its unit: replication begins and ends with Sync Config.

    A replication that is cut short has no last line.
    """
    for receiver in Unit:
        old, new = step.before.unit(receiver).phase, step.after.unit(receiver).phase
        if old is Phase.NEGOTIATION and new is Phase.COLD_STANDBY:
            yield receiver, _text("detected")
        if new is Phase.SYNC_CONFIG and old is not Phase.SYNC_CONFIG:
            yield receiver.peer, _text("sending")
            yield receiver, _text("receiving")
        if old is Phase.SYNC_CONFIG and new is Phase.SYNC_FILE_SYSTEM:
            yield receiver.peer, _text("sent")
            yield receiver, _text("received")


def _text(key: str) -> str:
    return FORM.write([Entry(key)]).rstrip("\n")


def read_console(text: str) -> ConsoleText:
    """The lines of a console that are known; all its other lines are in `unread`."""
    entries, unread = FORM.read(text)
    return ConsoleText(found=tuple((entry.number, entry.key) for entry in entries), unread=unread)
