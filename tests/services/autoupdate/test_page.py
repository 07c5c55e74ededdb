"""The page has the figures of the code; what it shows is run in tests/docs."""

from __future__ import annotations

from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.promises import update_promises
from failover_fsm.services.autoupdate.settings import UpdateSettings
from failover_fsm.services.autoupdate.table import UPDATE_TABLE
from tests.services.autoupdate.kit import PAIR, ROOT
from tests.services.autoupdate.scenarios import SCENARIOS

PAGE = (ROOT / "docs" / "howto" / "auto-update.md").read_text(encoding="utf-8")


def test_the_figures_are_those_of_the_code() -> None:
    assert f"one table of {len(UPDATE_TABLE.rows)} rows" in PAGE
    assert f"lists {len(update_promises(AutoUpdate(settings=UpdateSettings(pair=PAIR))))} promises" in PAGE
    assert f"\n{len(SCENARIOS)} scenarios play" in PAGE
