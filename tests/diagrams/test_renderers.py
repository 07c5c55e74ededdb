"""The committed Mermaid texts as Mermaid itself draws them, in Chromium.

Needs Chromium, Selenium and the npm package mermaid; without them it is skipped and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.diagrams import figure, to_mermaid
from tests.browser import needs_chromium, npm_file, started

pytestmark = needs_chromium
DIAGRAMS = Path(__file__).parents[2] / "diagrams"
DRAWN = [
    "unit.mmd", "hindered.mmd", "group.mmd", "scenarios/asymmetric-routing.sequence.mmd",
    "findings/switched-off-on-one-side.sequence.mmd",
]  # fmt: skip
WIDEST = 2000
"""Pixels; a reader of a Markdown page zooms into what is wider than its window."""


@pytest.fixture(scope="module")
def mermaid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    script = npm_file("mermaid/dist/mermaid.min.js").as_uri()
    page = tmp_path_factory.mktemp("page") / "page.html"
    page.write_text(f"<!DOCTYPE html><title>x</title><body><div id=place></div><script src='{script}'></script>")
    browser = started(tmp_path_factory.mktemp("profile"))
    browser.get(page.as_uri())
    browser.execute_script("mermaid.initialize({startOnLoad: false})")
    yield browser
    browser.quit()


DRAW = """
const [text, done] = arguments;
mermaid.render("drawn", text).then(({ svg }) => {
  const place = document.getElementById("place");
  place.innerHTML = svg;
  const box = place.querySelector("svg").viewBox.baseVal;
  done({ width: box.width, words: place.textContent });
}, (error) => done({ error: String(error) }));
"""


def drawn(mermaid: Any, text: str) -> dict[str, Any]:
    found: dict[str, Any] = mermaid.execute_async_script(DRAW, text)
    return found


@pytest.mark.parametrize("name", DRAWN)
def test_mermaid_draws_it(mermaid: Any, name: str) -> None:
    found = drawn(mermaid, (DIAGRAMS / name).read_text(encoding="utf-8"))
    assert "error" not in found, found
    assert 300 < found["width"] < WIDEST and "Syntax error" not in found["words"]


def test_every_state_and_label_is_to_be_read(mermaid: Any) -> None:
    diagram = figure("group")
    words = re.sub(r"\s+", "", drawn(mermaid, to_mermaid(diagram))["words"])
    wanted = [node.id for node in diagram.nodes] + [edge.trigger for edge in diagram.edges]
    wanted += [event.replace("_", " ") for each in diagram.passages for event in each.events]
    assert [each for each in wanted if each.replace(" ", "") not in words] == []


def test_what_is_no_mermaid_is_noticed(mermaid: Any) -> None:
    assert "error" in drawn(mermaid, "stateDiagram-v2\n  a --> --> b\n")
