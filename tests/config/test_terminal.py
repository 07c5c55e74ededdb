"""What a terminal adds to a line is taken away, and nothing that stands behind it."""

from __future__ import annotations

import pytest

from failover_fsm.config.values.terminal import without_terminal

LINE = "    1     Disabled                   Negotiation"


@pytest.mark.parametrize(
    "raw",
    [
        "{}",
        "<--- More --->{}",
        "<--- More --->              {}",  # the carriage returns around the blanks are lost
        "<--- More --->\x08\x08\x08   \x08\x08\x08{}",
        "\x1b[7m<--- More --->\x1b[m\x1b[K{}",
        " <--- more --->\x1b=\x1b[K{}\x1b[0;1m",
    ],
)
def test_the_words_of_the_pager_and_escapes_go_and_the_line_stays_with_its_blanks(raw: str) -> None:
    assert without_terminal(raw.format(LINE)) == LINE


@pytest.mark.parametrize("raw", ["", "  ", "a <--- More ---> b", "<--- Less --->"])
def test_other_lines_stay_as_they_are(raw: str) -> None:
    assert without_terminal(raw) == raw
