"""Asymmetric routing: packets that come back to the unit that has no session for them (ASR-1 to ASR-15)."""

from failover_fsm.services.asymmetric.asr_machine import AsrMachine
from failover_fsm.services.asymmetric.events import PacketArrived, SessionEnded, SessionOpened
from failover_fsm.services.asymmetric.records import Fate, Protocol, Session, Traffic

__all__ = ["AsrMachine", "Fate", "PacketArrived", "Protocol", "Session", "SessionEnded", "SessionOpened", "Traffic"]
