"""VRRP for the routers of one LAN, as guarded rules over a view of its state (RFC 9568, section 6.4).

Time is left out. An advertisement is heard by everybody who is connected, so the timer of a backup runs out only where
no active router is connected whose advertisements restart it; how soon is not said, except after a priority of 0,
which sets the timers of all who hear it to their skew times: then they run out in the order of the priorities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations
from typing import Any

from failover_fsm.checker import Property, Rule
from failover_fsm.vrrp.promises import promises
from failover_fsm.vrrp.settings import VrrpSettings
from failover_fsm.vrrp.states import Lan, RouterState, cold
from failover_fsm.vrrp.views import can_serve, connected, outranks, preempts, priority

__all__ = ["Vrrp"]

Effect = Callable[..., bool]


class Vrrp:
    """The routers of one virtual router as a rule model; its events are tuples: a word, and the numbers of routers.

    A router starts and stops (`startup`, `shutdown`, `power_fails`); its port, its tracked object and the trunk break
    and are mended (`port_down`, `port_up`, `tracking_down`, `tracking_up`, `trunk_down`, `trunk_up`). By themselves
    the routers do two things: `timeout` (the Active_Down_Timer of a backup runs out) and `advertisement` (the second
    router hears the first).

    Args:
        settings: the routers and their faults.

    Attributes:
        settings: as given.
        rules: in the order in which they are tried.
        properties: what VRRP promises of these routers; see `promises`.

    Raises:
        TypeError: the settings are none.
    """

    def __init__(self, settings: VrrpSettings) -> None:
        if not isinstance(settings, VrrpSettings):
            raise TypeError(f"settings cannot be {settings!r}; allowed: VrrpSettings, as VrrpSettings.pair()")
        self.settings = settings
        self.rules: tuple[Rule, ...] = tuple(self._rules())
        self.properties: tuple[Property, ...] = promises(settings)

    def initial_states(self) -> list[Lan]:
        """Return the one state in which VRRP runs nowhere and nothing is broken."""
        return [cold(self.settings)]

    def _rules(self) -> Iterator[Rule]:
        numbers = range(len(self.settings.routers))
        for number in numbers:
            yield from (_rule(effect, number) for effect in self._at_router(number))
        if self.settings.divides and "trunk" in self.settings.faults:
            yield from (_rule(effect) for effect in (self.trunk_down, self.trunk_up))
        yield from (_rule(self.advertisement, *pair) for pair in permutations(numbers, 2))

    def _at_router(self, number: int) -> Iterator[Effect]:
        """The effects at one router: what can happen to it, then what it does."""
        by_fault: dict[str, tuple[Effect, ...]] = {
            "shutdown": (self.shutdown,),
            "power": (self.power_fails,),
            "port": (self.port_down, self.port_up),
            "tracking": (self.tracking_down, self.tracking_up),
        }
        if self.settings.routers[number].decrement is None:
            del by_fault["tracking"]
        yield self.startup
        for fault, effects in by_fault.items():
            if fault in self.settings.faults:
                yield from effects
        yield self.timeout

    # -- what happens to a router ------------------------------------------------------------------

    def startup(self, number: int, lan: Any) -> bool:
        """VRRP starts on a router (6.4.1)."""
        router = lan.routers[number]
        if router.running:
            return False
        router.running = True
        self.enter(number, lan)
        return True

    def shutdown(self, number: int, lan: Any) -> bool:
        """VRRP is stopped on a router, which says so with a priority of 0 if it is active."""
        router = lan.routers[number]
        if not router.running:
            return False
        self.resign(number, lan)
        router.running = False
        self.leave(number, lan)
        return True

    def power_fails(self, number: int, lan: Any) -> bool:
        """A router dies without a word."""
        router = lan.routers[number]
        if not router.running:
            return False
        router.running = False
        self.leave(number, lan)
        return True

    def port_down(self, number: int, lan: Any) -> bool:
        """The port of a router goes down, and the router sees it."""
        router = lan.routers[number]
        if not router.port:
            return False
        router.port = False
        self.leave(number, lan)
        return True

    def port_up(self, number: int, lan: Any) -> bool:
        """The port comes back: the same as a start."""
        router = lan.routers[number]
        if router.port:
            return False
        router.port = True
        if router.running:
            self.enter(number, lan)
        return True

    def tracking_down(self, number: int, lan: Any) -> bool:
        """The tracked object of a router goes down."""
        router = lan.routers[number]
        if not router.tracked:
            return False
        if self.settings.routers[number].decrement == 0:
            self.resign(number, lan)
        router.tracked = False
        if not self.serves(number, lan):
            self.leave(number, lan)
        return True

    def tracking_up(self, number: int, lan: Any) -> bool:
        """The tracked object comes back."""
        router = lan.routers[number]
        if router.tracked:
            return False
        served = self.serves(number, lan)
        router.tracked = True
        if not served:
            self.enter(number, lan)
        return True

    def trunk_down(self, lan: Any) -> bool:
        """The trunk between the switches breaks; no port sees it."""
        if not lan.trunk:
            return False
        lan.trunk = False
        return True

    def trunk_up(self, lan: Any) -> bool:
        """The trunk comes back."""
        if lan.trunk:
            return False
        lan.trunk = True
        return True

    # -- what a router does by itself --------------------------------------------------------------

    def timeout(self, number: int, lan: Any) -> bool:
        """The Active_Down_Timer of a backup runs out, and it becomes active (6.4.2)."""
        router = lan.routers[number]
        if router.state is not RouterState.BACKUP or self.is_held_back(number, lan):
            return False
        if router.resigned and self.has_longer_skew(number, lan):
            return False
        router.state, router.resigned = RouterState.ACTIVE, False
        return True

    def advertisement(self, sender: int, number: int, lan: Any) -> bool:
        """A router hears an active one: a backup restarts its timer, an active router may give way (6.4.2, 6.4.3)."""
        router = lan.routers[number]
        if lan.routers[sender].state is not RouterState.ACTIVE or not self.hears(number, sender, lan):
            return False
        if router.state is RouterState.BACKUP and router.resigned and not self.ignores(number, sender, lan):
            router.resigned = False
            return True
        if router.state is RouterState.ACTIVE and self.gives_way(number, sender, lan):
            router.state = RouterState.BACKUP
            return True
        return False

    # -- parts of the rules ------------------------------------------------------------------------

    def enter(self, number: int, lan: Any) -> None:
        """A running router begins: the owner of the address as active, any other as a backup."""
        if self.serves(number, lan):
            owner = self.settings.routers[number].is_owner
            lan.routers[number].state = RouterState.ACTIVE if owner else RouterState.BACKUP
        else:
            self.leave(number, lan)

    def leave(self, number: int, lan: Any) -> None:
        """A router takes no part any more."""
        router = lan.routers[number]
        router.state = RouterState.FAULT if self.settings.fault and router.running else RouterState.INITIALIZE
        router.resigned = False

    def serves(self, number: int, lan: Any) -> bool:
        """Whether a router runs, with its port up and nothing that takes it out of service."""
        return can_serve(self.settings, lan, number)

    def resign(self, number: int, lan: Any) -> None:
        """An active router advertises a priority of 0: every backup that hears it sets its timer to its skew time."""
        if lan.routers[number].state is not RouterState.ACTIVE:
            return
        for other, router in enumerate(lan.routers):
            if router.state is RouterState.BACKUP and self.hears(other, number, lan):
                router.resigned = True

    def hears(self, number: int, sender: int, lan: Any) -> bool:
        """Whether what one router sends reaches another."""
        return number != sender and connected(self.settings, lan, number, sender)

    def ignores(self, number: int, sender: int, lan: Any) -> bool:
        """Whether a backup discards what an active router sends, since it is to take over."""
        return preempts(self.settings, lan, number, sender)

    def gives_way(self, number: int, sender: int, lan: Any) -> bool:
        """Whether an active router becomes a backup when it hears another one."""
        return outranks(self.settings, lan, sender, number)

    def is_held_back(self, number: int, lan: Any) -> bool:
        """Whether an active router is heard that restarts the timer of a backup."""
        return any(
            router.state is RouterState.ACTIVE
            and self.hears(number, other, lan)
            and not self.ignores(number, other, lan)
            for other, router in enumerate(lan.routers)
        )

    def has_longer_skew(self, number: int, lan: Any) -> bool:
        """Whether the timer of another backup, set by the same priority of 0, runs out before."""
        own = priority(self.settings, lan, number)
        return any(
            router.resigned and self.hears(number, other, lan) and priority(self.settings, lan, other) > own
            for other, router in enumerate(lan.routers)
        )


def _rule(effect: Effect, *numbers: int) -> Rule:
    return Rule((effect.__name__, *numbers), partial(effect, *numbers))
