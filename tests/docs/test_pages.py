"""The pages show what really happens: every session is run, every example too, and generated pages are current."""

from __future__ import annotations

import doctest
import os
import re
from pathlib import Path

import pytest

from failover_fsm.cli.reference import FOLDER, PAGES, main
from tests.docs.sessions import ROOT, Workplace, sessions, shown_is_printed

EVERY = sorted((ROOT / "docs").rglob("*.md"))
README = ROOT / "README.md"
ELSEWHERE = {"docs/howto/explain.md": "tests/postmortem/test_command.py"}
"""Pages whose sessions another test runs: with files that stand on the page."""


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


WITH_SESSIONS = [
    page for page in (README, *EVERY) if name_of(page) not in ELSEWHERE and list(sessions(page.read_text()))
]
BESIDE_TUTORIALS = ("docs/explanation/checker.md",)
"""Other pages whose examples are run one after the other."""

WITH_EXAMPLES = [
    page
    for page in EVERY
    if (page.parent.name in ("tutorial", "howto") or name_of(page) in BESIDE_TUTORIALS)
    and re.search(r"^    >>> (from|import) ", page.read_text(), re.MULTILINE)
]


def test_the_tutorials_have_sessions_and_examples() -> None:
    names = [name_of(page) for page in (*WITH_SESSIONS, *WITH_EXAMPLES)]
    assert {f"docs/tutorial/{each}.md" for each in ("your-pair", "library", "own-model")} <= set(names)
    for page, test in ELSEWHERE.items():
        assert list(sessions((ROOT / page).read_text())) and Path(page).name in (ROOT / test).read_text()


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_SESSIONS, ids=name_of)
def test_sessions_print_what_the_page_shows(page: Path) -> None:
    place = Workplace()
    try:
        for session in sessions(page.read_text(encoding="utf-8")):
            advice, printed = place.run(session.command)
            forms = (printed, advice + printed) if session.shown else (advice + printed,)
            shown = any(shown_is_printed(session.shown, text) for text in forms)
            assert shown, f"{name_of(page)}:{session.line}\n{advice}{printed}"
    finally:
        place.close()


def test_a_session_that_shows_something_else_is_noticed() -> None:
    assert shown_is_printed("one\n...\nthree 1.2 s", "one\ntwo\nthree 3.4 s\n")
    assert not shown_is_printed("one\n...\nthree", "one\ntwo\nfour\n")
    assert not shown_is_printed("one", "one\ntwo\n")
    (session,) = sessions("text\n\n    $ failover-fsm --version\n    failover-fsm 9\n\nmore\n")
    assert (session.command, session.shown, session.line) == ("failover-fsm --version", "failover-fsm 9", 3)


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_examples_print_what_the_page_shows(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert tried > 5 and not failed


def test_the_reference_is_current(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
    for name in PAGES:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), (
            f"python -m failover_fsm.cli.reference: {name}"
        )


def test_the_reference_names_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_every_page_is_in_the_site_and_in_the_index() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for page in EVERY:
        place = os.path.relpath(page, ROOT / "docs")
        assert place in nav, f"{place} is not in mkdocs.yml"
        if page.parent.name not in ("decisions", "incidents") or page.name == "README.md":
            assert place == "README.md" or f"]({place})" in index, f"{place} is not in docs/README.md"


def test_every_word_of_the_glossary_is_explained_once() -> None:
    words = re.findall(r"^\*\*([^*]+)\.\*\*", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(words) > 30 and words == sorted(set(words), key=str.casefold)
