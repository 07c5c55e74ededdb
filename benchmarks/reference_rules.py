"""The states and rules of the reference model: plain functions of a draft that answer whether they were possible."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import attrs

__all__ = ["Boot", "Group", "Port", "Ports", "Role", "State", "Timer", "Unit", "Via", "rules"]


class Boot(enum.Enum):
    """How far a unit has come since power-on."""

    DOWN = "down"
    NEG = "negotiating"
    SYNC = "synchronising"
    READY = "ready"


class Role(enum.Enum):
    """What a unit does in one group."""

    STBY = "standby"
    ACT = "active"
    FAIL = "failed"


class Via(enum.Enum):
    """How a unit hears its peer."""

    NONE = "not at all"
    LINK = "failover link"
    DATA = "data interfaces"


@attrs.frozen
class Group:
    """One group on one unit."""

    role: Role = Role.FAIL


@attrs.frozen
class Unit:
    """One unit of the pair."""

    power: bool = False
    boot: Boot = Boot.DOWN
    via: Via = Via.NONE
    groups: tuple[Group, ...] = (Group(), Group())

    @property
    def alive(self) -> bool:
        """Powered and booted far enough to send hellos."""
        return self.power and self.boot is not Boot.DOWN

    @property
    def ready(self) -> bool:
        """Fully up."""
        return self.boot is Boot.READY


@attrs.frozen
class Timer:
    """The preempt timer of one group."""

    armed: bool = False


@attrs.frozen
class Port:
    """One monitored interface of one unit."""

    up: bool = True


@attrs.frozen
class Ports:
    """The monitored interfaces of one unit."""

    ports: tuple[Port, ...]

    @property
    def healthy(self) -> bool:
        """Every interface is up."""
        return all(port.up for port in self.ports)


@attrs.frozen
class State:
    """The pair and what lies between its units."""

    units: tuple[Unit, ...]
    timers: tuple[Timer, ...]
    link: bool
    data: bool
    sides: tuple[Ports, ...]

    def comm(self, u: int) -> bool:
        """Unit u hears its peer on a channel that works now."""
        via = self.units[u].via
        return (via is Via.LINK and self.link) or (via is Via.DATA and self.data)

    def can_preempt(self, g: int) -> bool:
        """The preferred unit of group g is standby and could take over from its peer."""
        p, q = self.units[g], self.units[1 - g]
        roles = p.groups[g].role is Role.STBY and q.groups[g].role is Role.ACT
        return roles and p.ready and q.ready and self.comm(g)


def set_roles(unit: Any, role: Role) -> None:
    """Give a unit the same role in both groups."""
    for group in unit.groups:
        group.role = role


def power_off(s: Any, u: int) -> bool:
    """The unit loses power."""
    unit = s.units[u]
    if not unit.power:
        return False
    unit.power, unit.boot, unit.via = False, Boot.DOWN, Via.NONE
    set_roles(unit, Role.FAIL)
    s.timers[u].armed = False
    return True


def power_on(s: Any, u: int) -> bool:
    """The unit gets power."""
    if s.units[u].power:
        return False
    s.units[u].power = True
    return True


def boot(s: Any, u: int) -> bool:
    """A powered unit begins to negotiate."""
    unit = s.units[u]
    if not (unit.power and unit.boot is Boot.DOWN):
        return False
    unit.boot, unit.via = Boot.NEG, Via.NONE
    return True


def hello_link(s: Any, u: int) -> bool:
    """A hello arrives on the failover link."""
    own = s.units[u]
    if not (own.alive and own.via is not Via.LINK and s.link and s.units[1 - u].alive):
        return False
    own.via = Via.LINK
    return True


def hold_link(s: Any, u: int) -> bool:
    """The failover link is lost, and the peer answers on the data interfaces."""
    own = s.units[u]
    if not (own.alive and own.via is Via.LINK and not s.link and s.data and s.units[1 - u].alive):
        return False
    own.via = Via.DATA
    return True


def hello_data(s: Any, u: int) -> bool:
    """A peer that was not heard is heard on the data interfaces."""
    own = s.units[u]
    if not (own.alive and own.via is Via.NONE and not s.link and s.data and s.units[1 - u].alive):
        return False
    own.via = Via.DATA
    return True


def hold_expired(s: Any, u: int) -> bool:
    """Nothing is heard of the peer any more; a ready unit takes over what it is standby for."""
    own = s.units[u]
    if not (own.alive and own.via is not Via.NONE):
        return False
    if not ((not s.link and not s.data) or not s.units[1 - u].alive):
        return False
    own.via = Via.NONE
    if own.ready:
        for group in own.groups:
            if group.role is Role.STBY:
                group.role = Role.ACT
    return True


def join(s: Any, u: int) -> bool:
    """A negotiating unit finds a ready peer and synchronises with it."""
    own = s.units[u]
    if not (own.boot is Boot.NEG and own.via is Via.LINK and s.link and s.units[1 - u].ready):
        return False
    own.boot = Boot.SYNC
    set_roles(own, Role.STBY)
    return True


def neg_alone(s: Any, u: int) -> bool:
    """A negotiating unit finds nobody and becomes active."""
    own = s.units[u]
    if not (own.boot is Boot.NEG and own.via is not Via.LINK and not (s.link and s.units[1 - u].alive)):
        return False
    own.boot = Boot.READY
    set_roles(own, Role.ACT)
    return True


def sync_done(s: Any, u: int) -> bool:
    """Synchronisation ends: standby if healthy, else failed."""
    own = s.units[u]
    if not (own.boot is Boot.SYNC and s.link and s.units[1 - u].ready):
        return False
    own.boot = Boot.READY
    set_roles(own, Role.STBY if s.sides[u].healthy else Role.FAIL)
    return True


def sync_abort(s: Any, u: int) -> bool:
    """Synchronisation loses its peer."""
    own = s.units[u]
    if not (own.boot is Boot.SYNC and not (s.link and s.units[1 - u].ready)):
        return False
    own.boot = Boot.NEG
    set_roles(own, Role.FAIL)
    return True


def interface(s: Any, u: int, i: int, up: bool) -> bool:
    """An interface goes up or down."""
    port = s.sides[u].ports[i]
    if port.up is up:
        return False
    port.up = up
    return True


def mon_fail_active(s: Any, u: int, g: int) -> bool:
    """An unhealthy active unit hands over to a healthy standby."""
    own, peer = s.units[u], s.units[1 - u]
    if not (own.groups[g].role is Role.ACT and own.ready and peer.groups[g].role is Role.STBY and peer.ready):
        return False
    if not (s.comm(u) and not s.sides[u].healthy and s.sides[1 - u].healthy):
        return False
    own.groups[g].role, peer.groups[g].role = Role.FAIL, Role.ACT
    s.timers[g].armed = False
    return True


def mon_fail_standby(s: Any, u: int, g: int) -> bool:
    """An unhealthy standby fails."""
    own = s.units[u]
    if not (own.groups[g].role is Role.STBY and own.ready and not s.sides[u].healthy):
        return False
    own.groups[g].role = Role.FAIL
    if g == u:
        s.timers[g].armed = False
    return True


def mon_recover(s: Any, u: int, g: int) -> bool:
    """A failed unit is healthy again."""
    own = s.units[u]
    if not (own.groups[g].role is Role.FAIL and own.ready and s.sides[u].healthy):
        return False
    own.groups[g].role = Role.STBY
    return True


def takeover(s: Any, u: int, g: int) -> bool:
    """A standby takes over what its peer does not have."""
    own, peer = s.units[u], s.units[1 - u]
    if not (own.groups[g].role is Role.STBY and own.ready and s.comm(u) and peer.alive):
        return False
    role = peer.groups[g].role
    if not (role is Role.FAIL or (role is Role.STBY and (u == 0 or not peer.ready))):
        return False
    own.groups[g].role = Role.ACT
    return True


def takeover_alone(s: Any, u: int, g: int) -> bool:
    """A standby that hears nobody takes over."""
    own = s.units[u]
    if not (own.groups[g].role is Role.STBY and own.ready and own.via is Via.NONE):
        return False
    own.groups[g].role = Role.ACT
    return True


def swap(s: Any, u: int, g: int, mine: Role) -> bool:
    """The operator moves group g between the units; `mine` is the role unit u has before."""
    own, peer = s.units[u], s.units[1 - u]
    other = Role.ACT if mine is Role.STBY else Role.STBY
    if not (own.groups[g].role is mine and peer.groups[g].role is other):
        return False
    if not (own.ready and peer.ready and s.comm(u)):
        return False
    own.groups[g].role, peer.groups[g].role = other, mine
    return True


def op_reset(s: Any, u: int, g: int) -> bool:
    """The operator resets a failed unit."""
    own = s.units[u]
    if not (own.groups[g].role is Role.FAIL and own.ready):
        return False
    own.groups[g].role = Role.STBY
    return True


def resolve(s: Any) -> bool:
    """Two negotiating units that hear each other: the primary becomes active."""
    a, b = s.units
    if not (a.boot is Boot.NEG and b.boot is Boot.NEG and a.via is Via.LINK and b.via is Via.LINK and s.link):
        return False
    a.boot, b.boot = Boot.READY, Boot.SYNC
    set_roles(a, Role.ACT)
    set_roles(b, Role.STBY)
    return True


def conflict(s: Any, g: int) -> bool:
    """Both active and in contact: the secondary yields."""
    a, b = s.units
    if not (a.groups[g].role is Role.ACT and b.groups[g].role is Role.ACT and a.ready and b.ready):
        return False
    if not (a.via is Via.LINK and b.via is Via.LINK and s.link):
        return False
    b.groups[g].role = Role.STBY
    return True


def preempt_arm(s: Any, g: int) -> bool:
    """The preferred unit could take its group back: arm the timer."""
    if not (not s.timers[g].armed and s.can_preempt(g) and s.sides[g].healthy):
        return False
    s.timers[g].armed = True
    return True


def preempt_fire(s: Any, g: int) -> bool:
    """The timer runs out and the preferred unit takes its group back."""
    if not (s.timers[g].armed and s.can_preempt(g)):
        return False
    s.units[g].groups[g].role, s.units[1 - g].groups[g].role = Role.ACT, Role.STBY
    s.timers[g].armed = False
    return True


def preempt_cancel(s: Any, g: int) -> bool:
    """The timer has lost its reason."""
    if not (s.timers[g].armed and not s.can_preempt(g)):
        return False
    s.timers[g].armed = False
    return True


def channel(s: Any, name: str, good: bool) -> bool:
    """The failover link or the data path fails or comes back."""
    if getattr(s, name) is good:
        return False
    setattr(s, name, good)
    return True


def rules(k: int) -> Iterator[tuple[str, Callable[[Any], bool]]]:
    """Name and function of every rule instance, in the order in which explorers try them."""
    of_a_unit = (power_off, power_on, boot, hello_link, hold_link, hello_data, hold_expired, join, neg_alone)
    for function in (*of_a_unit, sync_done, sync_abort):
        for u in (0, 1):
            yield f"{function.__name__}({u})", partial(function, u=u)
    for up in (False, True):
        for u in (0, 1):
            for i in range(k):
                yield f"if_{'up' if up else 'down'}({u},{i})", partial(interface, u=u, i=i, up=up)
    for grouped in (mon_fail_active, mon_fail_standby, mon_recover, takeover, takeover_alone, op_reset):
        for u in (0, 1):
            for g in (0, 1):
                yield f"{grouped.__name__}({u},{g})", partial(grouped, u=u, g=g)
    for name, mine in (("op_active", Role.STBY), ("op_noactive", Role.ACT)):
        for u in (0, 1):
            for g in (0, 1):
                yield f"{name}({u},{g})", partial(swap, u=u, g=g, mine=mine)
    yield "resolve", resolve
    for of_a_group in (conflict, preempt_arm, preempt_fire, preempt_cancel):
        for g in (0, 1):
            yield f"{of_a_group.__name__}({g})", partial(of_a_group, g=g)
    for name, field in (("fl", "link"), ("dp", "data")):
        for good in (False, True):
            yield f"{name}_{'up' if good else 'down'}", partial(channel, name=field, good=good)
