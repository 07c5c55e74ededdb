"""What a single fault can do to an update: the formulas of the findings, asked of states that are made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.checker import Kind
from failover_fsm.services.autoupdate.findings import findings
from failover_fsm.services.autoupdate.states import Content, Damage, Files, Server
from tests.services.autoupdate.kit import machine
from tests.services.autoupdate.looks import (
    ACTIVE,
    BOOTS,
    CUT_LINK,
    DOWN,
    FAILED,
    FLASHED,
    JOINS,
    LOADED,
    OFF,
    OLD,
    READY,
    Step,
    at,
)

HALF = (OLD, LOADED)
"""The secondary runs the new image, the primary the old one."""

WRONG = Server(damage=Damage.WRONG)

SEEN: tuple[tuple[str, dict[str, Any], list[dict[str, Any]]], ...] = (
    ("nobody-active-while-the-secondary-loads",
     {"primary": OFF, "secondary": BOOTS, "files": (FLASHED, FLASHED)},
     [{"files": (FLASHED, LOADED)}, {"primary": ACTIVE}, {"primary": BOOTS}, {"secondary": ACTIVE}]),
    ("nobody-active-while-the-primary-loads",
     {"step": Step.PRIMARY_LOADS, "primary": BOOTS, "secondary": DOWN},
     [{"step": Step.ONLY_PRIMARY_LOADS}, {"primary": ACTIVE}, {"secondary": BOOTS}]),
    ("two-active-after-a-boot-without-the-link",
     {"primary": ACTIVE, "secondary": ACTIVE, "files": HALF},
     [{"primary": READY}, {"secondary": READY}, {"files": (LOADED, LOADED)}]),
    ("two-versions-at-rest",
     {"files": HALF},
     [{"files": (OLD, OLD)}, {"step": Step.RELOAD}, {"secondary": FAILED}, {"secondary": JOINS}, {"links": CUT_LINK}]),
    ("nothing-is-updated-while-files-are-wrong",
     {"step": Step.IMAGE, "server": WRONG},
     [{"step": Step.ASDM}, {"server": Server()}, {"server": Server(damage=Damage.TRUNCATED)}, {"files": HALF},
      {"files": (LOADED, LOADED)}]),
)  # fmt: skip
"""By id of a finding, a state in which it is seen, and what makes it another one."""


@pytest.mark.parametrize(("name", "seen", "others"), SEEN)
def test_a_finding_is_seen_where_all_that_it_says_is_so(
    name: str, seen: dict[str, Any], others: list[dict[str, Any]]
) -> None:
    found = next(each for each in findings(machine()) if each.id == name)
    assert found.as_property().kind is Kind.SOMETIMES
    assert found.holds(at(**seen))
    assert [other for other in others if found.holds(at(**{**seen, **other}))] == []


def test_every_finding_is_looked_at() -> None:
    assert [each.id for each in findings(machine())] == [name for name, _, _ in SEEN]
    assert Files().running is Content.OLD, "what the units have here if nothing is said"
