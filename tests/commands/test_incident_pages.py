"""The pages of the incidents: current, complete, and made from every file."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from failover_fsm.commands import incident_pages
from failover_fsm.commands.incident_pages import FILES, FOLDER, main, read_stories, texts

STORIES = read_stories()


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return texts()


def test_pages_and_pictures_are_current(made: dict[str, str]) -> None:
    stale = [name for name, text in made.items() if (FOLDER / name).read_bytes() != text.encode()]
    assert stale == [], "run python -m failover_fsm.commands.incident_pages"
    assert {path.name for path in FOLDER.iterdir()} == {*made, "stories.toml"}


def test_every_incident_has_a_page_a_run_and_something_to_do(made: dict[str, str]) -> None:
    assert [each.number for each in STORIES] == list(range(1, 23))
    for story in STORIES:
        assert story.files("trace") and story.seen and story.answer and story.configure
        page = made[story.page]
        assert "## What was seen" in page and "![" in page and "```text\nconfig " in page
        assert f"]({story.page})" in made["README.md"]


def test_every_file_of_an_incident_is_shown(made: dict[str, str]) -> None:
    for path in FILES.iterdir():
        if path.suffix in (".trace", ".toml"):
            story = STORIES[int(path.name[:2]) - 1]
            assert f"models/incidents/{path.name}`" in made[story.page]


def test_a_page_says_the_story_of_its_trace_once(made: dict[str, str]) -> None:
    page = made["01-split-brain.md"]
    assert page.count("Nothing crosses between the units any more") == 1
    assert "# Incident" not in page.partition("\n")[2]


def test_every_link_leads_to_a_file(made: dict[str, str]) -> None:
    for name, text in made.items():
        for target in re.findall(r"\]\(([^)#]+)", text) if name.endswith(".md") else ():
            assert (FOLDER / target).exists(), f"{name}: {target}"


def test_a_violated_promise_stands_with_its_reason(made: dict[str, str]) -> None:
    assert "| violated: the standby keeps its role until it restarts" in made["19-failover-switched-off.md"]


@pytest.mark.parametrize("arguments", [["one", "two"], ["--help"], ["/nowhere/at/all"]])
def test_what_cannot_be_written_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_trace_that_cannot_be_played_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(FILES, tmp_path / "incidents", symlinks=True)
    (tmp_path / "incidents" / "01-split-brain.trace").write_text("# Incident 1.\nconfig nothing.cfg\n")
    for name in ("active-standby.cfg", "active-active.cfg", "fpr4150.cfg"):
        (tmp_path / name).symlink_to(FILES.parent / name)
    monkeypatch.setattr(incident_pages, "FILES", tmp_path / "incidents")
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "README.md").exists()
