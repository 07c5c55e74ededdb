"""Differences between two pairs as text: short, long, as Markdown for a pull request, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from failover_fsm.changes.behaviours import Behaviour
from failover_fsm.changes.differences import Difference, Differences
from failover_fsm.changes.playing import Stand
from failover_fsm.config.values.printable import printable
from failover_fsm.model.interleavings import replayed
from failover_fsm.text.labelled import labelled
from failover_fsm.text.story import tell

__all__ = ["change_words", "differences_record", "differences_text", "markdown_text", "not_known"]

LABEL = 10
MOST_SHOWN = 5
"""The most differences of a section in the short form."""

MOST_STORIES = 3
"""The most stories in the short form."""

SECTIONS: tuple[tuple[str, bool | None], ...] = (("worse", True), ("better", False), ("other", None))


def differences_text(found: Differences, *, verbose: bool = False) -> str:
    """The differences for people.

    Args:
        found: The differences.
        verbose: True for every one, and for each story its run in both pairs.
    """
    lines = [f"{printable(found.old.title)} -> {printable(found.new.title)}: {found.word}{_counts(found)}"]
    for label, worse in SECTIONS:
        items = [_line(each) for each in found.found if each.worse is worse]
        lines += _section(label, items, None if verbose else MOST_SHOWN)
    stories = found.behaviours if verbose else found.behaviours[:MOST_STORIES]
    for number, story in enumerate(stories, 1):
        lines += _story(f"story {number}", story)
    if len(stories) < len(found.behaviours):
        lines += _wrapped("", f"{len(found.behaviours) - len(stories)} more stories with -v")
    lines += _section("not known", list(not_known(found)), None)
    text = "\n".join(lines) + "\n"
    return text + "".join(_runs(found)) if verbose else text


def _counts(found: Differences) -> str:
    rest = ", not everything compared" if found.undecided else ""
    if not found.judged:
        return f", no difference in behaviour{rest}"
    counts = [(sum(each.worse is worse for each in found.found), label) for label, worse in SECTIONS]
    stories = len(found.behaviours)
    counts.append((stories, "story" if stories == 1 else "stories"))
    return f" ({', '.join(f'{count} {label}' for count, label in counts if count)}){rest}"


def _line(each: Difference) -> str:
    where = f" (line {each.line})" if each.line else f" (line {each.old_line} of the old)" if each.old_line else ""
    return f"{each.what}: {change_words(each)}{where}"


def change_words(each: Difference) -> str:
    """How it was and how it is now, in a line."""
    if each.kind == "advice":
        return f"new: {each.new}" if each.new else f"gone: {each.old}"
    if each.kind == "fault-set":
        return f"new: {each.new}" if each.new else f"no more: {each.old}"
    missing = "does not occur" if each.kind in ("outage", "single-fault") else "not there"
    return f"{each.old or missing} -> {each.new or missing}"


def _section(label: str, items: list[str], most: int | None) -> list[str]:
    shown = items if most is None or len(items) <= most + 1 else items[:most]
    rest = [f"{len(items) - len(shown)} more with -v"] if len(shown) < len(items) else []
    return [line for number, item in enumerate([*shown, *rest]) for line in _wrapped("" if number else label, item)]


def _story(label: str, story: Behaviour) -> list[str]:
    rows = f" ({', '.join(story.rows)})" if story.rows else ""
    return [
        *_wrapped(label, f"{', then '.join(story.headings)}{rows}"),
        *_wrapped("", f"old: {story.old.text}"),
        *_wrapped("", f"new: {story.new.text}"),
    ]


def not_known(found: Differences) -> Iterator[str]:
    """What is not known of the pairs, and what was not compared, each in a sentence."""
    for side in (found.old, found.new):
        for gap in side.unknown:
            yield f"{side.title}: {gap.unknown}; {gap.remedy}"
        if side.protocol is not None and side.protocol.limit:
            yield f"{side.title}: the promises: {side.protocol.limit}"
    yield from (f"not compared: {each}" for each in found.left_out)


def _runs(found: Differences) -> Iterator[str]:
    """For each story its whole run in the old and in the new pair."""
    for number, story in enumerate(found.behaviours, 1):
        for word, stand in (("OLD", story.old), ("NEW", story.new)):
            yield f"\nSTORY {number}, {word}\n\n{_run(stand)}"


def _run(stand: Stand) -> str:
    steps = [(step.event, step.before, step.after, step.outputs) for step in replayed(stand.settings, stand.run)]
    return tell(steps, stand.settings)


def _wrapped(label: str, text: str) -> list[str]:
    return labelled(label, text, LABEL, 2)


# -- for a pull request ----------------------------------------------------------------------------


def markdown_text(found: Differences) -> str:
    """The differences as Markdown: a heading, a table, and the stories folded."""
    lines = [f"### Failover: {found.word}{_counts(found)}", "", f"`{found.old.title}` → `{found.new.title}`", ""]
    if found.found:
        lines += ["| | What | Before | After | Line |", "|---|---|---|---|---|"]
        lines += [_row(each) for each in found.found]
        lines.append("")
    for story in found.behaviours:
        rows = f" ({', '.join(story.rows)})" if story.rows else ""
        lines += [
            f"<details><summary>{_cell(', then '.join(story.headings))}{rows}</summary>",
            "",
            f"- before: {_cell(story.old.text)}",
            f"- after: {_cell(story.new.text)}",
            "",
            "</details>",
            "",
        ]
    lines += [f"- not known: {_cell(each)}" for each in not_known(found)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(each: Difference) -> str:
    word = {True: "worse", False: "better", None: ""}[each.worse]
    line = str(each.line or "") or (f"{each.old_line} (old)" if each.old_line else "")
    cells = (word, each.what, each.old, each.new, line)
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """Text in which Markdown and HTML see nothing but letters."""
    escaped = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{char}" if char in "\\|*_`[]" else char for char in escaped)


# -- for programs ----------------------------------------------------------------------------------


def differences_record(found: Differences) -> dict[str, Any]:
    """The differences as data; `worse` is null for what is neither worse nor better."""
    return {
        "result": found.word.lower(),
        "old": {"file": found.old.title, "verdict": found.old.verdict.value},
        "new": {"file": found.new.title, "verdict": found.new.verdict.value},
        "differences": [
            {
                "kind": each.kind,
                "about": each.what,
                "old": each.old or None,
                "new": each.new or None,
                "worse": each.worse,
                "line": each.line,
                "old_line": each.old_line,
            }
            for each in found.found
        ],
        "stories": [
            {
                "events": [str(event) for event in story.events],
                "rows": list(story.rows),
                "worse": story.worse,
                "old": _stand_record(story.old),
                "new": _stand_record(story.new),
            }
            for story in found.behaviours
        ],
        "not_known": list(not_known(found)),
    }


def _stand_record(stand: Stand) -> dict[str, Any]:
    return {"condition": stand.condition, "ending": stand.text, "without_service": list(stand.lost)}
