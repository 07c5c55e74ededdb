"""Scenarios with every claim of their expectations changed: each claim has to fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs

from failover_fsm.trace.language import Expect, Statement
from failover_fsm.trace.player import load, play

__all__ = ["hold_every_claim_wrong"]


def hold_every_claim_wrong(path: Path, other: Callable[[str, str], str]) -> None:
    """Plays the scenario with wrong claims; `other` gives a wrong value for the key and value of a claim."""

    def wrong(statement: Statement) -> Statement:
        if not isinstance(statement, Expect):
            return statement
        claimed = {key for key, _ in statement.claims}
        changed = ((key, other(key, value) if key in claimed else value) for key, value in statement.arguments)
        return attrs.evolve(statement, arguments=tuple(changed))

    trace, config, _ = load(path)
    changed = attrs.evolve(trace, statements=tuple(map(wrong, trace.statements)))
    expected = sum(len(each.claims) for each in changed.statements if isinstance(each, Expect))
    assert len(play(changed, config).failures) == expected > 0
