"""What a single fault can do to an update all the same: states that a search finds, each with a run as witness."""

from __future__ import annotations

from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.promises import Formulas, UpdatePromise
from failover_fsm.services.autoupdate.states import Content, Damage, Step
from failover_fsm.services.autoupdate.view import PRIMARY, SECONDARY, UNITS

__all__ = ["findings"]


def findings(machine: AutoUpdate) -> tuple[UpdatePromise, ...]:
    """The findings about a process, in the order in which they are printed."""
    ask = Formulas(machine)
    return (
        UpdatePromise(
            id="nobody-active-while-the-secondary-loads", kind="sometimes", rules=("AUT-16",),
            says="The primary stops while the secondary loads its image: no unit is active until that has booted.",
            holds=lambda s: s.own.secondary.flash is not s.own.secondary.running
            and ask.view(s).stopped(PRIMARY) and not s.pair.secondary.up,
        ),
        UpdatePromise(
            id="nobody-active-while-the-primary-loads", kind="sometimes", rules=("AUT-17", "AUT-21"),
            says="The secondary stops while the primary loads its image: no unit is active until that has booted.",
            holds=lambda s: not ask.view(s).somebody_active and s.own.step is Step.PRIMARY_LOADS
            and ask.view(s).stopped(SECONDARY),
        ),
        UpdatePromise(
            id="two-active-after-a-boot-without-the-link", kind="sometimes", rules=("AUT-11", "T2-5"),
            says="The failover link fails while a unit loads: it boots, finds nobody, and both units are active.",
            holds=lambda s: all(ask.active(s, unit) for unit in UNITS) and s.own.mixed,
        ),
        UpdatePromise(
            id="two-versions-at-rest", kind="sometimes", rules=("AUT-16", "AUT-20"),
            says="The process is broken off when one unit has the new image: two versions run until the next poll.",
            holds=lambda s: s.own.mixed and s.own.step is Step.REST and ask.may(s),
        ),
        UpdatePromise(
            id="nothing-is-updated-while-files-are-wrong", kind="sometimes", rules=("AUT-13", "AUT-25"),
            says="A file with another checksum is retrieved at each poll time, and thrown away each time.",
            holds=lambda s: s.own.server.damage is Damage.WRONG and s.own.step is Step.IMAGE and not s.own.mixed
            and s.own.primary.running is Content.OLD,
        ),
    )  # fmt: skip
