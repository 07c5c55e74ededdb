"""What the hardware, the software and the licences of two units say about their pair (HW-2, HW-3, HW-5 to HW-7).

Compared is what both units tell. What one of them does not tell is said, and nobody's fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import attrs

from failover_fsm.assessment.apart import Between
from failover_fsm.assessment.unlike import left_alone
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.release import Release
from failover_fsm.device.hardware import Hardware
from failover_fsm.pair.settings import Settings

__all__ = ["Inventories"]

_PHYSICAL = ("Ethernet", "FastEthernet", "GigabitEthernet", "TenGigabitEthernet", "Management")
"""Types of ports that a chassis has or has not."""


@attrs.frozen(kw_only=True)
class Inventories:
    """The hardware of both units, and the configuration of their pair."""

    primary: Hardware
    secondary: Hardware
    config: PairConfig

    @property
    def units(self) -> tuple[tuple[str, Hardware], ...]:
        """Each unit's word and hardware."""
        return ("primary", self.primary), ("secondary", self.secondary)

    # -- what keeps them from being a pair ----------------------------------------------------------------

    def unlike(self) -> tuple[Between, ...]:
        """Why the two units make no pair: what has to be the same and is not, what follows, and what a unit lacks."""
        differ = (*self._hardware(), *self._software(), *self._licences())
        follows = (left_alone(Settings.of(self.config)),) if differ else ()
        return (*differ, *follows, *self._missing_ports())

    def _hardware(self) -> Iterator[Between]:
        one, other = self.primary, self.secondary
        compared = (
            ("models", one.model, other.model, ""),
            ("amounts of RAM", one.version.memory, other.version.memory, " MB"),
        )
        for what, mine, others, unit in compared:
            if mine is not None and others is not None and mine != others:
                yield _unlike(f"different {what}: {mine}{unit} and {others}{unit}", "use two units alike", "HW-2")
        for what, ours, theirs in (
            ("ports", one.port_types, other.port_types),
            ("cards", Counter(one.cards), Counter(other.cards)),
            ("parts", one.parts, other.parts),
        ):
            if ours and theirs and ours != theirs:
                more = (("primary", _only(ours, theirs)), ("secondary", _only(theirs, ours)))
                text = "; ".join(f"{found} on the {unit} only" for unit, found in more if found)
                yield _unlike(f"different {what}: {text}", f"give both units the same {what}", "HW-2")

    def _software(self) -> Iterator[Between]:
        found = self._releases()
        if found is not None and found[0][:2] != found[1][:2]:
            text = f"software {self.primary.version.software} and {self.secondary.version.software}"
            remedy = "run the same major and minor version on both units"
            yield _unlike(f"{text}, which differ in more than maintenance: no hitless upgrade", remedy, "HW-5")

    def _releases(self) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """The numbers of both releases; None where one is not known."""
        texts = (self.primary.version.software, self.secondary.version.software)
        found = [Release.parse(text) for text in texts if text is not None]
        known = [attrs.astuple(each) for each in found if each is not None]
        return (known[0], known[1]) if len(known) == 2 else None

    def _licences(self) -> Iterator[Between]:
        contexts = len(self.config.contexts)
        for unit, hardware in self.units:
            failover = hardware.licence("Failover")
            kind = "Active/Active" if self.config.active_active else "Active/Standby"
            if failover == "Disabled":
                yield _lacks(unit, "its licence has no failover", "license failover on it")
            elif failover == "Active/Standby" and self.config.active_active:
                what = "its licence is for Active/Standby failover, and the pair is Active/Active"
                yield _lacks(unit, what, f"license {kind} failover on it")
            allowed = hardware.licence("Security Contexts")
            if allowed is not None and allowed.isdecimal() and self._users() > int(allowed):
                what = f"its licence is for {allowed} security contexts, and the configuration has {contexts}"
                yield _lacks(unit, what, "license as many as there are")

    def _users(self) -> int:
        """How many contexts need a licence: the admin context needs none."""
        return sum(not self.config.is_admin(each.name) for each in self.config.contexts)

    def _missing_ports(self) -> Iterator[Between]:
        """The ports of the configuration that a unit does not have, where it tells its ports outside."""
        named = [each.port for each in self.config.interfaces]
        named += [link.port for link in (self.config.lan, self.config.link) if link is not None and link.port]
        wanted = dict.fromkeys(port.parent.full_name for port in named if port.parent.type in _PHYSICAL)
        for unit, hardware in self.units:
            types = hardware.port_types
            if not any(kind in types for kind in _PHYSICAL):
                continue
            has = {name.lower() for name in hardware.ports}
            lacking = [name for name in wanted if name.lower() not in has]
            if lacking:
                yield Between(
                    subject=f"the {unit}",
                    reason=f"has no {', '.join(lacking)}",
                    line=None,
                    peer_line=None,
                    remedy="configure ports that both units have",
                    rule="HW-2",
                )

    # -- what is only to be known ----------------------------------------------------------------------------

    def remarks(self) -> tuple[tuple[str, str], ...]:
        """What is no fault, or not known: each a sentence and the rule it comes from."""
        return (*self._flash(), *self._maintenance(), *self._untold())

    def _flash(self) -> Iterator[tuple[str, str]]:
        one, other = self.primary.version.flash, self.secondary.version.flash
        if one is not None and other is not None and one != other:
            smaller = "primary" if one < other else "secondary"
            yield (
                f"Flash memory differs, {one} MB and {other} MB, which is allowed: where the images and configurations "
                f"do not fit on the {smaller}, synchronisation fails",
                "HW-3",
            )

    def _maintenance(self) -> Iterator[tuple[str, str]]:
        found = self._releases()
        if found is not None and found[0][:2] == found[1][:2] and found[0] != found[1]:
            yield (
                f"software {self.primary.version.software} and {self.secondary.version.software} differ in "
                "maintenance: failover stays on while a hitless upgrade goes on; upgrade both",
                "HW-6",
            )

    def _untold(self) -> Iterator[tuple[str, str]]:
        tells: tuple[tuple[str, Callable[[Hardware], object]], ...] = (
            ("model", lambda each: each.model),
            ("RAM", lambda each: each.version.memory),
            ("ports", lambda each: each.ports),
            ("Flash", lambda each: each.version.flash),
            ("software", lambda each: each.version.software),
            ("the failover licence", lambda each: each.licence("Failover")),
        )
        for unit, hardware in self.units:
            lacking = [what for what, value in tells if not value(hardware)]
            if lacking:
                yield f"not told by the {unit}, so not compared: {', '.join(lacking)}", "HW-7"


def _only(these: Counter[Any], those: Counter[Any]) -> str:
    """What one of two collections has more of, in words."""
    more = these - those
    return ", ".join(f"{count} {_word(each)}" for each, count in sorted(more.items()))


def _word(each: object) -> str:
    return f"{each[1]} in slot {each[0]}" if isinstance(each, tuple) else str(each)


def _unlike(what: str, remedy: str, rule: str) -> Between:
    return Between(
        subject="the units", reason=f"are not alike: {what}", line=None, peer_line=None, remedy=remedy, rule=rule
    )


def _lacks(unit: str, what: str, remedy: str) -> Between:
    return Between(
        subject=f"the {unit}", reason=f"takes no part: {what}", line=None, peer_line=None, remedy=remedy, rule="HW-7"
    )
