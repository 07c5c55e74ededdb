"""The page of a model of one's own: its script steps through a run, and nothing of the model is markup."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.checker import always, sometimes
from failover_fsm.checker.auto import Searched, verify
from failover_fsm.reports.html.own_model import own_model_page
from tests.toys import toy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


MODEL = toy("a x b <i>y</i> c")


def searched() -> Searched:
    return verify(MODEL, sometimes("b", lambda s: s == "b"), always("no <b>c</b>", lambda s: s != "c"))


def test_nothing_of_the_model_is_markup_and_violations_come_first() -> None:
    page = own_model_page("<model>", searched(), MODEL)
    assert "<i>" not in page and "<b>" not in page and "<model>" not in page
    assert page.index("no &lt;b&gt;c&lt;/b&gt;: violated") < page.index(">b: happens")
    assert page == own_model_page("<model>", searched(), MODEL)


def carried(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    return found


def test_without_a_finding_one_walks_from_the_start() -> None:
    model = toy("a x b")
    page = own_model_page("calm", verify(model, always("true", lambda s: True)), model)
    assert "HOLDS" in page and "from the start" in page
    data = carried(page)
    assert data["runs"] == [{"id": "0", "start": 0, "steps": []}]
    assert data["choices"] == [[0, 1], []] and data["events"] == ["x"]


def test_where_a_model_fails_off_the_runs_the_page_carries_no_more() -> None:
    class Failing:
        def initial_states(self) -> list[int]:
            return [0]

        def events(self, state: int) -> list[str]:
            return ["up"] if state < 3 else [1 / 0]  # type: ignore[list-item]

        def step(self, state: int, event: str) -> int:
            return state + 1

    found = verify(Failing(), always("none", lambda state: state < 1), max_states=2)
    assert carried(own_model_page("failing", found, Failing()))["choices"] == [[0, 1], [0, 1], [0, 1], None]


def test_a_page_carries_so_many_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("failover_fsm.reports.html.own_model.CARRIED", 2)
    data = carried(own_model_page("model", searched(), MODEL))
    assert len(data["choices"]) == 2 and len(data["states"]) == 3


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_script_shows_the_step_of_the_address(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(own_model_page("model", searched(), MODEL))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--dump-dom"]
    command = [str(CHROMIUM), *options, f"file://{tmp_path}/page.html#0/2"]
    drawn = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    section = drawn.partition('id="steps"')[2]
    assert "&lt;i&gt;y&lt;/i&gt;" in section and "step 2 of 2" in section
    assert re.search(r'class="changed">c<span class="was">was b</span>', section)
    assert "This state violates the property." in section
