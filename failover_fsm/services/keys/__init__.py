"""The failover key of a pair: entered on one unit, on both, in operation or with failover off (KEY-3, KEY-4, KEY-8)."""

from failover_fsm.services.keys.key_machine import KeyMachine
from failover_fsm.services.keys.records import KeyEntered, KeyRemoved, Keys, Talk

__all__ = ["KeyEntered", "KeyMachine", "KeyRemoved", "Keys", "Talk"]
