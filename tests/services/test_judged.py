"""The promises about machines beside the pair judge steps, those that happen and those that never do, as is known."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.services.saving import promises
from tests.patience import PATIENT
from tests.services.judged import JUDGES, judgement, known

KNOWN = known()
LONG = ("failover-exec", "saving-contexts")
"""These are asked where there is time."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in JUDGES if PATIENT or name not in LONG])
def test_promises_judge_as_before(name: str) -> None:
    assert judgement(name) == KNOWN[name], (
        "they forbid something else than before: if that is meant, python -m tests.services.judged, and an entry in "
        "the CHANGELOG"
    )


def test_the_file_has_no_pair_that_is_gone() -> None:
    assert (*KNOWN,) == JUDGES


def test_a_formula_that_has_become_weaker_judges_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_alike(joint: Any) -> tuple[bool, ...]:
        return ()

    monkeypatch.setattr(promises, "_startups", all_alike)
    name = "synchronization-is-not-saved"
    assert judgement("saving", name)[name] != KNOWN["saving"][name]
