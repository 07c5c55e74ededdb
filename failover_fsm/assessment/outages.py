"""The worst time without service for each kind of failure, by failover group where groups differ."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.pair.settings import Settings
from failover_fsm.timing.bounds import MOST_STATES, Known, Measured, measure
from failover_fsm.timing.conditions import CONDITIONS, Condition, FailureCase
from failover_fsm.timing.times import Times, seconds

__all__ = ["FAILURES", "Outage", "outages"]

FAILURES = {
    "active-unit-dies": "unit dies",
    "interface-link-down": "port down",
    "interface-silent": "silent interface",
    "forced": "forced",
    "failover-link-lost": "failover link lost",
}
"""The conditions with a time without service, with the words for them."""


@attrs.frozen(kw_only=True)
class Outage:
    """The time without service after one kind of failure in one failover group.

    Attributes:
        failure: The condition, a key of FAILURES.
        group: The number of the failover group, None in an Active/Standby pair.
        best: Milliseconds, None if service never comes back by itself.
        worst: Milliseconds, None if it may never come back.
        count: How many ports or interfaces fail at once: as many as the interface policy asks for.
        triggers: False if no failure of this kind triggers a failover; the group's interfaces are then blind spots.
        unknown: Why the time is not known, empty if it is.
    """

    failure: str
    group: int | None
    best: int | None
    worst: int | None
    count: int = 1
    triggers: bool = True
    unknown: str = ""

    @property
    def words(self) -> str:
        """The failure for people."""
        plural = {"interface-link-down": "ports down", "interface-silent": "silent interfaces"}
        return FAILURES[self.failure] if self.count < 2 else f"{self.count} {plural[self.failure]}"

    @property
    def where(self) -> str:
        """The failover group in words, empty in an Active/Standby pair."""
        return "" if self.group is None else f" in failover group {self.group}"

    @property
    def subject(self) -> str:
        """The failure with its failover group."""
        return f"{self.words}{self.where}"

    @property
    def may_never_end(self) -> bool:
        """Whether some order of events never ends it, although the failure triggers a failover."""
        return self.worst is None and self.triggers and not self.unknown

    @property
    def doubt(self) -> str:
        """Why there is no longest time, empty if there is one or no failover is triggered at all."""
        return self.unknown or ("some order of events never ends it" if self.may_never_end else "")

    @property
    def time(self) -> str:
        """The worst time for people."""
        if self.unknown:
            return "not known"
        return "for good" if self.worst is None else f"{seconds(self.worst)} s"

    def to_dict(self) -> dict[str, object]:
        """The outage in seconds, as part of the JSON object of `check`; null for one without end or not known."""
        return {
            "failure": self.failure,
            "group": self.group,
            "failed_together": self.count,
            "seconds": [None if each is None else each / 1000 for each in (self.best, self.worst)],
            **({"not_known": self.unknown} if self.unknown else {}),
        }


def outages(settings: Settings, times: Times, *, interfaces_known: bool = True) -> tuple[Outage, ...]:
    """The outages of a pair, exact over every phase of its timers; failures that cannot come about are left out.

    Args:
        settings: The pair.
        times: Its times.
        interfaces_known: False to leave out the failures whose times depend on the data interfaces.
    """
    wanted = FAILURES if interfaces_known else ("active-unit-dies", "forced")
    conditions = {each.id: each for each in CONDITIONS}
    known = Known(settings, times)
    return tuple(each for name in wanted for each in _of_groups(conditions[name], settings, times, known))


def _of_groups(condition: Condition, settings: Settings, times: Times, known: Known) -> Iterator[Outage]:
    cases = known.cases(condition)
    for index in range(settings.group_count):
        number = index + 1 if settings.groups else None
        own = [case for case in cases if case.group == index]
        if own:
            found = measure(condition, settings, times, number, most=MOST_STATES, known=known, detection=False)
            yield _outage(found, own[0])
        elif condition.id.startswith("interface-") and _has_service(settings, index):
            yield Outage(failure=condition.id, group=number, best=None, worst=None, triggers=False)


def _has_service(settings: Settings, index: int) -> bool:
    """Whether a group has a data interface that can fail."""
    return any(port.group == index and not port.shutdown for port in settings.ports)


def _outage(found: Measured, first: FailureCase) -> Outage:
    longest = first if found.service is None else found.service.worst.case
    best, worst = (None, None) if found.service is None else found.service.pair
    return Outage(
        failure=found.condition.id,
        group=found.group,
        best=best,
        unknown=found.unknown,
        worst=None if found.stop is not None else worst,
        count=len(longest.faults) if found.condition.id.startswith("interface-") else 1,
    )
