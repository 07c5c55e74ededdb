"""The report of `autoupdate`: what the next run does, and what one fault at any moment of it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from failover_fsm.pair import events as e
from failover_fsm.reports.text.verdict import wrapped
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.outlook import Effect, Outlook, Struck
from failover_fsm.services.autoupdate.states import Step

__all__ = ["outlook_record", "outlook_text"]

WORDS: dict[type[e.Event], str] = {
    e.UnitFailed: "the {unit} stops",
    e.FailoverLinkFailed: "the failover link fails",
    e.InterfaceLinkFailed: "an interface of the {unit} goes down",
    e.PortFailed: "a port of the {unit} goes down",
    e.ServiceModuleFailed: "the service module of the {unit} dies",
    u.ServerLost: "the server does not answer",
    u.FileTruncated: "files arrive without their end",
    u.FileWrong: "files arrive with another checksum",
}
"""The faults in words."""

FEW = 3
"""So many steps are named one by one."""

IN_SHORT = (Effect.LATER, Effect.LATER_BRIEFLY, Effect.NONE)
"""Effects that the short report only counts."""

_NAMES = {Step.IMAGE: "image", Step.ASDM: "asdm", Step.CONFIGURATION: "config"}


def outlook_text(found: Outlook, title: str, assumed: Iterable[str], *, verbose: bool = False) -> str:
    """The report.

    Args:
        found: The answer.
        title: The first line.
        assumed: What it rests on, a sentence each.
        verbose: Every step of the undisturbed run, and every fault, however harmless.
    """
    lines = [title, "", "Without a fault", *_undisturbed(found, verbose)]
    if found.struck:
        faults, moments = len({each.fault for each in found.struck}), len({each.moment for each in found.struck})
        lines += ["", f"With one fault: {faults} faults at {moments} moments, {len(found.struck)} runs"]
        for effect in Effect:
            lines += _with(found.with_effect(effect), effect, verbose)
    if not found.refused:
        lines += ["", "Assumed", *(line for each in assumed for line in wrapped(each, "  - ", "    "))]
    return "\n".join([*lines, "", *wrapped(_verdict(found), "", ""), ""])


def _undisturbed(found: Outlook, verbose: bool) -> Iterator[str]:
    if found.refused:
        yield f"  the process does not begin: {found.refused}"
        return
    rounds = [_NAMES[step.after.own.step] for step in _into(found, _NAMES)]
    yield f"  updated: {', then '.join(rounds)}" if rounds else "  nothing to update"
    reloads = list(_reloads(found))
    if reloads:
        yield f"  reloaded: {', then '.join(reloads)}"
        yield f"  {'no unit is active while both load' if found.outage else 'a unit is active all the time'}"
    if not found.finished:
        yield "  and the files do not agree at its end"
    if verbose:
        yield from (f"    {step.after.own.step.value:<28}{_told(step)}" for step in found.undisturbed.steps)


def _told(step: Any) -> str:
    return f"{step.event.word()}{f': {step.reason}' if step.reason else ''}"


def _into(found: Outlook, steps: Iterable[Step]) -> Iterator[Any]:
    wanted = tuple(steps)
    for ran in found.undisturbed.steps:
        if ran.after.own.step in wanted and ran.after.own.step is not ran.before.own.step:
            yield ran


_WHO = {
    Step.SECONDARY_LOADS: "secondary", Step.ONLY_SECONDARY_LOADS: "secondary", Step.PRIMARY_LOADS: "primary",
    Step.ONLY_PRIMARY_LOADS: "primary", Step.BOTH_LOAD: "both together",
}  # fmt: skip


def _reloads(found: Outlook) -> Iterator[str]:
    return (_WHO[ran.after.own.step] for ran in _into(found, _WHO))


def _with(struck: Sequence[Struck], effect: Effect, verbose: bool) -> Iterator[str]:
    """The faults whose worst effect is this one, each with the steps in which it strikes."""
    if not struck:
        return
    steps: dict[str, list[Step]] = {}
    for each in struck:
        steps.setdefault(WORDS[type(each.fault)].format(unit=_unit(each.fault)), []).append(each.step)
    yield f"  {effect.value}: {len(struck)} runs"
    if effect in IN_SHORT and not verbose:
        return
    for words, where in steps.items():
        yield from wrapped(f"{words}: {_listed(where)}", "    ", "      ")


def _unit(fault: e.Event) -> str:
    return fault.unit.value if isinstance(fault, e.AtUnit) else ""


def _listed(steps: Iterable[Step]) -> str:
    found = [step for step in Step if step in tuple(steps)]
    if len(found) <= FEW:
        return ", ".join(step.value for step in found)
    return f"{len(found)} steps, {found[0].value} to {found[-1].value}"


def _verdict(found: Outlook) -> str:
    told = {
        "NO UPDATE": "the process does not begin on this pair.",
        "HOLDS": "both units end with what the server offers, with one fault too.",
        "HOLDS WITH GAPS": "both units end with what the server offers, after a fault at the latest once it is mended.",
    }
    worst = next((effect for effect in Effect if found.with_effect(effect)), Effect.NONE)
    broken = f"{worst.value}." if found.finished else "undisturbed, the units do not end with what the server offers."
    return f"{found.verdict}: {told.get(found.verdict, broken)}"


def outlook_record(found: Outlook, assumed: Iterable[str]) -> dict[str, Any]:
    """The answer as data, with what it rests on."""
    return {
        "verdict": found.verdict.lower(),
        "assumed": list(assumed),
        "refused": found.refused or None,
        "finished": found.finished,
        "outage": found.outage,
        "steps": [
            {"event": str(ran.event), "step": ran.after.own.step.value, "lines": list(ran.lines)}
            for ran in found.undisturbed.steps
        ],
        "faults": [
            {
                "fault": str(each.fault),
                "after": each.moment,
                "step": each.step.value,
                "effects": [effect.name.lower().replace("_", "-") for effect in each.effects],
                "run": [str(ran.event) for ran in each.run.steps],
            }
            for each in found.struck
        ],
    }
