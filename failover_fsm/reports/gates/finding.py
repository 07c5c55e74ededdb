"""One thing that a gate passes or stops at, whatever command found it."""

from __future__ import annotations

import enum
import re

import attrs

__all__ = ["Finding", "Outcome", "slug"]


class Outcome(enum.Enum):
    """What became of one thing that was looked at."""

    PASSED = "passed"
    NOTED = "noted"
    NOT_TESTED = "not tested"
    UNDECIDED = "undecided"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class Finding:
    """One promise, requirement, risk or piece of advice, with what became of it.

    Attributes:
        kind: promise, requirement, risk, gap, advice, step or story: what is looked at.
        id: Its name within the kind, the same from run to run.
        says: What it demands or is about, a sentence.
        outcome: What became of it.
        message: Why, if it did not pass.
        file: The file that is to be changed, None if no file is.
        line: The line in it, from 1, None if no single line is.
        steps: The counterexample, a sentence for each of its steps; empty without one.
        rules: The rules of the chapter.
    """

    kind: str
    id: str
    says: str
    outcome: Outcome
    message: str = ""
    file: str | None = None
    line: int | None = None
    steps: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The kind and the id, as `promise/split-brain-ends`."""
        return f"{self.kind}/{self.id}"


def slug(text: str) -> str:
    """A name of small letters, digits and hyphens, for the id of a finding."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
