"""The page in a real browser: opened, stepped through by mouse and keyboard, branched off, and no error in its console.

Needs Chromium with its driver and Selenium; without them it is skipped and says so.  No network is used.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import always
from failover_fsm.checker.auto import verify as own_verify
from failover_fsm.commands.configurations import scenario_of_configs
from failover_fsm.commands.topologies import connected_boundless
from failover_fsm.reports.html import report_page
from failover_fsm.reports.html.own_model import own_model_page
from failover_fsm.reports.html.page import served_page
from failover_fsm.reports.html.server import PageServer
from failover_fsm.trace.player import load, play
from tests.browser import needs_chromium, started
from tests.checker.richer import SlidingWindow

pytest.importorskip("selenium.webdriver", reason="Selenium is not installed")
from selenium.webdriver.common.by import By  # only where there is a Selenium
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = needs_chromium

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "models" / "findings" / "switched-off-on-one-side.toml"
PROMISE = "one-active-while-link-up"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds `whole.html`, and `part.html`, which carries little of the graph."""
    made = tmp_path_factory.mktemp("pages")
    report = verify(read_model(MODEL))
    (made / "whole.html").write_text(report_page(report), encoding="ascii")
    (made / "part.html").write_text(report_page(report, most=30), encoding="ascii")
    return made


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    browser = started(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.quit()


class Page:
    """A page that is open."""

    def __init__(self, browser: Any, file: Path, address: str = "") -> None:
        self.browser = browser
        browser.get("about:blank")
        browser.get(file.as_uri() + address)
        WebDriverWait(browser, 30).until(lambda _: self.text("where"))  # the data is unpacked first

    def text(self, name: str) -> str:
        return str(self.browser.find_element(By.ID, name).text)

    def click(self, name: str) -> None:
        self.browser.find_element(By.ID, name).click()

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def choose(self, sentence: str) -> None:
        buttons = self.browser.find_elements(By.CSS_SELECTOR, "#choices button")
        (found,) = [button for button in buttons if button.text.split("  (")[0] == sentence]
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", found)
        found.click()

    @property
    def address(self) -> str:
        return str(self.browser.current_url.partition("#")[2])

    @property
    def lit(self) -> list[str]:
        """What is lit up in the pictures, by its first words."""
        found = self.browser.find_elements(By.CSS_SELECTOR, ".of-run:not([hidden]) .here > title")
        return [str(each.get_attribute("textContent")).partition(":")[0] for each in found]

    @property
    def changed(self) -> list[str]:
        return [str(each.text).splitlines()[0] for each in self.browser.find_elements(By.CSS_SELECTOR, "td.changed")]


@pytest.fixture
def page(browser: Any, folder: Path) -> Iterator[Page]:
    yield Page(browser, folder / "whole.html", f"#{PROMISE}/0")
    assert browser.get_log("browser") == []


def test_it_opens_where_an_operator_would_see_the_cause(browser: Any, folder: Path) -> None:
    page = Page(browser, folder / "whole.html")
    assert page.text("where") == "step 3 of 5" and page.text("happened").startswith("no failover is entered")
    page.click("previous")
    assert page.text("where") == "step 2 of 5", "what came before is a step away"
    page.browser.execute_script("arguments[0].value = 'explore'", page.browser.find_element(By.ID, "run"))
    page.browser.execute_script("document.getElementById('run').dispatchEvent(new Event('change'))")
    assert page.text("where") == "start"
    assert Page(browser, folder / "whole.html", f"#{PROMISE}").text("where") == "step 3 of 5"
    link = page.browser.find_element(By.LINK_TEXT, "Step through it")
    assert link.get_attribute("href").endswith(f"#{PROMISE}/3")


def test_the_start_of_the_counterexample_is_there_too(page: Page) -> None:
    assert page.text("where") == "start, 5 steps follow"
    assert "never started" in page.text("happened")
    assert page.lit == ["at the start"]
    assert "both units" not in page.text("world")


def test_buttons_step_on_and_back_and_the_pictures_go_along(page: Page) -> None:
    for _ in range(3):
        page.click("next")
    assert page.text("where") == "step 3 of 5" and page.address == f"{PROMISE}/3"
    assert page.text("happened").startswith("no failover is entered on the primary")
    assert "edge/pri/actNoFailover#" in page.text("units") and "was edge/pri/act#" in page.text("units")
    assert [text for text in page.changed if "Disabled" in text or "Unused" in text] == page.changed
    assert page.lit == ["after step 3", "3"]
    page.click("previous")
    assert page.lit == ["after step 2", "2"]
    page.click("last")
    assert page.text("banner") == "BOTH UNITS ARE ACTIVE"
    assert "promise is not kept" in page.text("ending")
    page.click("first")
    assert page.text("where") == "start, 5 steps follow"


def test_the_keyboard_is_enough(page: Page) -> None:
    page.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert page.address == f"{PROMISE}/1"
    page.keys(Keys.END)
    assert page.address == f"{PROMISE}/5"
    page.keys(Keys.HOME)
    page.browser.find_element(By.CSS_SELECTOR, "#choices button.fault").send_keys(Keys.ENTER)
    assert page.text("where").startswith("step 1")
    assert page.browser.switch_to.active_element.get_attribute("id") == "happened", "so that it is read aloud"
    page.keys(Keys.ESCAPE)
    assert page.address == f"{PROMISE}/0"


def test_the_page_of_ones_own_model_has_the_same_controls(browser: Any, folder: Path) -> None:
    model = SlidingWindow()
    searched = own_verify(model, always("few", lambda window: window.packets != (0, 1)), *model.properties)
    (folder / "own.html").write_text(own_model_page("window", searched, model))
    page = Page(browser, folder / "own.html")
    assert page.text("where") == "start, 2 steps follow" and page.changed == []
    page.click("next")
    assert page.text("happened") == "send" and page.address == "0/1"
    assert "packets" in page.text("fields") and page.changed == ["1", "(0)"]
    page.browser.find_element(By.ID, "happened").click()
    page.keys(Keys.END)
    assert page.text("where") == "step 2 of 2" and page.text("ending") == "This state violates the property."
    page.keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert page.text("where") == "start, 2 steps follow"
    page.choose("send")
    assert page.address == "0/1" and not page.browser.find_element(By.ID, "back").is_displayed()
    page.choose("lose packets")
    assert page.address.startswith("0/1/") and "it left the run after step 1" in page.text("ending")
    way = page.address
    page.keys(Keys.ESCAPE)
    assert page.address == "0/1"
    page.browser.get(f"file://{folder}/own.html#{way}")
    page.browser.refresh()
    assert page.text("happened") == "lose packets"
    assert browser.get_log("browser") == []


def test_another_event_leads_off_the_run_and_the_scenario_file_replays_it(page: Page, folder: Path) -> None:
    page.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    page.choose("the secondary gets power and boots")
    page.choose("the secondary hears a hello from the primary on the failover link")
    assert "Your own way: it left the run after step 2" in page.text("ending")
    way = page.address
    assert way.startswith(f"{PROMISE}/2/") and way.count(".") == 1
    page.browser.find_element(By.CSS_SELECTOR, ".console details summary").click()
    trace = folder / "own.trace"
    trace.write_text(page.text("trace").replace("active-standby.cfg", str(ROOT / "models" / "active-standby.cfg")))
    steps = play(*load(trace)).steps
    assert [str(step.event) for step in steps][-2:] == ["unit_restored unit=secondary", "hello_heard unit=secondary"]
    page.click("back")
    assert page.address == f"{PROMISE}/2" and "Your own way" not in page.text("ending")


def test_going_on_as_the_run_does_stays_on_it(page: Page) -> None:
    page.choose("the primary gets power and boots")
    assert page.address == f"{PROMISE}/1" and not page.browser.find_element(By.ID, "back").is_displayed()


def test_the_first_picture_leads_to_its_steps(page: Page) -> None:
    part = page.browser.find_element(By.CSS_SELECTOR, '.opening [data-run] [data-first="3"]')
    page.browser.execute_script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", part)
    WebDriverWait(page.browser, 30).until(lambda _: page.text("where") == "step 3 of 5")
    assert page.address == f"{PROMISE}/3"


def test_a_picture_is_a_way_to_its_steps(page: Page) -> None:
    row = page.browser.find_element(By.CSS_SELECTOR, '.of-run figure:nth-of-type(2) [data-first="4"]')
    page.browser.execute_script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", row)
    assert page.address == f"{PROMISE}/4"


def test_an_address_leads_to_its_step(browser: Any, folder: Path) -> None:
    assert Page(browser, folder / "whole.html", f"#{PROMISE}/4").text("where") == "step 4 of 5"
    own = Page(browser, folder / "whole.html", f"#{PROMISE}/2/0.0")
    assert own.text("where") == "step 4 of 4" and "left the run after step 2" in own.text("ending")
    assert Page(browser, folder / "whole.html", f"#{PROMISE}/99").text("where") == "step 5 of 5"
    assert Page(browser, folder / "whole.html", "#%E0%A4%A/x").text("where") == "step 3 of 5"
    assert Page(browser, folder / "whole.html", f"#{PROMISE}/2/7777.x").text("where") == "step 2 of 2"
    explore = Page(browser, folder / "whole.html", "#explore/0")
    assert "choose what happens" in explore.text("says")
    assert browser.get_log("browser") == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"#{PROMISE}/99", f"names no step of {PROMISE}, which has 5: 99"),
        (f"#{PROMISE}/x", "names no step"),
        ("#no-such-promise/1", "names no run of this page: no-such-promise"),
        (f"#{PROMISE}/2/7777", "leads no further: there is no event 7777 after step 2"),
    ],
)
def test_an_address_that_leads_nowhere_says_so(browser: Any, folder: Path, address: str, said: str) -> None:
    bad = Page(browser, folder / "whole.html", address)
    assert said in bad.text("trouble") and bad.browser.find_element(By.ID, "trouble").is_displayed()
    bad.click("next" if bad.text("where").startswith("start") else "previous")
    assert not bad.browser.find_element(By.ID, "trouble").is_displayed(), "the next step is all right"


def test_a_way_of_ones_own_has_pictures_of_its_own(page: Page) -> None:
    page.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    page.choose("the secondary gets power and boots")
    captions = page.browser.find_elements(By.CSS_SELECTOR, ".pictures figcaption")
    shown = [each.text for each in captions if each.is_displayed()]
    assert shown == ["Role chart of your own way", "Sequence of your own way"]
    row = page.browser.find_element(By.CSS_SELECTOR, "#own-way tr.here")
    assert row.text.startswith("3 the secondary gets power and boots") and "Off" in row.text
    assert page.browser.find_elements(By.CSS_SELECTOR, '#own-way svg .here[data-first="3"]')


def test_the_step_in_focus_is_in_view_in_each_picture(browser: Any, folder: Path) -> None:
    size = {"width": 390, "height": 500, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    page = Page(browser, folder / "whole.html", f"#{PROMISE}/0")
    page.click("last")
    hidden = browser.execute_script(
        """return [...document.querySelectorAll(".of-run:not([hidden]) .here")].map((part) => {
             const frame = part.closest(".picture").getBoundingClientRect(), box = part.getBoundingClientRect();
             return Math.min(box.right, frame.right) - Math.max(box.left, frame.left) > 20
                 && box.top >= frame.top - 2 && box.top < frame.bottom; })"""
    )
    assert hidden == [True, True], "the column of the role chart, and the row of the sequence diagram"
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_on_a_phone_each_chart_opens_where_the_cause_is(browser: Any, folder: Path) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    Page(browser, folder / "whole.html")
    seen = browser.execute_script(
        """return [...document.querySelectorAll('.opening [data-first="3"], .of-run:not([hidden]) [data-first="3"]')]
             .map((part) => {
               const frame = part.closest(".picture").getBoundingClientRect(), box = part.getBoundingClientRect();
               return [frame.left <= box.left, box.left + 20 < frame.right, box.top < frame.bottom]; })"""
    )
    assert seen == [[True] * 3] * 3, "the chart at the top, the role chart, and the sequence diagram"
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_tables_can_be_searched(page: Page) -> None:
    page.browser.find_element(By.CSS_SELECTOR, "#promises details.list > summary").click()
    finder = page.browser.find_element(By.CSS_SELECTOR, "#promises .finder input")
    finder.send_keys(PROMISE)
    rows = page.browser.find_elements(By.CSS_SELECTOR, "#promises details.list tbody tr")
    assert len(rows) > 1 and [PROMISE in row.text for row in rows if row.is_displayed()] == [True]


def test_without_script_every_run_can_be_read(browser: Any, folder: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get((folder / "whole.html").as_uri())
    runs = browser.find_elements(By.CSS_SELECTOR, ".of-run")
    assert runs and all(each.is_displayed() for each in runs)
    frame = browser.find_element(By.CSS_SELECTOR, ".of-run[open] .picture")
    assert frame.is_displayed() and frame.size["width"] >= min(716, browser.get_window_size()["width"] - 80)
    assert not browser.find_element(By.ID, "console").is_displayed()
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_where_the_page_carries_no_more_it_says_so(browser: Any, folder: Path) -> None:
    part = Page(browser, folder / "part.html")
    for _ in range(12):
        buttons = part.browser.find_elements(By.CSS_SELECTOR, "#choices button")
        if not buttons:
            break
        part.browser.execute_script("arguments[0].click()", buttons[-1])
    assert "carries no more from here" in part.text("choices")
    assert browser.get_log("browser") == []


def test_many_events_of_a_kind_are_folded_and_stay_as_they_are_left(browser: Any, tmp_path: Path) -> None:
    pair = scenario_of_configs(str(ROOT / "models" / "active-active.cfg"), None)
    report = verify(connected_boundless(pair, "figure-13-8"), max_states=50)
    (tmp_path / "wired.html").write_text(report_page(report, most=100), encoding="ascii")
    page = Page(browser, tmp_path / "wired.html", "#explore/0")
    fold = browser.find_element(By.CSS_SELECTOR, "#choices details.fault")
    assert fold.text == "What breaks: 21", "its buttons are not shown"
    fold.find_element(By.TAG_NAME, "summary").click()
    fold.find_elements(By.CSS_SELECTOR, "button")[0].click()
    assert page.text("where").startswith("step 1 ")
    assert browser.find_element(By.CSS_SELECTOR, "#choices details.fault button").is_displayed(), "still open"
    assert browser.find_element(By.CSS_SELECTOR, "#choices h4 + button.repair").is_displayed(), "few are not folded"


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844), (320, 640)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(browser: Any, folder: Path, width: int, height: int, scheme: str) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wanted = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})
    Page(browser, folder / "whole.html", f"#{PROMISE}/5")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is (scheme == "light")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_served_page_goes_on_where_a_file_ends(browser: Any) -> None:
    html, writer = served_page(verify(read_model(MODEL)), most=30)
    with PageServer(0, "a-word", html, writer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser.get("about:blank")
        browser.get(f"{server.address}#explore/0")
        wait = WebDriverWait(browser, 30)
        for step in range(1, 13):
            wait.until(lambda _: browser.find_elements(By.CSS_SELECTOR, "#choices button"))
            browser.execute_script(
                "arguments[0].click()", browser.find_elements(By.CSS_SELECTOR, "#choices button")[-1]
            )
            wait.until(lambda _, step=step: browser.find_element(By.ID, "where").text.startswith(f"step {step} "))
        address = browser.current_url
        browser.get("about:blank")
        browser.get(address)
        wait.until(lambda _: browser.find_element(By.ID, "where").text == "step 12 of 12")
        server.shutdown()
    assert browser.get_log("browser") == []
