"""The state of the routers of one virtual router, as frozen records."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import attrs

from failover_fsm.vrrp.settings import VrrpSettings

__all__ = ["KEEPALIVED", "Lan", "Router", "RouterState", "cold"]


class RouterState(enum.Enum):
    """The states of RFC 9568, section 6.3, and keepalived's FAULT."""

    INITIALIZE = "initialize"
    BACKUP = "backup"
    ACTIVE = "active"
    FAULT = "fault"


KEEPALIVED: Mapping[str, RouterState] = {
    "INIT": RouterState.INITIALIZE,
    "STOP": RouterState.INITIALIZE,
    "BACKUP": RouterState.BACKUP,
    "MASTER": RouterState.ACTIVE,
    "FAULT": RouterState.FAULT,
}
"""What keepalived's words for its states mean here; RFC 9568 renamed Master to Active."""


@attrs.frozen
class Router:
    """One router.

    Attributes:
        state: what it is for the virtual router.
        running: whether VRRP runs on it.
        port: whether its port is up.
        tracked: whether the object that it tracks is up.
        resigned: it heard a priority of 0 and nothing since: its timer is set to the skew time.
    """

    state: RouterState = RouterState.INITIALIZE
    running: bool = False
    port: bool = True
    tracked: bool = True
    resigned: bool = False


@attrs.frozen
class Lan:
    """The routers, and whether the trunk between their two switches is up."""

    routers: tuple[Router, ...]
    trunk: bool = True


def cold(settings: VrrpSettings) -> Lan:
    """The state in which VRRP runs nowhere and nothing is broken."""
    return Lan((Router(),) * len(settings.routers))
