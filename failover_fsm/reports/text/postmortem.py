"""What happened, as text and as a record: the smallest explanations, and the story of one beside its evidence."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from failover_fsm.config.values.printable import printable
from failover_fsm.pair.outputs import PhaseChanged, RoleChanged
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.clocks import ClockBounds, Late, Pairing
from failover_fsm.postmortem.evidence import Note, Observation
from failover_fsm.postmortem.explain import Answer, Judgement
from failover_fsm.postmortem.explanations import Explanation, StoryStep
from failover_fsm.text.headings import heading
from failover_fsm.text.labelled import labelled
from failover_fsm.text.layout import line_width, padded, wrap
from failover_fsm.text.words import state_word, title

__all__ = [
    "answer_record",
    "answer_text",
    "change_lines",
    "events_of",
    "place_of",
    "story_lines",
    "times_lines",
    "told_explanations",
    "verdict_lines",
]

_MARGIN = 4


def _column_width() -> int:
    """The columns of one unit."""
    return (line_width() - _MARGIN - 3) // 2


_LABEL = 14
SHOWN = 10
"""So many notes, and lines that cannot be, are printed; the record has all."""
_COUNTED = (
    ("line of failover", "lines of failover"),
    ("history entry", "history entries"),
    ("state", "states"),
    ("other line", "other lines"),
)


def answer_text(answer: Answer, *, verbose: bool = False) -> str:
    """The answer; with `verbose`, all stories, all notes and the steps that print nothing."""
    lines = [*verdict_lines(answer), ""]
    lines += _wrong(answer, verbose)
    said = told_explanations(answer)
    if said:
        lines += _sets(answer)
        lines += _clocks(answer)
        lines += [line for text in times_lines(answer) for line in (*labelled("", text, 0, 2), "")]
    lines += _notes(answer, verbose)
    told = said if verbose else said[:1]
    for number, each in enumerate(told, start=1):
        of = f"explanation {number}" if len(answer.explanations) > 1 else "the story"
        lines += [f"{of[0].upper()}{of[1:]}", *story_lines(answer, each, every=verbose), ""]
    lines += ["Assumed"]
    lines += [line for text in answer.assumed for line in labelled("", text, 0, 2)]
    return "\n".join(printable(line.rstrip()) for line in lines) + "\n"


def told_explanations(answer: Answer) -> tuple[Explanation, ...]:
    """The explanations that say something: not the run of a search that found none, nor one of no evidence."""
    if answer.judgement is Judgement.EXPLAINED:
        return answer.explanations
    return tuple(each for each in answer.explanations if each.steps or (_left(answer) and answer.cost is not None))


def verdict_lines(answer: Answer) -> Iterator[str]:
    """The verdict, and what it costs."""
    cost = answer.cost
    if answer.judgement is Judgement.UNDECIDED:
        yield "UNDECIDED: the time ended before it was known what explains the evidence; a longer --time-limit may do"
        if answer.explanations:
            used = sum(len(step.seen[0]) + len(step.seen[1]) for step in answer.explanations[0].steps)
            every = sum(1 for _ in answer.evidence.observations)
            if used:
                yield f"the best run so far explains {used} of {_plural(every, 'line')}"
        if answer.least:
            yield f"what explains every line takes {_plural(answer.least, 'event')} from outside at least"
    elif answer.judgement is Judgement.EXPLAINED and cost is not None:
        yield f"EXPLAINED by {_plural(cost.outside, 'event')}: {_how_many(answer)}"
    else:
        wrong = len(answer.evidence.impossible) + (cost.unexplained if cost else 0)
        yield f"CONTRADICTORY: {_plural(wrong, 'line')} of the evidence cannot be{_of_the_rest(answer)}"
    yield _read(answer)
    if cost is not None and cost.lost:
        yield f"{_plural(cost.lost, 'message')} should be in the logs and {'is' if cost.lost == 1 else 'are'} not"
    if cost is not None and cost.unexplained:
        yield f"tried: up to {_plural(answer.most, 'event')} from outside; with more, fewer lines might be left out"


def _read(answer: Answer) -> str:
    counts = answer.evidence.counts
    parts = [f"{counts[name]} {name}" for name in ("cannot be", "set aside") if counts.get(name)]
    named = [f"{counts[many]} {one if counts[many] == 1 else many}" for one, many in _COUNTED if counts.get(many)]
    if parts:
        named[0] += f" ({', '.join(parts)})"
    return f"read: {', '.join(named) or 'nothing'}"


def _of_the_rest(answer: Answer) -> str:
    """How many explanations the evidence has without what cannot be; empty where nothing is left of it."""
    return f"; {_how_many(answer)} for the rest" if _left(answer) else ""


def _left(answer: Answer) -> int:
    """How many lines and states are left beside those that cannot be."""
    left = sum(1 for _ in answer.evidence.observations) + len(answer.evidence.snapshots)
    return left - (answer.cost.unexplained if answer.cost else 0)


def _how_many(answer: Answer) -> str:
    if not answer.is_smallest:
        if answer.cost is not None and answer.least >= answer.cost.outside:
            return "no fewer would do; whether other sets of as many do is not known"
        if not answer.least:
            return "whether fewer would do is not known"
        return f"every explanation has {answer.least} at least; whether fewer than these would do is not known"
    count = len(answer.explanations)
    more = "" if answer.is_all else " or more"
    return f"{count}{more} smallest explanation{'' if count == 1 and not more else 's'}"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


# -- lines that cannot be, and notes -------------------------------------------------------------------------


def _wrong(answer: Answer, verbose: bool) -> Iterator[str]:
    wrong = [*answer.evidence.impossible, *answer.stuck]
    if not wrong:
        return
    yield "Lines that cannot be" if answer.judgement is not Judgement.UNDECIDED else "Where it stands"
    for note in wrong if verbose else wrong[:SHOWN]:
        yield from _note(note)
        if note.allowed:
            yield from labelled("", f"allowed there: {'; '.join(note.allowed[:8])}", _MARGIN, 2)
    if len(wrong) > SHOWN and not verbose:
        yield f"  and {len(wrong) - SHOWN} more; -v shows them"
    yield ""


def _notes(answer: Answer, verbose: bool) -> Iterator[str]:
    notes = [note for note in answer.evidence.notes if not note.cannot_be]
    if not notes:
        return
    yield "Notes"
    for note in notes if verbose else notes[:SHOWN]:
        yield from _note(note)
    if len(notes) > SHOWN and not verbose:
        yield f"  and {len(notes) - SHOWN} more; -v shows them"
    yield ""


def _note(note: Note) -> Iterator[str]:
    yield from labelled("", f"{note.place}: {note.what}", 0, 2)
    if note.line:
        yield from labelled("", note.line, _MARGIN, 2)


# -- the sets --------------------------------------------------------------------------------------------------


def events_of(answer: Answer, explanation: Explanation) -> tuple[tuple[str, str, bool], ...]:
    """The outside events of an explanation: the event, its sentence, and whether a line tells of it itself."""
    found = []
    for step in explanation.steps:
        if step.is_outside:
            said = heading(step.event, step.step.before, step.step.after, answer.steps.settings)
            found.append((str(step.event), said, step.is_told))
    return tuple(found)


def _sets(answer: Answer) -> Iterator[str]:
    """Each set; where there are several, what all of them have comes first and once."""
    many = len(answer.explanations) > 1
    common = Counter(answer.shared) if many else Counter[str]()
    if common:
        yield "In every explanation"
        yield from _listed(event for event in _of_set(answer, answer.explanations[0], common, keep=True))
    for number, each in enumerate(answer.explanations, start=1):
        one = "What happened" if answer.cost is not None else "As far as the search came"
        yield (f"Explanation {number}{', besides' if common else ''}" if many else one)
        yield from _listed(_of_set(answer, each, common, keep=False))
    yield ""
    if answer.telling and many:
        yield "What would tell them apart"
        for line, who in answer.telling:
            numbers = ", ".join(map(str, who))
            yield from labelled("", f"{line}: only in explanation{'' if len(who) == 1 else 's'} {numbers}", 0, 4)
        yield ""


def _of_set(answer: Answer, each: Explanation, common: Counter[str], *, keep: bool) -> Iterator[tuple[str, str, bool]]:
    """The events of an explanation that are common to all, or the others."""
    left = common.copy()
    for event in events_of(answer, each):
        is_common = left[event[0]] > 0
        left[event[0]] -= is_common
        if is_common is keep:
            yield event


def _listed(events: Iterable[tuple[str, str, bool]]) -> Iterator[str]:
    nothing = True
    for event, said, is_logged in events:
        nothing = False
        yield from labelled("", f"{said}   [{event}{'' if is_logged else ', no line says so'}]", 0, 4)
    if nothing:
        yield "  nothing from outside"


def _clocks(answer: Answer) -> Iterator[str]:
    clocks = answer.clocks[0]
    if clocks.conflict is not None:
        yield "Clocks: no difference of the two clocks fits both"
        for pairing in clocks.conflict:
            yield from labelled("", _paired(pairing), 0, 2)
        yield ""
    elif clocks.low is not None and clocks.high is not None:
        yield f"Clocks: the primary's is {_ahead(clocks)} the secondary's, from {_paired(clocks.pairings[0])}"
        yield ""
    elif _has_both_clocks(answer):
        yield "Clocks: no moment that both units saw bounds their difference"
        yield ""


def _has_both_clocks(answer: Answer) -> bool:
    return len({each.unit for each in answer.evidence.observations if each.stamp is not None}) > 1


def times_lines(answer: Answer) -> Iterator[str]:
    """What the times of lines contradict."""
    if answer.contradiction is not None:
        yield f"Times: what explains it without them does not fit them: {_against(answer.contradiction)}"
    for number, each in enumerate(answer.late, start=1):
        if each is not None:
            where = f"in explanation {number} " if len(answer.explanations) > 1 else ""
            yield f"Times: {where}{_against(each)}{'' if each.is_slow else '; --timed looks for what fits'}"


def _against(wrong: Late | Pairing) -> str:
    """Two lines whose times contradict an explanation."""
    if isinstance(wrong, Pairing):
        return f"the order of {_paired(wrong)}"
    if wrong.is_slow:
        seconds = (wrong.effect.stamp or 0) - (wrong.cause.stamp or 0)
        said = f"{wrong.effect.place} comes {seconds:g} s after {wrong.cause.place}, {wrong.by:g} s or more later than"
        return f"{said} a step that is due allows; it may, as messages about interfaces may come long after their cause"
    when = "early" if wrong.is_early else "late"
    return f"{wrong.effect.place} comes {wrong.by:g} s or more too {when} after {wrong.cause.place}"


def _ahead(clocks: ClockBounds) -> str:
    low, high = clocks.low or 0.0, clocks.high or 0.0
    if low <= 0 <= high:
        return f"within {max(-low, high):g} s of"
    return f"{low:g} to {high:g} s ahead of" if low > 0 else f"{-high:g} to {-low:g} s behind"


def _paired(pairing: Pairing) -> str:
    return f"{pairing.primary.place} and {pairing.secondary.place}, {pairing.difference:+g} s apart"


# -- the story -------------------------------------------------------------------------------------------------


def story_lines(answer: Answer, explanation: Explanation, *, every: bool = False) -> Iterator[str]:
    """The story of a run in two columns, each line of evidence beside the step that prints it.

    Args:
        answer: The answer that it belongs to.
        explanation: The explanation.
        every: The units' own steps that print nothing, too.
    """
    yield f"{'':{_MARGIN}}{padded('PRIMARY', _column_width())} | SECONDARY"
    number = 0
    for step in explanation.steps:
        if not (every or step.is_outside or any(step.seen) or any(step.lost) or _moves(step)):
            continue
        number += 1
        said = heading(step.event, step.step.before, step.step.after, answer.steps.settings)
        mark = ">>" if step.is_outside else "  "
        yield from wrap(f"{mark} {number}. {said}", "", " " * 6, cuts=True)
        yield from _beside([*_cells(step, 0)], [*_cells(step, 1)])
    for each in explanation.unexplained:
        yield from wrap(f"!! not explained: {each.place} {each.text}", "", " " * 6, cuts=True)


def _moves(step: StoryStep) -> bool:
    """A unit or a group changes its state."""
    return any(isinstance(each, RoleChanged | PhaseChanged) for each in step.step.outputs)


def place_of(each: Observation) -> str:
    """Where an observation stands, without the directory of its file."""
    return f"{each.source.replace(os.sep, '/').rsplit('/', 1)[-1]}:{each.line}"


def change_lines(step: StoryStep, side: int) -> Iterator[str]:
    """The changes of state of a unit in a step, by group where there are groups."""
    unit = tuple(Unit)[side]
    before, after = step.step.before.unit(unit), step.step.after.unit(unit)
    for index in range(len(before.groups)):
        was, now = state_word(before, index), state_word(after, index)
        if was != now:
            yield f"{f'group {index + 1}: ' if len(before.groups) > 1 else ''}{title(was)} -> {title(now)}"


def _cells(step: StoryStep, side: int) -> Iterator[str]:
    yield from change_lines(step, side)
    for each in step.lines[side]:
        if isinstance(each, str):
            yield from wrap(f"[{each}]", "", "  ", width=_column_width(), cuts=True)
            continue
        text = each.text[max(each.text.find("%"), 0) :]
        yield from wrap(f"{place_of(each)}  {text}", "", "  ", width=_column_width(), hyphens=False, cuts=True)


def _beside(left: list[str], right: list[str]) -> Iterator[str]:
    for row in range(max(len(left), len(right))):
        one = left[row] if row < len(left) else ""
        other = right[row] if row < len(right) else ""
        yield f"{'':{_MARGIN}}{padded(one, _column_width())} | {other}"


# -- the record ------------------------------------------------------------------------------------------------


def answer_record(answer: Answer) -> dict[str, Any]:
    """The answer as a record for JSON."""
    cost = answer.cost
    return {
        "judgement": answer.judgement.value,
        "cost": None if cost is None else {"unexplained": cost.unexplained, "events": cost.outside, "lost": cost.lost},
        "explanations": [_explanation(answer, number) for number in range(len(answer.explanations))],
        "all": answer.is_all,
        "smallest": answer.is_smallest,
        "least_events": answer.least,
        "shared": list(answer.shared),
        "telling": [{"line": line, "explanations": list(who)} for line, who in answer.telling],
        "cannot_be": [_record(note) for note in (*answer.evidence.impossible, *answer.stuck)],
        "notes": [_record(note) for note in answer.evidence.notes if not note.cannot_be],
        "states": [each.text for each in answer.evidence.snapshots],
        "read": dict(answer.evidence.counts),
        "assumed": list(answer.assumed),
        "most_events": answer.most,
        "out_of_order": None if answer.contradiction is None else _against(answer.contradiction),
    }


def _record(note: Note) -> dict[str, Any]:
    return {"place": note.place, "what": note.what, "line": note.line, "allowed": list(note.allowed)}


def _explanation(answer: Answer, number: int) -> dict[str, Any]:
    each, clocks = answer.explanations[number], answer.clocks[number]
    return {
        "events": [
            {"event": event, "says": said, "logged": is_logged} for event, said, is_logged in events_of(answer, each)
        ],
        "steps": [_step(answer, step) for step in each.steps],
        "unexplained": [one.place for one in each.unexplained],
        "clocks": {
            "primary_ahead_least": clocks.low,
            "primary_ahead_most": clocks.high,
            "contradiction": [_paired(pairing) for pairing in clocks.conflict or ()],
        },
        "late": [_against(late) for late in answer.late[number : number + 1] if late is not None],
    }


def _step(answer: Answer, step: StoryStep) -> dict[str, Any]:
    sides = ("primary", "secondary")
    return {
        "event": str(step.event),
        "says": heading(step.event, step.step.before, step.step.after, answer.steps.settings),
        "outside": step.is_outside,
        **{
            side: {
                "evidence": [{"place": each.place, "line": each.text} for each in step.seen[index]],
                "lost": list(step.lost[index]),
            }
            for index, side in enumerate(sides)
        },
    }
