"""Results of the checker: plain values, and a digest that another machine can reproduce."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Generic

from attrs import field, frozen

from failover_fsm.checker.core.cost import Cost
from failover_fsm.checker.core.model import E, S
from failover_fsm.checker.core.properties import Kind
from failover_fsm.checker.core.trace_text import run_lines
from failover_fsm.records.steady import steady

NO_MEMORY = "memory of this process: no more could be allocated"
"""The limit of a search that ended because an allocation failed."""


class Verdict(Enum):
    """The three answers; the value is the word printed in reports."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNDECIDED = "undecided"


@frozen(kw_only=True)
class Progress:
    """How far a search has come.

    Attributes:
        states: distinct states stored so far.
        transitions: transitions seen so far.
        frontier: stored states whose transitions have not been listed yet.
        depth: steps from an initial state to the states being expanded.
        seconds: time since the start by the caller's clock; 0.0 without one.
        memory: bytes of the tables of the compiled checker; 0 of the plain one, which does not measure it.
    """

    states: int
    transitions: int
    frontier: int
    depth: int
    seconds: float
    memory: int = 0


@frozen(kw_only=True)
class Finding(Generic[S, E]):
    """The answer for one property.

    Attributes:
        name: of the property.
        kind: of the property.
        verdict: the answer.
        vacuous: the property holds, but what it speaks about never occurred; only ever True with HOLDS.
        trace: events from an initial state: the counterexample of a violated property, the witness of a
            SOMETIMES that holds. Safety traces are shortest. Empty also if an initial state decides; see
            ``states``.
        states: the states along the trace, one more than events; empty if there is no trace at all. (A
            violated SOMETIMES has none: there is nothing to show.)
        loop: None for a trace that simply ends. Otherwise the run goes on for ever: ``trace[loop:]`` is
            repeated, from ``states[loop]`` back to an equal state. ``loop == len(trace)`` is the empty
            loop: the run stays in its last state.
        reason: the text given with the property.
    """

    name: str
    kind: Kind
    verdict: Verdict
    vacuous: bool = False
    trace: tuple[E, ...] = ()
    states: tuple[S, ...] = ()
    loop: int | None = None
    reason: str = ""

    def text(self) -> str:
        """Return the trace as lines: the first state, then each event with what it changed; empty without a trace."""
        return "\n".join(run_lines(self.trace, self.states, self.loop))


@frozen(kw_only=True)
class Result(Generic[S, E]):
    """The answer for a run.

    Attributes:
        verdict: VIOLATED if a property is; else HOLDS if the search was complete and every property holds;
            else UNDECIDED.
        findings: one per property, in the order given.
        states: distinct reachable states stored.
        transitions: (event, successor) pairs listed by the expanded states, self-loops and repetitions
            included.
        generated: initial states listed, plus ``transitions``: what TLC prints as "states generated".
        depth: steps on the longest shortest path from an initial state. TLC's depth counts states: one more.
        complete: every reachable state was expanded.
        interrupted: the user stopped the run.
        limit: which limit ended the search, or the judging after it, in words; None if none did.
        seconds: by the caller's clock; 0.0 without one.
        levels: how many states are 0, 1, 2, ... steps from an initial state.
        digest: SHA-256 (hexadecimal) of everything above that does not depend on the engine or the machine.
        costs: the factor by which each field multiplies the states, if requested.
        taken: the events of at least one listed transition, in the order of the rules; of the compiled
            checker only.
        never_taken: the events of the rules that no listed transition belongs to, in the order of the rules; empty for
            an incomplete search, with interchangeable members, and for a model that is not given by rules.
    """

    verdict: Verdict
    findings: tuple[Finding[S, E], ...]
    states: int
    transitions: int
    generated: int
    depth: int
    complete: bool
    interrupted: bool
    limit: str | None
    seconds: float
    levels: tuple[int, ...]
    digest: str
    costs: tuple[Cost, ...] = ()
    taken: tuple[E, ...] = field(default=(), eq=False)
    never_taken: tuple[E, ...] = field(default=(), eq=False)

    @property
    def vacuous(self) -> bool:
        """Whether everything holds because nothing was put to the test: no property, no transition, or only
        properties whose premise never occurred.
        """
        tested = self.transitions and any(not finding.vacuous for finding in self.findings)
        return self.verdict is Verdict.HOLDS and not tested

    def finding(self, name: str) -> Finding[S, E]:
        """Return the finding of that name; KeyError, with the known names, if there is none."""
        for finding in self.findings:
            if finding.name == name:
                return finding
        raise KeyError(f"no property {name!r}; there are: {', '.join(f.name for f in self.findings)}")

    def to_dict(self, render_event: Callable[[E], object] = repr) -> dict[str, Any]:
        """Return the result as an object for JSON.

        Args:
            render_event: turns an event into something JSON can hold.
        """
        return {
            "verdict": self.verdict.value,
            "states": self.states,
            "transitions": self.transitions,
            "depth": self.depth,
            "complete": self.complete,
            "seconds": self.seconds,
            "promises": [
                {
                    "id": finding.name,
                    "kind": finding.kind.value,
                    "verdict": finding.verdict.value,
                    "vacuous": finding.vacuous,
                    "trace": [render_event(event) for event in finding.trace],
                    "loop": finding.loop,
                }
                for finding in self.findings
            ],
            "digest": self.digest,
        }


def overall(findings: Iterable[Finding[S, E]], complete: bool) -> Verdict:
    """Return the verdict of a run. An incomplete search never holds, whatever its findings are."""
    verdicts = [finding.verdict for finding in findings]
    if Verdict.VIOLATED in verdicts:
        return Verdict.VIOLATED
    if complete and Verdict.UNDECIDED not in verdicts:
        return Verdict.HOLDS
    return Verdict.UNDECIDED


def digest_of(levels: Iterable[int], transitions: int, findings: Iterable[Finding[S, E]]) -> str:
    """Return the SHA-256, in hexadecimal, of level sizes, transitions, verdicts and traces.

    Events enter by their ``repr``, so an event class without one of its own (an address in angle brackets)
    makes the digest useless between runs.
    """
    lines = [f"levels {' '.join(map(str, levels))}", f"transitions {transitions}"]
    for finding in findings:
        vacuous = "vacuous" if finding.vacuous else "-"
        lines.append(f"{finding.kind.value} {finding.name!r} {finding.verdict.value} {vacuous} {finding.loop}")
        lines.extend(f"  {steady(event)}" for event in finding.trace)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
