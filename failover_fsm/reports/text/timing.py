"""The time bounds of a pair: a table for people, and the JSON object of `times --json`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.analysis.fault_kinds import JoinedKind
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.printable import printable
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.reports.text.fault_kinds import kind_text
from failover_fsm.text.layout import columns
from failover_fsm.timing.bounds import Bounds, Extreme, Measured, measure_all
from failover_fsm.timing.conditions import CONDITIONS
from failover_fsm.timing.table import COLUMNS, FailoverTimeCell
from failover_fsm.timing.times import Times, seconds
from failover_fsm.trace.timing_scenes import TimingScene, scene

__all__ = ["ENDS", "PairTimes", "pair_times", "table_record", "table_text", "times_record", "times_text"]

ENDS = ("best", "worst")
NEVER = "never"
NOT_KNOWN = "not known"
BOTH_ACTIVE = "both active"
LINK_LOST = "failover-link-lost"


@attrs.frozen(kw_only=True)
class PairTimes:
    """The measured times of a pair.

    Attributes:
        source: The file of the configuration.
        config: The configuration, with failover on.
        options: The reading of the points that the chapter leaves open.
        times: The times of the configuration.
        measured: The bounds of each condition.
        was_off: True if failover is off in the file.
    """

    source: str
    config: PairConfig
    options: Options
    times: Times
    measured: tuple[Measured, ...]
    was_off: bool

    def extremes(self, each: Measured) -> tuple[Extreme, Extreme] | None:
        """The best and the worst case of a condition: of the takeover, else of the detection."""
        bounds = each.takeover or each.detection
        return None if bounds is None else (bounds.best, bounds.worst)

    def scene(self, each: Measured, end: str) -> TimingScene | None:
        """A run that takes the `best` or the `worst` time of a condition; None if there is nothing to show."""
        found = self.extremes(each)
        if found is None:
            return None
        return scene(self.config, self.options, found[ENDS.index(end)], takeover=each.takeover is not None)

    def trace(self, each: Measured, end: str, config: Sequence[str]) -> str | None:
        """That run as a scenario file, for a configuration file of this name.

        None also if a 4GE card makes a difference, which a scenario cannot express.
        """
        card = any(block.card for bound in (each.takeover,) if bound for block in bound.worst.case.blocks)
        watched = self.times.interfaces if each.group is None else self.times.interfaces[each.group - 1 : each.group]
        if card and any(item.card_poll != item.poll for item in watched):
            return None
        found, shown = self.extremes(each), self.scene(each, end)
        if found is None or shown is None:
            return None
        bound, what = found[ENDS.index(end)].value, "takeover" if each.takeover else "detection"
        head = [f"{each.id}: {end} time to {what}, {seconds(bound)} s; {each.condition.description}"]
        if shown.elapsed != bound:
            head.append("the bound is a limit: what is due in the very instant of the fault does not happen any more")
        return shown.text(config, self.options, head)


def pair_times(
    source: str,
    config: PairConfig,
    options: Options | None = None,
    seen: Callable[[int, int], object] = lambda done, total: None,
) -> PairTimes:
    """The bounds of every failure condition for a configured pair, under these options.

    Args:
        source: The file of the configuration.
        config: The configuration.
        options: The reading of the points that the chapter leaves open.
        seen: Called after each condition with how many are done, of how many.
    """
    chosen = options or Options()
    on = attrs.evolve(config, enabled=True)
    times, settings = Times.of(on, chosen), Settings.of(on, chosen)
    return PairTimes(
        source=source,
        config=on,
        options=chosen,
        times=times,
        measured=tuple(_counted(measure_all(settings, times), len(CONDITIONS) * settings.group_count, seen)),
        was_off=not config.enabled,
    )


def _counted(items: Iterable[Measured], total: int, seen: Callable[[int, int], object]) -> Iterator[Measured]:
    for done, each in enumerate(items, start=1):
        seen(done, total)
        yield each


# -- data ------------------------------------------------------------------------------------------


def times_record(
    found: PairTimes, config: Sequence[str], lost: Sequence[JoinedKind] = (), *, parted: bool = False
) -> dict[str, Any]:
    """The JSON object of `times`; times in seconds, null if something never or not surely happens.

    In an Active/Active pair each condition stands once for each failover group.

    Args:
        found: The times.
        config: The files of the configuration, for traces.
        lost: The single faults that end service for good.
        parted: Whether both units become active when the failover link is lost.
    """
    return {
        "config": found.source,
        "assumptions": list(_assumptions(found)),
        "conditions": [
            {
                "id": each.condition.id,
                "group": each.group,
                "detection": _seconds(each.detection),
                "takeover": _seconds(each.takeover),
                "no_active": _seconds(each.no_active),
                "without_service": _seconds(each.service),
                "both_active": parted and _parts(each),
                "rules": list(each.condition.rules),
                "traces": [found.trace(each, end, config) for end in ENDS],
                **({"not_known": each.unknown} if each.unknown else {}),
            }
            for each in found.measured
        ],
        "states": sum(each.states for each in found.measured),
        "lost_for_good": [
            {"kind": kind_text(kind), "count": kind.count, "faults": [str(fault) for fault in kind.example.faults]}
            for kind in lost
        ],
    }


def _seconds(bounds: Bounds | None) -> list[float | None] | None:
    return None if bounds is None else [None if each is None else each / 1000 for each in bounds.pair]


def table_record(cells: Iterable[FailoverTimeCell]) -> dict[str, Any]:
    """The JSON object of `times --table-13-7`."""
    return {
        "cells": [
            {
                "rule": cell.rule,
                "id": cell.condition,
                "settings": cell.column,
                "chapter": cell.chapter / 1000,
                "takeover": [cell.best / 1000, cell.worst / 1000],
                "agrees": cell.is_worst_case,
                "explained": cell.explained,
            }
            for cell in cells
        ]
    }


# -- text ------------------------------------------------------------------------------------------


def times_text(found: PairTimes, lost: Sequence[JoinedKind] = (), *, parted: bool = False) -> str:
    """The table of a pair, its assumptions, and the single faults that end service for good; arguments as above."""
    lines = [printable(found.source), *(f"  - {each}" for each in _assumptions(found)), ""]
    settings = Settings.of(found.config, found.options)
    rows = [("", "detection", "takeover", "no unit active", "without service")]
    rows += [
        (
            each.id,
            "-" if each.condition.announced else _range(each.detection, each.unknown),
            _range(each.takeover, each.unknown),
            _outage(each, each.no_active),
            BOTH_ACTIVE if parted and _parts(each) else _service(each, settings),
        )
        for each in found.measured
    ]
    lines += columns(rows)
    conditions = dict.fromkeys(each.condition for each in found.measured)
    lines += ["", *(f"  {condition.id}: {condition.description}" for condition in conditions)]
    if parted:
        lines.append(f"  {BOTH_ACTIVE}: with the same addresses on both, service is not what it was; it stays so")
    lines += [
        f"  {each.id}: not known, the search was given up at {each.unknown}" for each in found.measured if each.unknown
    ]
    if lost:
        lines += ["", "Service that does not come back until somebody repairs the fault:"]
        lines += [f"  - {kind_text(kind)}" for kind in lost]
    states = sum(each.states for each in found.measured)
    lines += ["", f"From best to worst, in seconds; exact: every phase and every order, {states:,} symbolic states."]
    return "\n".join(lines) + "\n"


def _assumptions(found: PairTimes) -> Iterator[str]:
    yield from found.times.assumptions()
    if found.was_off:
        yield "failover is off in the configuration: looked at as if it were on"


def _outage(each: Measured, bounds: Bounds | None) -> str:
    if each.unknown:
        return NOT_KNOWN
    return "-" if each.takeover is None and bounds is None else _range(bounds)


def _parts(each: Measured) -> bool:
    """Whether the peer takes over from a unit that goes on, where that makes both active."""
    return each.condition.id == LINK_LOST and each.takeover is not None


def _service(each: Measured, settings: Settings) -> str:
    """The time without service; with a policy that interfaces never reach it does not come back by itself."""
    groups = range(settings.group_count) if each.group is None else (each.group - 1,)
    has_interfaces = any(port.group in groups and not port.shutdown for port in settings.ports)
    if not each.unknown and each.service is None and each.condition.id.startswith("interface-") and has_interfaces:
        return "for good"
    return _outage(each, each.service)


def _range(bounds: Bounds | None, unknown: str = "") -> str:
    if bounds is None:
        return NOT_KNOWN if unknown else NEVER
    best, worst = bounds.pair
    if worst is None:
        return f"{seconds(best)}, or {NEVER}"
    return seconds(best) if best == worst else f"{seconds(best)} to {seconds(worst)}"


def table_text(cells: Sequence[FailoverTimeCell]) -> str:
    """Table 13-7, cell by cell, compared with the chapter."""
    rows = [("rule", "condition", "settings", "chapter", "computed", "the chapter's figure is")]
    for cell in cells:
        computed = f"{seconds(cell.best)} to {seconds(cell.worst)}"
        rows.append((cell.rule, cell.condition, cell.column, seconds(cell.chapter), computed, cell.explained))
    lines = ["Table 13-7: from the failure to the takeover, in seconds", "", *columns(rows), ""]
    for name, unit, interface in COLUMNS:
        values = (unit.poll_ms, unit.hold_ms, interface.poll_ms, interface.hold_ms)
        one, two, three, four = (seconds(value) for value in values)
        lines.append(f"  {name}: unit poll {one} s, hold {two} s; interface poll {three} s, hold {four} s")
    agree = sum(cell.is_worst_case for cell in cells)
    lines += [
        "",
        f"{agree} of {len(cells)} figures are the worst case, from the failure itself. The best case is one poll",
        "shorter, in the limit: the failure comes right before a hello, or right before a look at the port.",
    ]
    return "\n".join(lines) + "\n"
