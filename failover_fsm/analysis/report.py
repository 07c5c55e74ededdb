"""What a search found: the answer to each promise, and the report of a whole check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from failover_fsm.checker import Result, Verdict
from failover_fsm.config.values.printable import printable_lines
from failover_fsm.model.pair_model import NamedStep
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.promises import Promise
from failover_fsm.services.machine import MachinePromise

if TYPE_CHECKING:
    from failover_fsm.checker.sliced import Part

__all__ = ["Answer", "Report"]


@attrs.frozen(kw_only=True)
class Answer:
    """The verdict on one promise.

    Attributes:
        promise: The promise.
        verdict: Holds, violated, or undecided.
        vacuous: True if the premise was never met.
        steps: The counterexample of a violated promise, or the witness of a "sometimes", with real interface names,
            replayed through `step`.
        loop: The index in `steps` at which an endless repetition begins.
        expected: The model file's reason why the promise is violated, empty if it should hold.
        group: In an Active/Active pair, the number of the failover group in which the promise is violated.
    """

    promise: Promise | MachinePromise
    verdict: Verdict
    vacuous: bool
    steps: tuple[NamedStep, ...] = ()
    loop: int | None = None
    expected: str = ""
    group: int | None = None

    @property
    def surprising(self) -> bool:
        """Violated though it should hold, or holds though the model says it is violated."""
        if self.verdict is Verdict.UNDECIDED:
            return False
        return (self.verdict is Verdict.VIOLATED) != bool(self.expected)

    @property
    def word(self) -> str:
        """The verdict in a word: holds, happens, not tested, violated or undecided.

        A promise of the kind "sometimes" is about what can happen, and one whose premise never occurs is not tested.
        """
        if self.verdict is Verdict.HOLDS and self.vacuous:
            return "not tested"
        if self.verdict is Verdict.HOLDS and self.promise.kind == "sometimes":
            return "happens"
        return self.verdict.value


@attrs.frozen(kw_only=True)
class Report:
    """The verdict on a scenario.

    Attributes:
        scenario: The scenario.
        answers: One per promise, in the order of `promises.PROMISES`.
        result: Counts and digest of the search.
        never_possible: Event classes of the environment that never changed anything; None if no search covered the
            whole pair.
        wrong_pins: Pinned numbers that are not met, (name, pinned, found).
        slices: The searches of a sliced check, whose numbers `result` adds up.
        observed: True if `result` is of a search on what the units observe of their interfaces (`analysis.observed`):
            its verdicts are those of every condition of the interfaces, its counts and the length of its runs are not.
        fine: True if such a search had to tell observations apart further than rules do, for the sake of a promise.
        in_full: The promises that were searched with every condition of the interfaces all the same, by id, with the
            reason.
        kept: The earlier search that this is from, in words, if none was made for it; empty after a search. Then
            `result` has the counts and no findings.
    """

    scenario: Scenario
    answers: tuple[Answer, ...]
    result: Result[State, e.Event]
    never_possible: tuple[str, ...] | None
    wrong_pins: tuple[tuple[str, int, int], ...] = ()
    slices: tuple[Part, ...] = ()
    observed: bool = False
    fine: bool = False
    in_full: tuple[tuple[str, str], ...] = ()
    kept: str = ""

    @property
    def of_whole_pair(self) -> Result[Any, Any] | None:
        """The counts that pinned numbers are compared with; None if every search left something out."""
        return self.result if not self.slices else next((part.result for part in self.slices if part.whole), None)

    @property
    def verdict(self) -> Verdict:
        """VIOLATED if an answer differs from what the scenario expects, UNDECIDED if a limit was reached."""
        if self.wrong_pins or any(answer.surprising for answer in self.answers):
            return Verdict.VIOLATED
        complete = self.result.complete and all(item.verdict is not Verdict.UNDECIDED for item in self.answers)
        return Verdict.HOLDS if complete else Verdict.UNDECIDED

    @property
    def exit_status(self) -> int:
        """0 if everything is as expected, 1 if something is violated, 3 if undecided."""
        return {Verdict.HOLDS: 0, Verdict.VIOLATED: 1, Verdict.UNDECIDED: 3}[self.verdict]

    def __str__(self) -> str:
        """The short form: the verdict, in numbers what the promises came to, and those that are violated."""
        words = [answer.word for answer in self.answers]
        counts = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
        lines = [f"{self.scenario.title}: {self.verdict.value.upper()}", f"  promises: {counts or 'none'}"]
        lines += [f"  {each.promise.id}: {each.promise.says}" for each in self.answers if each.surprising]
        lines += [f"  but {why}" for why in self.scenario.why_no_pair()]
        lines += [f"  pinned {name} = {pinned}, found {found}" for name, pinned, found in self.wrong_pins]
        limit = "" if self.result.complete else f", stopped early: {self.result.limit or 'interrupted'}"
        return printable_lines("\n".join([*lines, f"  {self.result.states:,} states{limit}"]))

    def answer(self, promise: str) -> Answer:
        """The answer for the promise with this id.

        Raises:
            KeyError: If the promise was not checked.
        """
        for item in self.answers:
            if item.promise.id == promise:
                return item
        raise KeyError(promise)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that `check --json` prints."""
        found = self.result
        return {
            "verdict": self.verdict.value,
            "states": found.states,
            "transitions": found.transitions,
            "depth": found.depth,
            "complete": found.complete,
            "search": "observations" if self.observed else "conditions",
            "seconds": round(found.seconds, 3),
            "assumptions": list(self.scenario.assumptions()),
            "promises": [_answer_dict(item) for item in self.answers],
            **({"never_possible": list(self.never_possible)} if self.never_possible is not None else {}),
            "digest": found.digest,
            **({"costs": [attrs.asdict(cost) for cost in found.costs]} if found.costs else {}),
            **({"wrong_pins": [_pin_dict(pin) for pin in self.wrong_pins]} if self.wrong_pins else {}),
            **({"slices": [_slice_dict(part) for part in self.slices]} if self.slices else {}),
            **({"searched_in_full": dict(self.in_full)} if self.in_full else {}),
            **({"kept": self.kept} if self.kept else {}),
        }


def _answer_dict(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.promise.id,
        "kind": answer.promise.kind,
        "verdict": answer.word.replace(" ", "-"),
        "rules": list(answer.promise.rules),
        "vacuous": answer.vacuous,
        "group": answer.group,
        "expected": answer.expected or None,
        "trace": [str(step.event) for step in answer.steps],
        "loop": answer.loop,
    }


def _pin_dict(pin: tuple[str, int, int]) -> dict[str, Any]:
    return dict(zip(("name", "pinned", "found"), pin, strict=True))


def _slice_dict(part: Part) -> dict[str, Any]:
    found = part.result
    return {
        "searched": part.searched,
        "without": list(part.without),
        "promises": [finding.name for finding in found.findings],
        "states": found.states,
        "transitions": found.transitions,
        "depth": found.depth,
    }
