"""Every promise judges steps, those that happen and those that never do, as is known of it."""

from __future__ import annotations

import pytest

from failover_fsm.model.observer import Observer
from failover_fsm.pair.states import Unit
from failover_fsm.promises import roles
from tests.patience import PATIENT
from tests.promises.judged import JUDGES, judgement, known

KNOWN = known()


@pytest.mark.slow
@pytest.mark.parametrize("name", JUDGES)
def test_a_promise_judges_as_before(name: str) -> None:
    """On its own pair and on one of the others; on all of them where there is time."""
    wanted = KNOWN[name].split()[: None if PATIENT else 2]
    assert judgement(name, len(wanted)).split() == wanted, (
        "it forbids something else than before: if that is meant, python -m tests.promises.judged, and an entry in the "
        "CHANGELOG"
    )


def test_the_file_has_no_promise_that_is_gone() -> None:
    assert (*KNOWN,) == JUDGES


def test_a_formula_that_has_become_weaker_judges_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_its_unit(before: Observer, after: Observer, unit: Unit) -> bool:
        return after.active(unit) and not before.active(unit) and unit is Unit.PRIMARY

    name = "dual-active-only-when-cut-off"
    monkeypatch.setattr(roles, "becomes_active", without_its_unit)
    found, wanted = judgement(name).split(), KNOWN[name].split()
    assert all(one != other for one, other in zip(found, wanted, strict=True))
