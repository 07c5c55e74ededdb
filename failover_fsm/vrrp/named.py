"""Models without arguments, to be named on the command line: `failover-fsm model check failover_fsm.vrrp:pair`."""

from __future__ import annotations

from failover_fsm.vrrp.protocol import Vrrp
from failover_fsm.vrrp.settings import RouterSettings, VrrpSettings

__all__ = ["keepalived_pair", "pair", "pair_without_preempt", "three"]


def pair() -> Vrrp:
    """Two routers at two switches, of priority 150 and 100, that preempt."""
    return Vrrp(VrrpSettings.pair())


def pair_without_preempt() -> Vrrp:
    """The same pair, in which nobody is pushed out."""
    return Vrrp(VrrpSettings.pair(preempt=False))


def keepalived_pair() -> Vrrp:
    """The pair without preempt as keepalived runs it: a router whose port is down is in FAULT."""
    return Vrrp(VrrpSettings.pair(preempt=False, fault=True))


def three() -> Vrrp:
    """Three routers of priority 120, 110 and 100 that preempt, the first at one switch, the others at the other."""
    routers = (RouterSettings(priority=priority, switch=min(at, 1)) for at, priority in enumerate((120, 110, 100)))
    return Vrrp(VrrpSettings(routers=tuple(routers)))
