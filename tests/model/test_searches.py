"""What searches on observations and on wirings find is what is known of it."""

from __future__ import annotations

import pytest

from failover_fsm.model import observations as of_observations
from tests.model.searches import FINDS, known
from tests.patience import one_in

KNOWN = known()
OBSERVATIONS = [name for name in FINDS if name.startswith("observations")]
SEARCHES = [name for name in FINDS if name not in OBSERVATIONS]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*OBSERVATIONS[:: one_in(4)], *SEARCHES[:: one_in(4)]])
def test_a_search_finds_what_it_did(name: str) -> None:
    assert FINDS[name]() == KNOWN[name], (
        "if that is meant, python -m tests.model.searches, and an entry in the CHANGELOG"
    )


def test_the_file_has_nothing_that_is_gone() -> None:
    assert [*KNOWN] == [*FINDS]


def test_a_policy_that_takes_one_failure_more_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    name, least = "observations of 2 interfaces, two ports", of_observations.least_failed
    assert FINDS[name]() == KNOWN[name]
    monkeypatch.setattr(of_observations, "least_failed", lambda settings, group: least(settings, group) + 1)
    assert FINDS[name]() != KNOWN[name]
