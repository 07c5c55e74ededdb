"""Everything in the answer about a pair that a change of its configuration changes, judged for better or worse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.analysis.service import FaultOutcome
from failover_fsm.assessment.facts import PairVerdict
from failover_fsm.assessment.outages import Outage
from failover_fsm.assessment.points import unwatched_modules
from failover_fsm.assessment.record import Assessment
from failover_fsm.assessment.risks import in_words
from failover_fsm.changes.behaviours import Behaviour, different_behaviours
from failover_fsm.changes.fault_sets import different_fault_sets
from failover_fsm.config.records.pair_config import Interface, PairConfig, StatefulLink
from failover_fsm.config.review.trouble import trouble
from failover_fsm.pair import events as e
from failover_fsm.pair.stateful import carries_state, where_state_runs
from failover_fsm.timing.times import seconds

__all__ = ["Difference", "Differences", "differences", "outages_compared"]


@attrs.frozen(kw_only=True)
class Difference:
    """One thing that is different.

    Attributes:
        kind: verdict, single-fault, outage, never-triggers, connections, interface, fault-set, promise or advice.
        what: What it is about.
        old: How it was, empty where the old pair has no such thing.
        new: How it is now, empty where the new pair has no such thing.
        worse: True for the worse, False for the better, None for neither.
        line: The line of the new configuration that makes it so, None if no single line does.
        old_line: The same of the old configuration, where the new one has no such line.
    """

    kind: str
    what: str
    old: str
    new: str
    worse: bool | None
    line: int | None = None
    old_line: int | None = None


@attrs.frozen(kw_only=True)
class Differences:
    """What a change does to a pair.

    Attributes:
        old: The answer about the old pair.
        new: The answer about the new pair.
        found: What is different, the worse first.
        behaviours: The shortest stories that end differently.
        left_out: What was not compared, and why; empty if everything was.
    """

    old: Assessment
    new: Assessment
    found: tuple[Difference, ...]
    behaviours: tuple[Behaviour, ...]
    left_out: tuple[str, ...] = ()

    @property
    def judged(self) -> tuple[bool | None, ...]:
        """For each difference and story whether it is for the worse."""
        return (*(each.worse for each in self.found), *(each.worse for each in self.behaviours))

    @property
    def word(self) -> str:
        """The result in one word: SAME, WORSE, BETTER or CHANGED; what is worse takes precedence."""
        if not self.judged:
            return "SAME"
        return "WORSE" if True in self.judged else "BETTER" if False in self.judged else "CHANGED"

    @property
    def undecided(self) -> bool:
        """Whether something is not known or was not compared, so that a difference may be hidden."""
        unknown = PairVerdict.UNDECIDED in (self.old.verdict, self.new.verdict)
        return unknown or bool(self.old.unknown or self.new.unknown or self.left_out)

    @property
    def exit_status(self) -> int:
        """0 nothing is worse, 1 something is, 3 nothing is but not everything is known."""
        return 1 if True in self.judged else 3 if self.undecided else 0


def differences(old: Assessment, new: Assessment, told: Callable[[str], object] = lambda _: None) -> Differences:
    """Compares the answers about two pairs.

    Every part is compared in both directions, so that exchanging the pairs exchanges better and worse.

    Args:
        old: The answer about the old pair.
        new: The answer about the new pair.
        told: Called with what is being compared.
    """
    found = [
        *_verdict(old, new),
        *_single_faults(old, new),
        *outages_compared(old, new),
        *_never_triggers(old, new),
        *_connections(old.config, new.config),
        *_interfaces(old, new),
        *_promises(old, new),
    ]
    behaviours: tuple[Behaviour, ...] = ()
    left_out: list[str] = []
    if old.scenario is not None and new.scenario is not None and not (old.unknown or new.unknown):
        told("comparing every two faults")
        sets, why = different_fault_sets(old.scenario, new.scenario)
        found += [
            Difference(kind="fault-set", what=each.words, old=each.old, new=each.new, worse=each.worse) for each in sets
        ]
        left_out += why
        told("comparing stories")
        behaviours = different_behaviours(old.scenario, new.scenario)
        if old.scenario.settings.group_count != new.scenario.settings.group_count:
            left_out.append("stories: only one of the pairs has failover groups")
    else:
        left_out.append("stories and sets of faults: one of the pairs is not known well enough or cannot come up")
    found += _advice(old, new)
    order = {True: 0, None: 1, False: 2}
    return Differences(
        old=old,
        new=new,
        found=tuple(sorted(found, key=lambda each: (each.kind != "verdict", order[each.worse]))),
        behaviours=behaviours,
        left_out=tuple(left_out),
    )


# -- the parts of the answer -----------------------------------------------------------------------


def _verdict(old: Assessment, new: Assessment) -> Iterator[Difference]:
    if old.verdict_text == new.verdict_text:
        return
    order = list(PairVerdict)
    before, after = order.index(old.verdict), order.index(new.verdict)
    worse: bool | None = after < before
    if before == after:
        worse = len(new.gaps) > len(old.gaps) if len(new.gaps) != len(old.gaps) else None
    elif PairVerdict.UNDECIDED in (old.verdict, new.verdict):
        worse = None  # what is not known is neither
    yield Difference(kind="verdict", what="verdict", old=old.verdict_text, new=new.verdict_text, worse=worse)


def _single_faults(old: Assessment, new: Assessment) -> Iterator[Difference]:
    """Faults with another outcome; those with the same change together."""
    before, after = ({str(each.fault): each for each in side.outcomes} for side in (old, new))
    alike: dict[tuple[str, str, bool | None], list[FaultOutcome]] = {}
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        texts = _outcome(one), _outcome(other)
        if texts[0] == texts[1] or any(side.unknown and each is None for side, each in ((old, one), (new, other))):
            continue
        if one is None or other is None:
            if all(each.survived for each in (one, other) if each is not None):
                continue  # a place that only one of the pairs has, and that does no harm
            worse: bool | None = one is None
        else:
            worse = _compared(_badness(one), _badness(other))
        known = other if other is not None else one
        assert known is not None, "the name is that of a fault of one of them"
        alike.setdefault((*texts, worse), []).append(known)
    for (was, now, worse), same in alike.items():
        side = new if now else old
        assert side.scenario is not None
        words = ", ".join(in_words((each.fault for each in same), side.scenario.settings))
        lines = _lines(_line(old, same), _line(new, same))
        yield Difference(kind="single-fault", what=words, old=was, new=now, worse=worse, **lines)


def _outcome(outcome: FaultOutcome | None) -> str:
    if outcome is None:
        return ""
    parts = ["both units become active"] if outcome.dual_active else []
    there = isinstance(outcome.fault, e.AtInterface) and outcome.lost == (outcome.fault.interface,)
    parts += [f"no service {'there' if there else 'on ' + ', '.join(outcome.lost)}"] if outcome.lost else []
    parts += ["no unit is active"] if outcome.lost_groups and not outcome.lost else []
    if parts:
        return " and ".join(parts)
    return "survived by a failover" if outcome.taken_over else "survived"


def _badness(outcome: FaultOutcome) -> tuple[int, ...]:
    return len(outcome.lost_groups), int(outcome.dual_active), len(outcome.lost)


def _compared(one: Any, other: Any) -> bool | None:
    """True if the other is greater, False if smaller, None if equal."""
    return None if one == other else bool(other > one)


def _lines(old: int | None, new: int | None) -> Mapping[str, Any]:
    """The line of a difference: that of the new configuration, or else that of the old one."""
    return {"line": new} if new is not None else {"old_line": old}


def _line(side: Assessment, outcomes: Iterable[FaultOutcome]) -> int | None:
    faults = {each.fault for each in outcomes}
    points = (risk.point for risk in side.risks if risk.point is not None and faults & set(risk.faults))
    return next((point.line for point in points if point.line is not None), None)


def outages_compared(old: Assessment, new: Assessment) -> Iterator[Difference]:
    """Times without service; the one of an Active/Standby pair is compared with that of each failover group.

    Where only one of the pairs has no failover, nobody takes over there, and no time is said as if somebody did.
    """
    one_is_off = _is_off(old) != _is_off(new)
    one_way, other_way = (
        {} if one_is_off and _is_off(side) else {(each.failure, each.group): each for each in side.outages}
        for side in (old, new)
    )
    before, after = _by_group_of(one_way, other_way), _by_group_of(other_way, one_way)
    for key in (*before, *(key for key in after if key not in before)):
        one, other = before.get(key), after.get(key)
        if _time(one) == _time(other):
            continue
        known = next(each for each in (other, one) if each is not None and key == (each.failure, each.group))
        worse = None
        if one is not None and other is not None and not (one.unknown or other.unknown):
            worse = _compared(_worst(one), _worst(other))
        elif one_is_off and known.worst:
            worse = _is_off(new)  # the others last for good there too, or nobody needs a failover after them
        texts = [_time_of(side, each, key[1]) for side, each in ((old, one), (new, other))]
        yield Difference(kind="outage", what=f"outage: {known.subject}", old=texts[0], new=texts[1], worse=worse)


def _is_off(side: Assessment) -> bool:
    """Whether failover is off there, or cannot come up."""
    return side.scenario is None or bool(trouble(side.config))


Outages = Mapping[tuple[str, int | None], Outage]


def _by_group_of(mine: Outages, theirs: Outages) -> Outages:
    """The outages of a pair; those of one without failover groups once for each group of the other pair."""
    groups = dict.fromkeys(group for _, group in theirs if group is not None)
    if not groups or any(group is not None for _, group in mine):
        return mine
    return {(failure, group): mine[failure, None] for failure, _ in mine for group in groups}


def _time_of(side: Assessment, outage: Outage | None, group: int | None) -> str:
    if outage is None:
        return "no failover" if _is_off(side) else NOT_KNOWN if side.unknown else ""
    return _time(outage) if outage.group == group else f"{_time(outage)}, the whole pair"


def _time(outage: Outage | None) -> str:
    """The shortest and the longest time, or why there is none."""
    if outage is None:
        return ""
    if outage.unknown or outage.best is None or outage.worst is None or outage.best == outage.worst:
        return outage.time
    return f"{seconds(outage.best)} to {outage.time}"


def _worst(outage: Outage) -> float:
    return float("inf") if outage.worst is None else outage.worst


def _never_triggers(old: Assessment, new: Assessment) -> Iterator[Difference]:
    """Interfaces and groups of which only one pair takes care by itself; those with the same change together."""
    before, after = (dict(_points(side)) for side in (old, new))
    alike: dict[tuple[str, str, int | None, int | None, bool], list[str]] = {}
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        was, now = (each.reason if each is not None else "" for each in (one, other))
        if was == now or _is_new_place(name, old.config, new.config):
            continue
        key = was, now, one and one.line, other and other.line, name.startswith(RETURN)
        alike.setdefault(key, []).append(name)
    for (was, now, old_line, line, returns), names in alike.items():
        worse = None if was and now else bool(now)
        lines = _lines(old_line, line)
        if returns:
            told = ["does not come about by itself" if text else "comes about by itself" for text in (was, now)]
            what = ", ".join(names)
        else:
            told, what = [*map(_triggers, (was, now))], f"failure of {', '.join(names)} alone"
        yield Difference(kind="never-triggers", what=what, old=told[0], new=told[1], worse=worse, **lines)


NOT_KNOWN = "not known"
"""What a pair is about which part of the configuration says nothing."""

RETURN = "the return"
"""How the subject of a group that does not go home begins."""


def _points(side: Assessment) -> Iterator[tuple[str, Any]]:
    for spot in (*side.blind_spots, *unwatched_modules(side.config)):
        for name in spot.interfaces or (spot.subject,):
            yield name, spot
    for point in side.staying:
        yield point.subject, point


def _is_new_place(name: str, old: PairConfig, new: PairConfig) -> bool:
    """Whether only one of the configurations has an interface of this name."""
    named = ({side.name_of(each) for each in side.interfaces if each.nameif} for side in (old, new))
    has = [name in names for names in named]
    return not name.startswith(RETURN) and has[0] != has[1]


def _connections(old: PairConfig, new: PairConfig) -> Iterator[Difference]:
    """Whether connections survive a failover, and those of HTTP (STF-3, CFG-26)."""
    before, after = (dict(_kept(side)) for side in (old, new))
    for subject, was in before.items():
        now = after.get(subject, was)
        if was != now:
            lines = _lines(old.line_of("link"), new.line_of("link"))
            yield Difference(kind="connections", what=subject, old=KEPT[was], new=KEPT[now], worse=now < was, **lines)
    links = [where_state_runs(side) for side in (old, new)]
    if links[0] is not links[1] and StatefulLink.NONE not in links:
        lines = _lines(old.line_of("link"), new.line_of("link"))
        texts = [WHERE[each] for each in links]
        yield Difference(kind="connections", what="stateful link", old=texts[0], new=texts[1], worse=None, **lines)


WHERE = {
    StatefulLink.DEDICATED: "of its own",
    StatefulLink.SHARED_FAILOVER: "on the failover link: one fault for both",
    StatefulLink.SHARED_DATA: "on a data interface: one fault for both",
}

KEPT = ("lost", "kept, except those of HTTP", "kept, those of HTTP too")
"""What becomes of connections, the worst first."""


def _kept(config: PairConfig) -> Iterator[tuple[str, int]]:
    """For the pair, or for each failover group, the position in `KEPT`."""
    words, stateful = "connections after a failover", where_state_runs(config) is not StatefulLink.NONE
    stateful &= not any(carries_state(config, each) and config.is_down(each) for each in config.interfaces)
    if not config.groups:
        yield words, int(stateful) * (1 + config.replication_http)
    for group in config.groups:
        yield f"{words} of group {group.number}", int(stateful) * (1 + group.replication_http)


def _interfaces(old: Assessment, new: Assessment) -> Iterator[Difference]:
    """Interfaces that only one of the pairs has, with what their failure does there."""
    names = [{side.config.name_of(each): each for each in side.config.interfaces if each.nameif} for side in (old, new)]
    for side, mine, theirs in ((new, names[1], names[0]), (old, names[0], names[1])):
        missing = NOT_KNOWN if (old if side is new else new).unknown else ""
        for name in mine:
            if name not in theirs:
                text = f"there; {_failing(side, mine[name])}"
                texts = (missing, text) if side is new else (text, missing)
                yield Difference(kind="interface", what=f"interface {name}", old=texts[0], new=texts[1], worse=None)


def _failing(side: Assessment, item: Interface) -> str:
    """What the failure of an interface does."""
    if item.is_virtual:
        return "made of software, it has no port to fail"
    if side.config.is_down(item):
        return "shut down, it has nothing to lose"
    spot = dict(_points(side)).get(side.config.name_of(item))
    return f"its failure {_triggers('' if spot is None else spot.reason)}"


def _triggers(reason: str) -> str:
    return f"never triggers a failover ({reason})" if reason else "triggers a failover"


def _promises(old: Assessment, new: Assessment) -> Iterator[Difference]:
    before, after = (dict(side.protocol.words) if side.protocol is not None else {} for side in (old, new))
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name, ""), after.get(name, "")
        if one and other and one != other:
            worse = None if "undecided" in (one, other) else _compared(one == "violated", other == "violated")
            yield Difference(kind="promise", what=f"promise {name}", old=one, new=other, worse=worse)


def _advice(old: Assessment, new: Assessment) -> Iterator[Difference]:
    before, after = ({each.text: each for each in side.config.advice} for side in (old, new))
    for text, advice in after.items():
        if text not in before:
            what = f"advice ({advice.rule})"
            yield Difference(kind="advice", what=what, old="", new=text, worse=None, line=advice.line)
    for text, advice in before.items():
        if text not in after:
            what = f"advice ({advice.rule})"
            yield Difference(kind="advice", what=what, old=text, new="", worse=None, old_line=advice.line)
