"""`report`: one page that opens with the answer about the pair, and shows nothing that happens unasked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from failover_fsm.cli import main

ROOT = Path(__file__).parents[2]
PAIR = ROOT / "models" / "one-interface.cfg"


def test_the_page_opens_with_the_answer_and_the_ports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "pair.html"
    status = main(["report", str(PAIR), "-o", str(out)])
    verdict = capsys.readouterr().out.splitlines()[0].partition(": ")[2]
    page = out.read_text("ascii")
    assert status in (0, 1) and f'class="badge">{verdict}<' in page
    order = [page.index(part) for part in ('class="answer"', "The ports of", 'id="times"', 'id="faults"', 'id="steps"')]
    assert order == sorted(order)
    assert "GigabitEthernet" in page and 'class="badge survived"' in page


def test_what_can_happen_is_folded_where_no_promise_breaks(tmp_path: Path) -> None:
    out = tmp_path / "model.html"
    assert main(["report", str(ROOT / "models" / "incidents" / "03-link-down-at-boot.toml"), "-o", str(out)]) == 0
    runs = re.findall(r'<details class="of-run"[^>]*>', out.read_text("ascii"))
    assert not [each for each in runs if " open" in each]


def test_a_pair_that_never_comes_up_has_a_page_too(tmp_path: Path) -> None:
    config, out = tmp_path / "a.cfg", tmp_path / "a.html"
    config.write_text("hostname a\nfailover lan unit primary\nfailover lan interface fo GigabitEthernet0/3\nfailover\n")
    assert main(["report", str(config), "-o", str(out)]) == 1
    assert "NO FAILOVER" in out.read_text("ascii")


def test_an_output_that_cannot_be_written_is_named_as_it_was_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(PAIR), "-o", str(tmp_path)]) == 2
    assert f"-o {tmp_path}: is a directory" in capsys.readouterr().err


def test_a_page_is_written_in_its_time_with_what_is_known_by_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pair.html"
    wired = ["report", str(PAIR.with_name("active-active.cfg")), "--topology", "figure-13-8", "-o", str(out)]
    assert main([*wired, "--time-limit", "0.2"]) == 3
    assert "not decided, stopped early: time_limit of 0.2 seconds" in " ".join(capsys.readouterr().out.split())
    page = out.read_text("ascii")
    assert "UNDECIDED" in page and 'id="times"' in page and 'id="faults"' in page


def test_the_second_page_of_a_pair_is_drawn_from_what_the_first_one_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "1.html", tmp_path / "2.html"
    assert main(["report", str(PAIR), "-o", str(pages[0])]) == 0
    monkeypatch.setattr("failover_fsm.commands.check.verify", None)
    assert main(["report", str(PAIR), "-o", str(pages[1]), "--time-limit", "0.001"]) == 0
    assert _without_times(pages[0]) == _without_times(pages[1])
    assert main(["check", str(PAIR), "--report", str(pages[1]), "--no-cache"]) == 4, "this one searches"


def _without_times(page: Path) -> str:
    """A page without what says when its promises were found."""
    return re.sub(r"found in an earlier run[^<]*", "", page.read_text("ascii"))
