"""The name of what a page is about, as its title has it."""

from __future__ import annotations

from pathlib import PurePath

from failover_fsm.model.scenario import Scenario

__all__ = ["page_name"]


def page_name(scenario: Scenario) -> str:
    """The title of a pair; where that is a file, its name without the folders, which a heading has no room for."""
    return PurePath(scenario.title).name if scenario.title in scenario.sources else scenario.title
