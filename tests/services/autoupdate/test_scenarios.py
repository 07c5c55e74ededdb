"""The chapter's sentences about Auto Update, played."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.services.autoupdate.scenarios import SCENARIOS, Change


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_what_the_chapter_says_happens(scenario: Callable[[Change], None]) -> None:
    scenario(lambda machine: machine)
