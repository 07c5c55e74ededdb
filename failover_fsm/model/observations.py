"""What two units can observe of their interfaces: the answers to the questions that rules and promises ask.

Rules never count interfaces. They ask whether a hello could arrive, whether enough interfaces have failed to reach the
policy, and whether more have failed than on the peer. Two conditions of the interfaces with the same answers, the same
*signature*, are one *observation*: every step of the units is the same in both, and so is what promises see.

`Observed` stands for such a set of conditions in a state. It answers the questions of `QUESTIONS` from one condition of
the set, a cheapest one, and refuses every other question (UnknownAnswer). So what a search on observations finds can
depend on nothing but the signature, whatever rules are added later: they are refused, not judged wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.health import carries_hellos, enough_failed, more_failed, ports_down, silent_alone
from failover_fsm.pair.ports import is_up
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, PortState
from failover_fsm.records import Questioned, UnknownAnswer

__all__ = ["QUESTIONS", "GroupSignature", "Observed", "Signature", "compared", "few_broken", "is_good", "signature_of"]

UNITS = (Unit.PRIMARY, Unit.SECONDARY)
Condition = tuple[Interface, ...]
Both = tuple[bool, bool]


@attrs.frozen(cache_hash=True)
class GroupSignature:
    """What can be observed of the interfaces of one failover group.

    Attributes:
        over: For the primary and then the secondary: its ports down reach the policy, and they do so together with the
            interfaces on which it alone is silent.
        more: For each unit the answers to `compared`.
    """

    over: tuple[bool, bool, bool, bool]
    more: tuple[tuple[bool, ...], tuple[bool, ...]]


@attrs.frozen(cache_hash=True)
class Signature:
    """All that can be observed of a condition of the interfaces; of two units, the primary first.

    Attributes:
        data: A hello of the peer could reach the unit on a monitored interface.
        answers: An answer of the peer could reach it on an interface.
        links: The ports under the failover link, and under the stateful link, are up.
        receive: Every port is up and receives.
        groups: By failover group.
    """

    data: Both
    answers: Both
    links: Both
    receive: bool
    groups: tuple[GroupSignature, ...]


def compared(answers: Both, unit: int, counts: tuple[int, int, int, int], *, fine: bool) -> tuple[bool, ...]:
    """Whether the unit has more failed interfaces than its peer, for each way in which that is asked.

    A unit that hears no answer on a data interface compares nothing. Of its peer the silent interfaces count if the
    peer hears an answer too.

    Args:
        answers: As in `Signature`.
        unit: 0 for the primary, 1 for the secondary.
        counts: Ports down and silent interfaces of the primary, and then of the secondary.
        fine: Keep apart, too, with and without the silent interfaces of the peer, whatever the peer hears.
    """
    if not answers[unit]:
        return ()
    (own, silent), (peer, of_peer) = (counts[2 * each : 2 * each + 2] for each in (unit, 1 - unit))
    failed = own + silent
    if fine:
        return failed > peer + of_peer, failed > peer
    return (failed > peer + of_peer * answers[1 - unit],)


def signature_of(settings: Settings, interfaces: Condition, *, fine: bool = False) -> Signature:
    """What can be observed of a condition; `fine` as in `compared`."""
    data, answers = (
        (carries_hellos(interfaces, places, UNITS[0]), carries_hellos(interfaces, places, UNITS[1]))
        for places in (settings.counted, settings.probed)
    )
    return Signature(
        data=data,
        answers=answers,
        links=(is_up(interfaces, settings.together.failover), is_up(interfaces, settings.together.stateful)),
        receive=all(item.primary is item.secondary is PortState.GOOD for item in interfaces),
        groups=tuple(_group(settings, interfaces, answers, group, fine) for group in range(settings.group_count)),
    )


def _group(settings: Settings, interfaces: Condition, answers: Both, group: int, fine: bool) -> GroupSignature:
    places = settings.counted_in(group)
    (d1, k1), (d2, k2) = (
        (ports_down(interfaces, places, unit), silent_alone(interfaces, places, unit)) for unit in UNITS
    )
    least = least_failed(settings, group)
    return GroupSignature(
        over=(d1 >= least, d1 + k1 >= least, d2 >= least, d2 + k2 >= least),
        more=(
            compared(answers, 0, (d1, k1, d2, k2), fine=fine),
            compared(answers, 1, (d1, k1, d2, k2), fine=fine),
        ),
    )


def least_failed(settings: Settings, group: int) -> int:
    """How many interfaces reach the policy of the group; more than there are where that can never be."""
    monitored = settings.monitored_in(group)
    least = settings.policy_of(group).least(monitored)
    return monitored + 1 if least is None else least


# -- the questions -----------------------------------------------------------------------------------


def is_good(observed: Observed) -> bool:
    """Nothing is broken on the interfaces."""
    return observed.is_good


def few_broken(observed: Observed, most: int) -> bool:
    """No more than so many things need be broken on the interfaces."""
    return observed.cost <= most


QUESTIONS: Mapping[Callable[..., Any], str] = {
    carries_hellos: "carries", is_up: "up", enough_failed: "enough", more_failed: "more",
}  # fmt: skip
"""The questions that rules ask, each with what it is about: `Observed` knows the answers."""


@attrs.frozen(eq=False)
class Known:
    """Which questions have one answer for a whole observation.

    Attributes:
        settings: The pair.
        kinds: As QUESTIONS, with those that promises ask; besides, "receive" for whether every port receives.
        fine: As in `compared`.
    """

    settings: Settings
    kinds: Mapping[Callable[..., Any], str]
    fine: bool

    def has(self, answers: Both, question: Callable[..., Any], details: tuple[Any, ...]) -> bool:
        """Whether the question, with these details, has one answer for observations with these `answers`."""
        kind = self.kinds.get(question)
        settings = self.settings
        if kind == "receive":
            return not details
        if kind == "carries":
            return details[0] in (settings.counted, settings.probed)
        if kind == "up":
            return details[0] in (settings.together.failover, settings.together.stateful)
        if kind not in ("enough", "more"):
            return False
        places = details[0] if kind == "enough" else details[0][0]
        groups = [each for each in range(settings.group_count) if settings.counted_in(each) == places]
        if kind == "enough":
            right = [each for each in groups if details[3] == least_failed(settings, each)]
            return bool(right) and details[1] in ((), places)
        return bool(groups) and self._has_comparison(answers, places, *details)

    def _has_comparison(self, answers: Both, places: tuple[int, ...], own: Any, of_peer: Any, unit: Unit) -> bool:
        at = UNITS.index(unit)
        if not answers[at] or own != (places, places) or of_peer[0] != places:
            return False
        if self.fine:
            return of_peer[1] in ((), places)
        return bool(of_peer[1] == (places if answers[1 - at] else ()))


@attrs.frozen(eq=False)
class Observed(Questioned):
    """A set of conditions of the interfaces that nobody tells apart, as the value of `State.interfaces`.

    Attributes:
        number: Its number in the search; 0 is that of the good condition.
        signature: What is observed.
        condition: A condition of the set with the fewest broken things.
        cost: How many those are.
        known: The questions that it answers.
    """

    number: int
    signature: Signature
    condition: Condition = attrs.field(repr=False)
    cost: int
    known: Known = attrs.field(repr=False)

    @property
    def is_good(self) -> bool:
        """Nothing is broken on the interfaces."""
        return self.number == 0

    def answer(self, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """The answer to a question about the interfaces.

        Raises:
            UnknownAnswer: If conditions of the set may answer differently.
        """
        if question in (is_good, few_broken):
            return question(self, *details)
        if not self.known.has(self.signature.answers, question, details):
            raise UnknownAnswer(f"{getattr(question, '__name__', question)} of interfaces is not observed")
        return question(self.condition, *details)

    def __getitem__(self, index: object) -> Any:
        raise UnknownAnswer(f"interface {index} by itself is not observed")

    def __iter__(self) -> Any:
        raise UnknownAnswer("the interfaces one by one are not observed")
