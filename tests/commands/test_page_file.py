"""`--report` of the commands whose answer is a page without script: the answer and the runs, or no page at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from failover_fsm.cli import main

ROOT = Path(__file__).parents[2]
PAIR = str(ROOT / "models" / "cisco-asav.cfg")
TRACE = str(ROOT / "models" / "split-brain.trace")
COMMANDS = {
    "faults": ["faults", PAIR, "--max", "1", "--goal", "service-lost"],
    "run": ["run", TRACE],
    "whatif": ["whatif", PAIR, "--after", "unit_failed unit=primary"],
    "outcomes": ["whatif", PAIR, "--after", "unit_failed unit=primary; unit_restored unit=primary", "--any-order"],
    "times": ["times", PAIR],
}
PICTURES = {"faults": 0, "run": 2, "whatif": 2, "outcomes": 2, "times": 1}
"""How many pictures each page has at least."""


@pytest.mark.parametrize("name", [*COMMANDS])
def test_the_page_has_the_answer_and_pictures_with_captions_and_no_script(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out.html"
    status = main([*COMMANDS[name], "--report", str(file)])
    printed = capsys.readouterr().out
    page = file.read_text("ascii")
    last = printed.strip().splitlines()[-1]
    assert status == 0 and last in page, "the last line is the verdict"
    assert "<script" not in page and "default-src 'none'" in page
    captions = re.findall(r"<figcaption>(.+?)</figcaption>", page)
    assert len(captions) >= PICTURES[name] and page.count("<figure>") == len(captions) == len({*captions})
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len({*ids}), "patterns stand once"


def test_the_run_of_a_page_can_be_read_without_its_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.html"
    main([*COMMANDS["run"], "--report", str(file)])
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("1 ")]
    assert told and all(line.replace(">", "&gt;") in file.read_text("ascii") for line in told)


def test_a_page_does_not_replace_what_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "a.cfg"
    config.write_bytes(Path(PAIR).read_bytes())
    assert main(["times", str(config), "--report", str(config)]) == 2
    assert "would replace" in capsys.readouterr().err and config.read_bytes() == Path(PAIR).read_bytes()


def test_without_an_answer_there_is_no_page_and_a_line_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "a.cfg"
    lines = Path(PAIR).read_text().splitlines()
    head = [line for line in lines if line.startswith(("hostname", "failover"))]
    config.write_text("\n".join([*head, ""]))  # a configuration whose interfaces are missing
    file = tmp_path / "out.html"
    assert main(["faults", str(config), "--report", str(file)]) == 3
    assert f"{file}: not written" in capsys.readouterr().err and not file.exists()
