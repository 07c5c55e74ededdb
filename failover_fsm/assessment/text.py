"""The answer about a pair as text: short, in at most twelve lines, and long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from failover_fsm.assessment.facts import Facts, PairVerdict
from failover_fsm.assessment.outages import FAILURES
from failover_fsm.assessment.ranking import is_weighty
from failover_fsm.assessment.risks import MOST_NAMED, few, in_words
from failover_fsm.config.records.asymmetric import asr_groups, effect_of
from failover_fsm.config.records.pair_config import Advice
from failover_fsm.config.review.trouble import Point
from failover_fsm.config.values.printable import printable
from failover_fsm.pair.events import ElementFailed, FailoverLinkFailed
from failover_fsm.reports.text.verdict import kept_text, pair_line, report_text
from failover_fsm.text.labelled import labelled
from failover_fsm.text.layout import WIDTH, cut, fitted, line_width

__all__ = ["answer_sections", "everything_to_do", "long_text", "short_text"]

FIRST = "do first"
NOT_MODELLED = "not modelled"
"""The rule of advice on a line that the model has no part in: nothing is to be done about it."""
PAUSE = "pause"
PROTOCOL = "protocol"
SINGLE_FAULT = "single fault"
WORST_OUTAGE = "worst outage"

LABEL = 16
"""The width of the labels on the left."""

MOST_LINES = 12
"""The most lines of the short form; each of at most five sections has two, and what others leave free."""

PROMISE = "what failover must do in any order of events"


def short_text(facts: Facts) -> str:
    """The answer in at most twelve lines, on a narrow terminal in as many as that takes."""
    heading = list(_heading(facts))
    sections = [each for each in answer_sections(facts, MOST_NAMED) if each[0] != PAUSE or _pauses_are_too_short(facts)]
    shown = [_fitted(label, items, _as_many(2)) for label, items in sections]
    for number, (label, items) in enumerate(sections):
        free = _as_many(MOST_LINES) - len(heading) - sum(map(len, shown))
        shown[number] = _fitted(label, items, len(shown[number]) + max(free, 0))
    return "\n".join([*heading, *(line for lines in shown for line in lines)]) + "\n"


def _as_many(lines: int) -> int:
    """How many lines of the terminal have room for what so many lines of a file have."""
    return max(lines, -(-lines * WIDTH // line_width()))


def long_text(facts: Facts) -> str:
    """The answer with every fault, every point, all advice and every promise."""
    lines = list(_heading(facts))
    sections = [
        (label, items) for label, items in answer_sections(facts, len(facts.config.interfaces)) if label != FIRST
    ]
    for label, items in (*sections, ("to do", everything_to_do(facts))):
        for number, item in enumerate(items):
            lines += _wrapped("" if number else label, item)
    promises = _every_promise(facts)
    return "\n".join(lines) + "\n" + (promises and f"\n{promises}")


def _every_promise(facts: Facts) -> str:
    """Every promise, with the search or with where the verdicts are from; empty if they were not examined."""
    protocol = facts.protocol
    if facts.report is not None:
        return report_text(facts.report, verbose=True)
    if protocol is None or protocol.scenario is None:
        return ""
    return kept_text(protocol.scenario, protocol.words, protocol.never, protocol.kept)


def _heading(facts: Facts) -> Iterator[str]:
    yield f"{printable(facts.title)}: {facts.verdict_text}"
    if facts.scenario is not None:
        yield from fitted(f"  {printable(pair_line(facts.scenario))}")


def answer_sections(facts: Facts, most: int) -> Iterator[tuple[str, list[str]]]:
    """The labels with the items below them, naming so many interfaces; a section without items is left out."""
    found = (
        ("no failover", _trouble(facts)),
        ("not known", _unknown(facts)),
        (SINGLE_FAULT, _faults(facts, most)),
        (WORST_OUTAGE, _times(facts, most)),
        (PAUSE, _pause(facts)),
        ("never triggers", _spots(facts, most)),
        ("asymmetric", [effect_of(facts.config, group, named=False) for group in asr_groups(facts.config)]),
        (FIRST, _first(facts)),
        (PROTOCOL, _protocol(facts)),
    )
    yield from ((label, items) for label, items in found if items)


# -- sections --------------------------------------------------------------------------------------


def _trouble(facts: Facts) -> list[str]:
    found = [
        f"{each.subject} {each.reason}{each.where and f' ({each.where})'}: {each.remedy}" for each in facts.trouble
    ]
    return [*found, "the rest is as if it worked"] if found and facts.scenario is not None else found


def _unknown(facts: Facts) -> list[str]:
    gaps = [f"{gap.unknown}; {gap.remedy}" for gap in facts.unknown]
    return [*gaps, *(f"the outage after {each.subject} ({each.doubt})" for each in facts.doubtful)]


def _in_lines(points: Sequence[Point], most: int = MOST_NAMED) -> str:
    lines = [f"{line}" for line in dict.fromkeys(each.line for each in points) if line is not None]
    return f" (line{'' if len(lines) == 1 else 's'} {few(lines, most)})" if lines else ""


def _spots(facts: Facts, most: int) -> list[str]:
    """What never triggers a failover, all with the same reason together."""
    found: dict[str, list[Point]] = {}
    for each in (*facts.blind_spots, *facts.staying):
        found.setdefault(each.reason, []).append(each)
    return [
        f"{few([each.subject for each in same], most)}: {why}{_in_lines(same, most)}" for why, same in found.items()
    ]


def _faults(facts: Facts, most: int) -> list[str]:
    """How many single faults are survived, and which are not."""
    if not facts.outcomes or facts.scenario is None:
        return []
    settings = facts.scenario.settings
    count, survived = len(facts.outcomes), len(facts.survived)
    if survived == count:
        element = "" if settings.topology is None else ", any switch or cable"
        whichever = "a unit, the failover link, any port, any silent interface, any cut path"
        return [f"survives all {count} ({whichever}{element})"]
    risky = {fault: None for risk in facts.risks for fault in risk.faults}
    covered = [each.fault for each in facts.outcomes if not each.survived and each.fault not in risky]
    local = [fault for risk in facts.risks if risk.is_local for fault in risk.faults]
    found = [
        f"{', '.join(in_words(risk.faults, settings, most))} ({risk.consequence})"
        for risk in facts.risks
        if not risk.is_local
    ]
    found += [f"{words} (no service there)" for words in in_words(local, settings, most)]
    found += [f"{words} (a gap)" for words in in_words(covered, settings, most)]
    return [f"survives {survived} of {count}, not: {found[0]}", *found[1:]]


def _times(facts: Facts, most: int) -> list[str]:
    """The worst times, those without end first, those of all groups together where they are the same."""
    parted = any(
        risk.both_active and isinstance(each, FailoverLinkFailed) for risk in facts.risks for each in risk.faults
    )
    found = []
    for failure in FAILURES:
        own = [each for each in facts.outages if each.failure == failure]
        if failure == "failover-link-lost" and parted:
            found.append("failover link lost: both units become active")
        elif len({(each.words, each.time) for each in own}) == 1:
            found.append(f"{own[0].words} {own[0].time}")
        elif own:
            found.append(", ".join(f"{each.words} {each.time} (group {each.group})" for each in own))
    return [*_endless(facts, most), *_endless_by_elements(facts, most), *found]


def _pause(facts: Facts) -> list[str]:
    return [facts.pauses.words] if facts.pauses is not None else []


def _pauses_are_too_short(facts: Facts) -> bool:
    return facts.pauses is not None and facts.pauses.too_short


def _endless(facts: Facts, most: int) -> list[str]:
    """The interfaces without service for good, where others have an outage with an end."""
    if not any(each.worst for each in facts.outages if each.failure == "interface-silent"):
        return []
    names = [(name, each.together) for each in facts.blind_spots for name in each.interfaces]
    found = []
    for alone in (False, True):
        named = [name for name, together in names if together is alone]
        found += [f"{few(named, most)}{' alone' if alone else ''} for good"] if named else []
    return found


def _endless_by_elements(facts: Facts, most: int) -> Iterator[str]:
    """The switches, cables and hosts without which interfaces have no service for good."""
    if facts.scenario is None:
        return
    for risk in facts.risks:
        if risk.lost and not risk.is_local:
            yield f"{', '.join(in_words(risk.faults, facts.scenario.settings, most))}: {few(risk.lost, most)} for good"


def everything_to_do(facts: Facts) -> list[str]:
    """What to change, the weightiest first."""
    points = [risk.point.advice for risk in facts.risks if risk.point is not None]
    weighty = [_advised(each) for each in facts.advice if is_weighty(each)]
    ways = [_way_around(each, facts) for risk in facts.risks for each in risk.faults if isinstance(each, ElementFailed)]
    gaps = [each.advice for each in facts.gaps]
    return list(dict.fromkeys((*points, *ways, *weighty, *gaps, *map(_advised, facts.advice))))


def _way_around(fault: ElementFailed, facts: Facts) -> str:
    """What makes the failure of an element bearable: another way, or for a host of both units another host."""
    topology = None if facts.scenario is None else facts.scenario.settings.topology
    hosts = {} if topology is None else dict(topology.hosts)
    if len(hosts.get(fault.element, ())) > 1:
        return f"run each unit on a host of its own: both stop with {fault.element}"
    return f"lay a way around {fault.element}, so that its failure leaves one"


def _advised(advice: Advice) -> str:
    text = advice.text.rstrip(".")
    return f"line {advice.line}: {text}" if advice.line else text


def _first(facts: Facts) -> list[str]:
    """The change that matters most; what is in the way of failover is named before, and what is kept needs none."""
    kept = {_advised(each): None for each in facts.advice if each.rule == NOT_MODELLED}
    found = [] if facts.trouble else [each for each in everything_to_do(facts) if each not in kept]
    return [found[0], *([f"{len(found) - 1} more with -v"] if len(found) > 1 else [])] if found else []


def _protocol(facts: Facts) -> list[str]:
    protocol = facts.protocol
    if protocol is None:
        return []
    if facts.verdict is PairVerdict.VIOLATED:
        found = [name for name, _ in protocol.violated]
        return [f"VIOLATED, a promise ({PROMISE}): {found[0]}", *found[1:], "-v shows how"]
    if protocol.limit:
        return [f"the promises ({PROMISE}) are not decided, stopped early: {protocol.limit}"]
    return [f"{protocol.count('holds')} promises hold; -v lists them (a promise: {PROMISE})"]


# -- layout ----------------------------------------------------------------------------------------


def _wrapped(label: str, text: str) -> list[str]:
    return labelled(label, text, LABEL)


def _fitted(label: str, items: Sequence[str], most: int) -> list[str]:
    """As many items as fit into the lines of a section, with the number of the others."""
    for shown in range(len(items), 0, -1):
        rest = [f"{len(items) - shown} more with -v"] if shown < len(items) else []
        lines = _wrapped(label, "; ".join([*items[:shown], *rest]))
        if len(lines) <= most:
            return lines
    return [*lines[: most - 1], f"{cut(lines[most - 1], line_width() - 18)} ... more with -v"]
