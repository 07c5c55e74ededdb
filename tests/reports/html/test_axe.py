"""Pages as axe-core judges them: no finding that is serious, in light and dark, at a desk and on a phone.

Needs Chromium, Selenium and the npm package axe-core; without them it is skipped and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.assessment.assess import assessment_of
from failover_fsm.assessment.page import opening
from failover_fsm.reports.html import report_page
from failover_fsm.reports.html.answer_page import Story, answer_page
from failover_fsm.reports.svg.timing import sweep_svg
from failover_fsm.timing.sweep import Point
from tests.browser import needs_chromium, npm_file, started

pytestmark = needs_chromium
ROOT = Path(__file__).parents[3]
FINDING = ROOT / "models" / "findings" / "switched-off-on-one-side.toml"
LOOKS = [("light", 1280, 900), ("dark", 1280, 900), ("light", 390, 844), ("dark", 390, 844)]
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of a counterexample, one that opens with a risk, one of a command; and one that is wrong on purpose."""
    folder = tmp_path_factory.mktemp("pages")
    scenario = read_model(FINDING)
    report = verify(scenario)
    run = tuple(next(answer for answer in report.answers if answer.steps).steps)
    stories = [Story(name="it breaks", steps=run, settings=scenario.settings)]
    sweep = sweep_svg([Point(poll=1000, hold=15_000, outage=15_000, survived=13, pause=14_999)], in_page=True)
    texts = {
        "finding": report_page(report, most=300),
        "pair": report_page(report, most=300, opening=opening(assessment_of(scenario, None, ()))),
        "answer": answer_page("Faults of a pair", "a.cfg: HOLDS\n", stories, pictures=[("The sweep", sweep)]),
        "wrong": "<!DOCTYPE html><title>x</title><body><main><img src='x.png'><p style='color:#ccc'>faint</p></main>",
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="ascii")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    npm_file("axe-core/axe.min.js")
    browser = started(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.quit()


def judged(browser: Any, page: Path, look: tuple[str, int, int]) -> dict[str, str]:
    """The findings of axe-core by their ids, with how grave each is; whatever is folded is opened first."""
    scheme, width, height = look
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get(page.as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    browser.execute_script(npm_file("axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = browser.execute_async_script("axe.run(document).then(arguments[arguments.length - 1])")
    assert len(found["passes"]) > 5, "it did look"
    return {each["id"]: each["impact"] for each in found["violations"]}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
@pytest.mark.parametrize("name", ["finding", "pair", "answer"])
def test_a_page_has_no_finding(browser: Any, pages: dict[str, Path], name: str, look: tuple[str, int, int]) -> None:
    assert judged(browser, pages[name], look) == {}


def test_what_is_wrong_is_found(browser: Any, pages: dict[str, Path]) -> None:
    found = judged(browser, pages["wrong"], LOOKS[0])
    assert {"color-contrast", "image-alt"} <= found.keys() and found["image-alt"] in SERIOUS
