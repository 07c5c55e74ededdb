"""Table 13-5 as the chapter prints it, what it says of a configuration, and what the commands print of both tables."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from failover_fsm.cli import main
from failover_fsm.commands import tables
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.review.kinds import TABLE_13_5, PairKind, possible_kinds, recommended, say_kind
from failover_fsm.pair import stateful
from failover_fsm.text.layout import WIDTH

ROOT = Path(__file__).parents[2]
BOTH = (PairKind.ACTIVE_ACTIVE, PairKind.ACTIVE_STANDBY)

CHAPTER = """\
Single Context Mode	No	Yes
Multiple Context Mode	Yes	Yes
Load Balancing Network Configurations	Yes	No
Unit Failover	Yes	Yes
Failover of Groups of Contexts	Yes	No
Failover of Individual Contexts	No	No
"""


def said(config: PairConfig) -> str:
    """Everything that is said of a configuration."""
    return "\n".join(f"{text} ({rules})" for text, rules in say_kind(config))


def test_the_table_is_the_chapter_s() -> None:
    """T5-1 to T5-6."""
    words = {True: "Yes", False: "No"}
    rows = [line.split("\t")[1:] for line in CHAPTER.splitlines()]
    assert [[words[row.supported(kind)] for kind in BOTH] for row in TABLE_13_5] == rows
    assert [row.rule for row in TABLE_13_5] == [f"T5-{number}" for number in range(1, 7)]


def test_which_kinds_are_possible_and_which_to_choose() -> None:
    """T5-1, T5-2, T5-3 and AA-17: to share the load Active/Active, else either; in single mode Active/Standby only."""
    assert possible_kinds(multiple_context=False) == (PairKind.ACTIVE_STANDBY,)
    assert possible_kinds(multiple_context=True) == BOTH
    assert recommended(load_sharing=True, multiple_context=True) == (PairKind.ACTIVE_ACTIVE,)
    assert recommended(load_sharing=False, multiple_context=True) == BOTH
    assert recommended(load_sharing=False, multiple_context=False) == (PairKind.ACTIVE_STANDBY,)
    assert recommended(load_sharing=True, multiple_context=False) == ()


def test_what_is_said_of_an_active_active_pair() -> None:
    """AA-11, AA-16, T5-3, T5-5: what it would lose, and what sharing the load asks for."""
    text = said(read_config(ROOT / "models" / "active-active.cfg"))
    assert (
        "could be Active/Standby too, and would lose sharing the load between the units and failover of groups" in text
    )
    assert "a router has to send each group its traffic (AA-11)" in text
    assert "carry the traffic of both (AA-16)" in text


def test_groups_that_prefer_the_same_unit_share_no_load() -> None:
    """AA-17: without that wish Active/Standby would do."""
    config = read_config(ROOT / "models" / "active-active.cfg")
    groups = tuple(attrs.evolve(group, preferred=Unit.SECONDARY) for group in config.groups)
    text = said(attrs.evolve(config, groups=groups))
    assert "both groups prefer the secondary" in text and "AA-17" in text and "AA-11" not in text


def test_what_is_said_of_an_active_standby_pair() -> None:
    """T5-1, T5-2: in single context mode it can be no other kind."""
    text = said(read_config(ROOT / "models" / "active-standby.cfg"))
    assert "can be no other kind" in text and "would lose VPN failover (LIM-1)" in text and "LNK-16" not in text
    text = said(read_config(ROOT / "tests" / "traces" / "state-on-data.cfg"))
    assert "its stateful link on a data interface (LNK-16)" in text
    text = said(read_config(ROOT / "models" / "fpr4150.cfg"))
    assert "could be Active/Active too, and would gain sharing the load" in text and "lose" not in text


def test_config_says_the_kind_beside_the_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", str(ROOT / "models" / "active-standby.cfg")]) == 0
    told = capsys.readouterr()
    assert "active-standby.cfg: Active/Standby, in single context mode" in told.err
    assert "it can be no other kind" not in told.out


def test_config_says_no_kind_of_half_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    """The secondary's bootstrap may be that of either kind."""
    assert main(["config", str(ROOT / "tests" / "data" / "config" / "cisco-asav_day0_secondary.cfg")]) == 0
    assert "can be no other kind" not in capsys.readouterr().err


def test_tables_prints_both(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Tables 13-5 and 13-6; the explored tables are left out here."""
    monkeypatch.setattr(tables, "_tables", lambda: ())
    assert main(["tables"]) == 0
    told = capsys.readouterr().out
    assert "T5-3  sharing the load between the units" in told
    row = next(line for line in told.splitlines() if line.startswith("T5-5"))
    assert row.split()[-2:] == ["yes", "no"]
    for kind in stateful.TABLE:
        line = next(each for each in told.splitlines() if each.endswith(kind.name))
        assert ("not passed" in line) is (kind.when is stateful.never)
    assert all(len(line) <= WIDTH for line in told.splitlines())
    assert main(["tables", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["features"][2] == {
        "row": "T5-3", "feature": "sharing the load between the units", "Active/Active": True, "Active/Standby": False
    }  # fmt: skip
    assert len(found["state"]) == len(stateful.TABLE) and found["state"][0]["passed"] == "passed"
