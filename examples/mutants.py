"""Seven daemons with one mistake each, made the way people make them."""

from __future__ import annotations

from daemons import Daemon, Port


class WrongTieBreak(Daemon):
    """Of two units that boot together the secondary becomes active."""

    def goes_first(self, other: str) -> bool:
        return self.name == "secondary" if self.mode == other else super().goes_first(other)


class NoHoldReset(Daemon):
    """A hello does not start the hold time again, only the first one does."""

    def heard_on(self, channel: str) -> None:
        self.ages.setdefault(channel, 0)


class PreemptLoop(Daemon):
    """A unit that is ready asks for the active role, whoever it is."""

    def stand_by(self, other: str, before: str) -> None:
        super().stand_by(other, before)
        if self.mode == "standby" and other == "active" and self.channel == "link":
            self.send("failover link", "ask")


class ForgetsFailed(Daemon):
    """A failed unit calls itself ready again at the next poll, whatever its interfaces."""

    def health(self) -> str:
        return "standby"


class IgnoresSuspension(Daemon):
    """Hands over on a data interface while the failover link is down."""

    def may_hand_over(self) -> bool:
        return True


class NeverYields(Daemon):
    """After a split both units stay active."""

    def yields(self) -> bool:
        return False


class CountsUnknown(Daemon):
    """An interface that is silent on both units counts as failed."""

    def port_failed(self, name: str, port: Port) -> bool:
        return not port.up or not port.receives


MUTANTS: dict[str, type[Daemon]] = {
    "wrong tie-break": WrongTieBreak,
    "no hold reset": NoHoldReset,
    "preempt loop": PreemptLoop,
    "forgets failed state": ForgetsFailed,
    "fails over with the link down": IgnoresSuspension,
    "keeps both active after a split": NeverYields,
    "counts Unknown": CountsUnknown,
}
"""The mistakes by name."""
