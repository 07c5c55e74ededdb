"""One mistake at a time, each in a process of its own: who notices it first."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import CodeType

import attrs

from benchmarks.functions.baseline import Known
from benchmarks.functions.children import in_child
from benchmarks.functions.install import Live
from benchmarks.functions.sites import Part

__all__ = ["ALIKE", "GRACE", "LIVES", "NOT_REACHED", "NO_CODE", "UNDECIDED", "Left", "Trial", "asked"]

ALIKE, LIVES, NOT_REACHED, UNDECIDED = "alike", "lives", "not reached", "undecided"
"""What becomes of a mistake that nothing kills: all went the same way, or not, nothing runs it, the time was over."""

NO_CODE = "at import"
"""The mistake cannot be put into functions that are there already."""

GRACE = 8.0
"""So many processor seconds one killer may take beyond the time; then it goes on for ever."""


@attrs.frozen
class Left:
    """What is known of a mistake that nothing has killed so far.

    Attributes:
        reached: Somebody runs the function.
        differs: Somebody goes another way with the mistake: other states, another run.
        over: Somebody who could notice it was not asked, because the time was over.
    """

    reached: bool = False
    differs: bool = False
    over: bool = False

    @classmethod
    def of(cls, verdict: str) -> Left:
        """What was known with such a verdict."""
        return cls(verdict in (ALIKE, LIVES, UNDECIDED), verdict == LIVES, verdict not in (ALIKE, LIVES, NOT_REACHED))

    def with_(self, other: Left) -> Left:
        """What is known after others were asked too."""
        return Left(self.reached or other.reached, self.differs or other.differs, self.over or other.over)

    @property
    def verdict(self) -> str:
        """UNDECIDED, LIVES, ALIKE or NOT_REACHED."""
        if self.over:
            return UNDECIDED
        return LIVES if self.differs else ALIKE if self.reached else NOT_REACHED


@attrs.frozen
class Trial:
    """Tries the mistakes of functions in forks of this process, which has imported the package.

    Attributes:
        live: The functions of this process.
        known: Whom to ask, the cheap ones first.
        seconds: Processor seconds after which no further killer is asked about a mistake.
    """

    live: Live
    known: Sequence[Known]
    seconds: float

    def verdicts(self, part: Part, wrong: Mapping[int, CodeType]) -> dict[int, str | Left]:
        """By the number of the mistake the killer with what it says, `error: TYPE`, NO_CODE, or what is left to know.

        Who noticed a mistake in the function is asked first about the next one.
        """
        reached = any(part.key in each.noticed for each in self.known)
        killed: list[str] = []
        found: dict[int, str | Left] = {}
        for number, code in wrong.items():
            chosen = [each for each in self.known if number in each.noticed.get(part.key, ())]
            if not chosen:
                found[number] = Left(reached=reached)
                continue
            ranks = {name: -place for place, name in enumerate(reversed(killed))}
            chosen.sort(key=lambda each: ranks.get(each.killer.name, 1))
            answer = self._in_child(part, code, chosen)
            if isinstance(answer, str) and "/" in answer:
                killed.insert(0, answer.rpartition("/")[0])
            found[number] = answer
        return found

    def _in_child(self, part: Part, wrong: CodeType, chosen: Sequence[Known]) -> str | Left:
        def run() -> str | Left:
            if not self.live.install(part, wrong):
                return NO_CODE
            return asked(chosen, self.seconds)

        answer: str | Left = in_child(run, self.seconds + GRACE)
        return answer


def asked(chosen: Sequence[Known], seconds: float) -> str | Left:
    """Who says something else first; else whether all went the same way, or the time was over."""
    differs, end = False, time.process_time() + seconds
    for each in chosen:
        if time.process_time() > end:
            return Left(reached=True, differs=differs, over=True)
        try:
            seen = each.killer.ask()
        except Exception as error:
            return f"{each.killer.name}/an error ({type(error).__name__})"
        other = sorted(name for name in {**each.seen.answer, **seen.answer}
                       if each.seen.answer.get(name) != seen.answer.get(name))  # fmt: skip
        if other:
            return f"{each.killer.name}/{','.join(other)}"
        differs = differs or seen.trail != each.seen.trail
    return Left(reached=True, differs=differs)
