"""The page shows what really happens."""

from __future__ import annotations

import re

import pytest

from failover_fsm.cli import main
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.promises import update_promises
from failover_fsm.services.autoupdate.settings import UpdateSettings
from failover_fsm.services.autoupdate.table import UPDATE_TABLE
from tests.services.autoupdate.kit import PAIR, ROOT
from tests.services.autoupdate.scenarios import SCENARIOS

PAGE = (ROOT / "docs" / "howto" / "auto-update.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^    \$ failover-fsm (.+)\n((?:(?:    .*)?\n)+)", PAGE, flags=re.MULTILINE)


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_a_command_prints_what_the_page_shows(
    command: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(command.split()) == 0
    lines = [line[4:] for line in shown.strip("\n").split("\n")]
    printed = capsys.readouterr().out.rstrip("\n").split("\n")
    if lines[-1] == "...":
        lines, printed = lines[:-1], printed[: len(lines) - 1]
    assert lines == printed


def test_the_figures_are_those_of_the_code() -> None:
    assert len(SHOWN) == 2
    assert f"one table of {len(UPDATE_TABLE.rows)} rows" in PAGE
    assert f"lists {len(update_promises(AutoUpdate(settings=UpdateSettings(pair=PAIR))))} promises" in PAGE
    assert f"\n{len(SCENARIOS)} scenarios play" in PAGE
