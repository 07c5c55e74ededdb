"""Every show command prints, at the end of a scenario, what is known of it, and is read as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.device import history
from failover_fsm.trace.player import load, play
from tests.patience import one_in
from tests.trace.screens import SAMPLE, known, screens
from tests.trace.ways import ROOT

KNOWN = known()


@pytest.mark.slow
@pytest.mark.parametrize("path", SAMPLE[:: one_in(2)], ids=lambda path: str(path.relative_to(ROOT)))
def test_show_commands_print_what_they_did(path: Path) -> None:
    assert screens(play(*load(path))) == KNOWN[str(path.relative_to(ROOT))], (
        "see it with failover-fsm run --show; if that is meant, python -m tests.trace.screens, and an entry in the "
        "CHANGELOG"
    )


def test_the_file_has_no_scenario_that_is_gone() -> None:
    assert [*KNOWN] == [str(path.relative_to(ROOT)) for path in SAMPLE]


def test_a_text_that_no_scenario_expects_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    path, write = SAMPLE[0], history.write_failover_history
    monkeypatch.setattr("failover_fsm.device.commands.write_failover_history", lambda shown: write(shown) + "\n")
    found, wanted = screens(play(*load(path))), KNOWN[str(path.relative_to(ROOT))]
    assert [name for name in found if found[name] != wanted[name]] == ["show-failover-history"]
