"""Rows in their order, what changed, and the forms of the answer."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm import PairConfig
from failover_fsm.assessment.assess import assess
from failover_fsm.assessment.text import everything_to_do
from failover_fsm.fleet.answer import FleetAnswer
from failover_fsm.fleet.changes import Change, EarlierError, change_of, gone, read_earlier
from failover_fsm.fleet.page import fleet_page, page_names, pair_page
from failover_fsm.fleet.row import VERDICTS, Row
from failover_fsm.fleet.text import cells, findings_of_fleet, fleet_csv, fleet_text, outage_text
from failover_fsm.reports.gates.finding import Outcome
from failover_fsm.text.layout import lines_of
from tests.browser import needs_chromium, started

ROOT = Path(__file__).parents[2]
GOOD = Row(name="good", verdict="holds", single_faults=14, survived=14, worst_outage=25_000, promises=(("holds", 29),))


def row(name: str, verdict: str = "holds", **changes: Any) -> Row:
    return attrs.evolve(GOOD, name=name, verdict=verdict, **changes)


def answer(*rows: Row, **more: Any) -> FleetAnswer:
    return FleetAnswer(**{"source": "x", "rows": rows, "pairs": len(rows), **more})


def test_the_worst_come_first() -> None:
    rows = [row(f"v{place}", verdict) for place, verdict in enumerate(VERDICTS)]
    rows += [row("fewer", survived=12), row("longer", worst_outage=45_000), row("endless", for_good=("dmz",))]
    order = [each.name for each in answer(*reversed(rows)).rows]
    assert order == [*(f"v{place}" for place in range(len(VERDICTS) - 1)), "fewer", "endless", "longer", "v6"]


@pytest.mark.parametrize(
    "verdicts, status",
    [(["holds", "holds-with-gaps"], 0), (["holds", "undecided"], 3), (["failed", "holds"], 3), ([], 0),
     (["at-risk", "failed"], 1), (["no-failover"], 1), (["violated", "holds"], 1)],
)  # fmt: skip
def test_the_exit_status_is_that_of_the_worst(verdicts: list[str], status: int) -> None:
    rows = [row(f"{place}", verdict) for place, verdict in enumerate(verdicts)]
    assert answer(*rows).exit_status == status
    assert answer(*rows, pairs=len(rows) + 1).exit_status == (status or 3)


def test_the_row_of_an_answer_says_what_the_answer_says() -> None:
    config = PairConfig.from_asa((ROOT / "models" / "fpr4150.cfg").read_text())
    found = assess(config, promises=False)
    made = Row.of(found, name="x")
    assert (made.verdict, made.single_faults, made.survived) == ("holds-with-gaps", 23, 19)
    assert made.for_good == ("management",) and outage_text(made) == "for good (1), else 5 s"
    assert Row.from_dict(json.loads(json.dumps(made.to_dict()))) == made


def test_a_pair_without_failover_has_no_figures_as_if_it_worked() -> None:
    text = (ROOT / "models" / "fpr4150.cfg").read_text()
    without = (text.replace("\nfailover\n", "\nno failover\n"), text.replace("failover interface ip folink", "!"))
    for each in without:
        made = Row.of(assess(PairConfig.from_asa(each), promises=False), name="x")
        assert made.verdict == "no-failover"
        assert (made.single_faults, made.survived, made.worst_outage, made.for_good) == (0, 0, None, ())
        assert cells(answer(made), made)[1:4] == ("NO FAILOVER", "-", "-")
    works = Row.of(assess(PairConfig.from_asa(text), promises=False), name="x")
    assert change_of(works, {"x": made}) == Change(word="better", details=("verdict no-failover -> holds-with-gaps",))


def test_advice_counts_what_check_lists_to_do() -> None:
    found = assess(PairConfig.from_asa((ROOT / "models" / "fpr4150.cfg").read_text()), promises=False)
    assert Row.of(found, name="x").advice == len(everything_to_do(found)) == len(found.advice) + len(found.gaps)
    row_without = row("x", "undecided", single_faults=0, survived=0, advice=2)
    assert cells(answer(row_without), row_without)[4] == "2"


@pytest.mark.parametrize(
    "now, word, details",
    [
        (GOOD, "same", ()),
        (row("good", "at-risk"), "worse", ("verdict holds -> at-risk",)),
        (row("good", worst_outage=5_000), "better", ("worst outage 25 s -> 5 s",)),
        (row("good", survived=13, worst_outage=5_000), "worse",
         ("faults not survived 0 -> 1", "worst outage 25 s -> 5 s")),
        (row("good", "failed", single_faults=0, survived=0, worst_outage=None), "worse", ("verdict holds -> failed",)),
        (row("other"), "new", ()),
    ],
)  # fmt: skip
def test_changes_are_worse_or_better(now: Row, word: str, details: tuple[str, ...]) -> None:
    found = change_of(now, {"good": GOOD})
    assert (found.word, found.details) == (word, details)


def test_with_an_earlier_answer_only_what_is_worse_or_new_counts() -> None:
    old = {each.name: each for each in (row("a", "at-risk"), row("b"), row("c"))}

    def status(*rows: Row) -> int:
        return answer(*rows, changes={each.name: change_of(each, old) for each in rows}).exit_status

    assert status(row("a", "at-risk"), row("b")) == 0
    assert status(row("a"), row("b", advice=1)) == 1
    assert status(row("new", "at-risk")) == 1 and status(row("new")) == 0 and status(row("b", "failed")) == 3
    assert gone([row("a")], old) == ("b", "c")


def test_an_earlier_answer_is_read_or_refused(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps(answer(GOOD, row("a", "at-risk", files=("x",))).to_dict()))
    assert read_earlier(str(file))["good"] == GOOD
    for text in ("", "{}", "[]", '{"pairs": [{"name": 1}]}', '{"pairs": 3}', "[" * 100_000):
        file.write_text(text)
        with pytest.raises(EarlierError, match="holds no answer about a fleet; allowed"):
            read_earlier(str(file))
    with pytest.raises(EarlierError, match="cannot be read"):
        read_earlier(str(tmp_path / "none"))


HOSTILE = row('=1+1"<b>\x1b[31m', "failed", reason="-x,\n\u202ey", files=("a b.cfg", "<c>"))


def test_csv_is_read_by_others_and_holds_no_formula() -> None:
    lines = list(csv.DictReader(io.StringIO(fleet_csv(answer(GOOD, HOSTILE)))))
    assert [each["name"][:5] for each in lines] == ["'=1+1", "good"]
    assert lines[1]["worst_outage"] == "25.0" and lines[1]["promises"] == "holds=29" and "\x1b" not in str(lines)
    assert fleet_csv(answer()) == ""


def test_the_table_fits_and_counts() -> None:
    text = fleet_text(answer(GOOD, HOSTILE, row("n" * 60, "at-risk", reason="r" * 99), others=3, unchanged=2))
    assert max(map(len, text.splitlines())) < 200 and "\x1b" not in text
    assert "3 pairs: 1 AT RISK, 1 FAILED, 1 HOLDS\n" in text and "..." + "n" * 37 in text
    assert "interrupted: 1 of 2 pairs are left" in fleet_text(answer(GOOD, pairs=2))


def test_a_paragraph_has_the_whole_reason() -> None:
    reason = " ".join(["reason"] * 20)
    with lines_of(60):
        text = fleet_text(answer(row("x", "at-risk", reason=reason)))
    assert reason in " ".join(text.split()) and max(map(len, text.splitlines())) <= 60


@needs_chromium
def test_a_page_of_long_names_and_reasons_is_as_wide_as_the_window(tmp_path: Path) -> None:
    long = row("sites/" + "n" * 90, "at-risk", reason="/a/path/without/a/blank" * 8, for_good=("x",))
    page = tmp_path / "fleet.html"
    page.write_text(fleet_page(answer(long), {}))
    browser = started(tmp_path / "profile", "--window-size=1280,900")
    try:
        browser.get(page.as_uri())
        script = "const at = document.querySelector('.scroll'); return [at.scrollWidth, at.clientWidth]"
        needs, has = browser.execute_script(script)
    finally:
        browser.quit()
    assert needs <= has


def test_findings_fail_for_what_is_bad_or_cannot_be_read() -> None:
    rows = [row(f"{verdict}", verdict) for verdict in VERDICTS]
    found = [each.outcome for each in findings_of_fleet(answer(*rows))]
    assert found == [Outcome.FAILED] * 4 + [Outcome.UNDECIDED] + [Outcome.PASSED] * 2


def test_what_was_so_before_is_noted_only() -> None:
    """The exit status is 0 then, for what is not known too."""
    rows = [row(f"{verdict}", verdict) for verdict in VERDICTS]
    before = answer(*rows, changes={each.name: Change(word="same") for each in rows})
    assert before.exit_status == 0
    assert [each.outcome for each in findings_of_fleet(before)] == [Outcome.NOTED] * 5 + [Outcome.PASSED] * 2


def test_pages_lead_to_each_other_and_escape_names() -> None:
    rows = [HOSTILE, row("a/b"), row("a-b"), row("A-B")]
    names = page_names(rows)
    assert len({each.lower() for each in names.values()}) == 4 and names["a/b"].startswith("a-b")
    page = fleet_page(answer(*rows), {name: f"pages/{file}" for name, file in names.items()})
    assert "<b>" not in page and f'href="pages/{names["a/b"]}"' in page and page.count("<tr>") == 5
    own = pair_page(HOSTILE, "", "../x.html")
    assert 'href="../x.html"' in own and "<c>" not in own and "<pre" not in own
    assert "<main>the whole answer</main>" in pair_page(GOOD, "<main>the whole answer</main>", "x")
