"""Requirements on a pair, as `check --require` states them, for a gate in a pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from failover_fsm.assessment.facts import Facts
from failover_fsm.assessment.outages import Outage
from failover_fsm.assessment.points import BlindSpot
from failover_fsm.assessment.risks import Risk, in_words
from failover_fsm.config.records.criteria import InterfacePollTime, PollTime
from failover_fsm.config.records.pair_config import Interface, PairConfig
from failover_fsm.config.review.trouble import Point
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.timing.times import seconds

__all__ = ["ALLOWED", "Judged", "Requirement", "judged", "requirement"]

KINDS = ("survives", "outage", "monitored")
ALLOWED = "survives=1, outage<=15s or outage<=800ms, monitored=NAME,NAME"

COUNTED = ("active-unit-dies", "interface-link-down", "interface-silent", "failover-link-lost")
"""The failures whose worst outage is bounded; a forced switch is the operator's own."""


@attrs.frozen(kw_only=True)
class Requirement:
    """One requirement.

    Attributes:
        text: As it was entered.
        most: The longest outage in milliseconds, None if it is not about outages.
        names: The interfaces that are to be monitored; empty if it is not about them, as is `most` for `survives=1`.
    """

    text: str
    most: int | None = None
    names: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Judged:
    """A requirement with the reasons why the pair does not meet it.

    Attributes:
        requirement: The requirement.
        unmet: One for each thing to change; empty if it is met, or not known.
        unknown: True if the configuration does not hold what it depends on.
    """

    requirement: Requirement
    unmet: tuple[Point, ...] = ()
    unknown: bool = False

    @property
    def status(self) -> str:
        """met, FAILS or not known."""
        return "FAILS" if self.unmet else "not known" if self.unknown else "met"

    @property
    def line(self) -> str:
        """The answer as one line, with the first reason and the line to change."""
        if not self.unmet:
            return f"{self.requirement.text}: {self.status}"
        first, more = self.unmet[0], len(self.unmet) - 1
        others = f" (and {more} more)" if more else ""
        return f"{self.requirement.text}: {self.status}: {first.subject}: {first.reason}; {first.advice}{others}"

    def to_dict(self) -> dict[str, object]:
        """The answer as part of the JSON object of `check`."""
        met = None if self.unknown and not self.unmet else not self.unmet
        points = [{key: getattr(each, key) for key in ("subject", "reason", "line", "remedy")} for each in self.unmet]
        return {"requirement": self.requirement.text, "met": met, "reasons": points}


def requirement(text: str) -> Requirement:
    """The requirement that a text states.

    Raises:
        ValueError: With `what; allowed: ...`, if it states none.
    """
    if text == "survives=1":
        return Requirement(text=text)
    if re.fullmatch("survives=0*([2-9]|[1-9][0-9]+)", text):
        raise ValueError(f"{text!r}: no pair survives two dead units; allowed: {ALLOWED}")
    if (found := re.fullmatch(r"outage ?<= ?([0-9]{1,6})(?:\.([0-9]{1,3}))? ?(s|ms)", text)) and not (
        found[2] and found[3] == "ms"
    ):
        whole, part = int(found[1]), int((found[2] or "").ljust(3, "0"))
        return Requirement(text=text, most=whole if found[3] == "ms" else whole * 1000 + part)
    names = tuple(text.removeprefix("monitored=").split(","))
    if text.startswith("monitored=") and all(re.fullmatch(r"\S+", name) for name in names):
        return Requirement(text=text, names=names)
    word = re.split("[ <=]", text)[0]
    meant = "" if word in KINDS else nearest(word, KINDS)
    raise ValueError(f"{text!r} is no requirement{meant}; allowed: {ALLOWED}")


def judged(wanted: Requirement, facts: Facts) -> Judged:
    """Whether the pair meets the requirement."""
    if wanted.names:
        found = Judged(requirement=wanted, unmet=tuple(_monitoring(wanted.names, facts)))
        return attrs.evolve(found, unknown=bool(facts.unknown))
    unmet, unknown = tuple(facts.trouble), bool(facts.unknown)
    if wanted.most is not None:
        unmet += tuple(_too_long(wanted.most, facts))
        unknown |= any(each.failure in COUNTED and each.unknown for each in facts.outages)
    else:
        unmet += tuple(_not_survived(facts))
    return Judged(requirement=wanted, unmet=unmet, unknown=unknown)


# -- survives=1 ------------------------------------------------------------------------------------


def _not_survived(facts: Facts) -> Iterator[Point]:
    """The risks, and the gaps at interfaces that carry more than management."""
    for risk in facts.risks:
        if risk.point is None:
            yield Point(subject=_told(risk, facts), reason=risk.consequence, line=None, remedy="give it a second way")
        else:
            yield risk.point
    yield from _traffic_gaps(facts)


def _told(risk: Risk, facts: Facts) -> str:
    """The first of its faults, in words."""
    return str(risk.faults[0]) if facts.scenario is None else in_words(risk.faults[:1], facts.scenario.settings)[0]


def _traffic_gaps(facts: Facts) -> tuple[BlindSpot, ...]:
    return tuple(each for each in facts.gaps if not each.for_management)


# -- outage<= --------------------------------------------------------------------------------------


def _too_long(most: int, facts: Facts) -> Iterator[Point]:
    """The failures that take longer, and the interfaces whose failure has no end."""
    for each in facts.outages:
        if each.failure not in COUNTED:
            continue
        if each.may_never_end:
            yield _endless(each, facts)
        elif each.worst is not None and each.worst > most:
            yield _shorter(each, most, facts.config)
    endless = {name: None for risk in facts.risks for name in risk.lost}
    for spot in facts.blind_spots:
        if not spot.for_management:
            yield Point(
                subject=spot.subject, reason=f"an outage without end, {spot.reason}", line=spot.line, remedy=spot.remedy
            )
            for name in spot.interfaces:
                endless.pop(name, None)
    for name in endless:
        risk = next(risk for risk in facts.risks if name in risk.lost)
        if risk.point is None:
            reason, remedy, line = f"an outage without end when {_told(risk, facts)}", "give it a second way", None
        else:
            reason, remedy, line = "an outage without end", risk.point.remedy, risk.point.line
        yield Point(subject=name, reason=reason, line=line, remedy=remedy)


def _endless(outage: Outage, facts: Facts) -> Point:
    """An outage that some order of events never ends; a failover link that shares its port is to change first."""
    shared = facts.scenario is not None and bool(facts.scenario.settings.together.failover)
    line = facts.config.line_of("lan interface") if shared else None
    remedy = "give the failover link a port of its own" if shared else "`failover-fsm times` shows the times"
    return Point(subject=outage.subject, reason="an outage that may never end", line=line, remedy=remedy)


def _shorter(outage: Outage, most: int, config: PairConfig) -> Point:
    """The time to shorten, to one that the device takes: that of the unit, or that of the group's interfaces."""
    where = outage.where
    if outage.failure in ("active-unit-dies", "failover-link-lost"):
        item, command, word, ranges = "polltime unit", "failover polltime unit", "holdtime", PollTime.hold_range
    else:
        item = "polltime interface" if outage.group is None else f"group {outage.group} polltime interface"
        command = "failover polltime interface" if outage.group is None else "polltime interface"
        silent = outage.failure == "interface-silent"
        word = "holdtime" if silent else "poll time"
        ranges = InterfacePollTime.hold_range if silent else InterfacePollTime.poll_range
        where = where and f" below{where[3:]}"
    taken = [value for allowed in ranges for value in allowed]
    short = [value for value in taken if value <= most]
    remedy = (
        f"enter `{command}`{where} with a {word} of {seconds(max(short))} s or less"
        if short
        else f"the least that `{command}` allows is {seconds(min(taken))} s"
    )
    return Point(
        subject=outage.subject,
        reason=f"an outage of {outage.time}",
        line=config.line_of(item),
        remedy=remedy,
    )


# -- monitored= ------------------------------------------------------------------------------------


def _monitoring(names: tuple[str, ...], facts: Facts) -> Iterator[Point]:
    for name in names:
        items = [each for each in facts.config.interfaces if _is_named(name, each, facts.config)]
        if not items and not facts.unknown:
            known = [facts.config.name_of(each) for each in facts.config.interfaces if each.nameif]
            reason = f"no interface has this name{nearest(name, known)}"
            yield Point(subject=name, reason=reason, line=None, remedy=f"the names are {listed(name, known) or 'none'}")
        for each in items:
            yield from _unmonitored(each, facts)


def _is_named(name: str, item: Interface, config: PairConfig) -> bool:
    """Whether a name means an interface: its own in every context, or `context/name`."""
    own = (item.nameif or "").lower()
    return bool(own) and name.lower() in (own, f"{item.context}/{own}".lower(), config.name_of(item).lower())


def _unmonitored(item: Interface, facts: Facts) -> Iterator[Point]:
    name = facts.config.name_of(item)
    spot = next((each for each in facts.blind_spots if name in each.interfaces), None)
    if spot is not None and not spot.by_policy:
        yield spot
    elif not item.monitored or item.shutdown:
        line = facts.config.line_in(item, "shutdown" if item.shutdown else "nameif")
        reason = "shut down" if item.shutdown else "not monitored"
        remedy = "enter `no shutdown`" if item.shutdown else f"enter `monitor-interface {item.nameif}`"
        yield Point(subject=name, reason=reason, line=line, remedy=remedy)
