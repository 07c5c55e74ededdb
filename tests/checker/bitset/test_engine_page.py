"""The worked example of docs/explanation/engine.md runs as printed."""

from __future__ import annotations

import doctest
from pathlib import Path


def test_the_example_of_the_page_is_current() -> None:
    """Every line after a prompt."""
    page = Path(__file__).parents[3] / "docs" / "explanation" / "engine.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert result.attempted > 10
    assert result.failed == 0
