"""The page of a model of one's own: its script steps through a run, and nothing of the model is markup."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from failover_fsm.checker import always, sometimes
from failover_fsm.checker.auto import Searched, verify
from failover_fsm.reports.html.own_model import own_model_page
from tests.toys import toy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def searched() -> Searched:
    model = toy("a x b <i>y</i> c")
    return verify(model, sometimes("b", lambda s: s == "b"), always("no <b>c</b>", lambda s: s != "c"))


def test_nothing_of_the_model_is_markup_and_violations_come_first() -> None:
    page = own_model_page("<model>", searched())
    assert "<i>" not in page and "<b>" not in page and "<model>" not in page
    assert page.index("no &lt;b&gt;c&lt;/b&gt;: violated") < page.index(">b: happens")
    assert page == own_model_page("<model>", searched())


def test_without_a_run_there_is_no_script() -> None:
    page = own_model_page("calm", verify(toy("a x b"), always("true", lambda s: True)))
    assert "<script" not in page and "HOLDS" in page


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_script_shows_the_step_of_the_address(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(own_model_page("model", searched()))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--dump-dom"]
    command = [str(CHROMIUM), *options, f"file://{tmp_path}/page.html#0/2"]
    drawn = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    section = drawn.partition('id="steps"')[2]
    assert "&lt;i&gt;y&lt;/i&gt;" in section and "step 2 of 2" in section
    assert re.search(r'class="changed">c<span class="was">was b</span>', section)
    assert "This state violates the property." in section
