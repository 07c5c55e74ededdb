"""The option `--report` of the commands whose answer can be written as a page without script."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from failover_fsm.assessment.no_failover import no_failover_caveats
from failover_fsm.commands.files import complain, write_bytes
from failover_fsm.commands.progress import Progress

if TYPE_CHECKING:
    from failover_fsm.analysis.verify import Report
    from failover_fsm.assessment.facts import Facts
    from failover_fsm.reports.html.figures import Story
    from failover_fsm.reports.html.page import Opening

__all__ = ["add_argument", "draw_pair", "draw_report", "not_written", "opening_of", "write_page"]


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Adds `--report`; the command names it to `check_outputs` and calls `write_page`."""
    parser.add_argument("--report", metavar="FILE.html", help="write the answer there as a page for a browser")


def not_written(name: str | None) -> None:
    """Says that there is no page, where the answer is not known."""
    if name is not None:
        complain(f"{name}: not written, since the answer is not known")


def write_page(
    name: str | None,
    title: str,
    text: str,
    stories: Iterable[Story] = (),
    *,
    pictures: Iterable[tuple[str, str]] = (),
) -> None:
    """Writes the page that `--report` asks for; does nothing where it is not given.

    Args:
        name: The file, None where the option is not given.
        title: The command and what it was asked about.
        text: The answer as the command prints it.
        stories: The runs behind the answer.
        pictures: Pairs (caption, svg) between the answer and the runs.

    Raises:
        BadInput: If the file cannot be written.
    """
    if name is None:
        return
    from failover_fsm.reports.html.answer_page import answer_page  # its import takes longer than many an answer

    _write(name, lambda: answer_page(title, text, stories, pictures=pictures))


def draw_report(name: str | None, report: Report) -> None:
    """Writes the page of a search, unless that was interrupted: the page takes some time too.

    Args:
        name: The file, None where `--report` is not given.
        report: The search.

    Raises:
        BadInput: If the file cannot be written.
    """
    if name is not None and _is_whole(name, report):
        from failover_fsm.reports.html import report_page  # its import takes longer than a small check

        _write(name, lambda: report_page(report, opening=opening_of(report)))


def opening_of(report: Report) -> Opening:
    """What a page on promises opens with: what keeps failover from working, and the verdict."""
    from failover_fsm.reports.html.page import Opening  # their import takes longer than a small check
    from failover_fsm.reports.html.sections import head

    warning = " ".join(no_failover_caveats(report.scenario.config))
    return Opening(head(report, warning), as_if=", as if failover worked" if warning else "")


def draw_pair(name: str | None, facts: Facts) -> None:
    """Writes the page of a pair, unless its search was interrupted; the arguments as for `draw_report`."""
    if name is not None and (facts.report is None or _is_whole(name, facts.report)):
        from failover_fsm.assessment.page import pair_page

        _write(name, lambda: pair_page(facts))


def _is_whole(name: str, report: Report) -> bool:
    """Whether a search was not interrupted; if it was, a line says that there is no page."""
    if report.result.interrupted:
        complain(f"{name}: not written, since the search was interrupted")
    return not report.result.interrupted


def _write(name: str, drawn: Callable[[], str]) -> None:
    with Progress(f"drawing {name}"):
        write_bytes(name, drawn().encode("ascii"))
