"""What a terminal would act upon, or would not show, is written as an escape."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from failover_fsm.config.values.printable import MAX_ERROR, error_line, masked, printable, printable_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, 100%", "plain words, 100%"),
        ("Zürich → 東京", "Zürich → 東京"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\r\tc\x07", r"a\nb\r\tc\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("\u202eabc\u2066", r"\u202eabc\u2066"),
        ("in\u200bside\ufeff", r"in\u200bside\ufeff"),
        ("a\u2028b\x85", r"a\u2028b\x85"),
        ("\udcff", r"\udcff"),
        ("a\u3164\ufe0f\u115f\u034f", r"a\u3164\ufe0f\u115f\u034f"),
        ("\xa0", r"\xa0"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_only_what_can_be_seen_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.slow
def test_no_control_format_or_separator_of_unicode_gets_through() -> None:
    for number in range(sys.maxunicode + 1):
        if unicodedata.category(chr(number)) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            assert printable(chr(number)).isascii(), hex(number)


def test_a_masked_text_keeps_its_length() -> None:
    assert masked("a\x1b\u202e\u3164é\n\t") == "a???é\n\t"


def test_lines_stay_lines() -> None:
    assert printable_lines("a\n\tb\x1b\n") == "a\n\tb\\x1b\n"


def test_an_error_is_one_line_and_not_too_long() -> None:
    assert error_line("a" * MAX_ERROR) == "a" * MAX_ERROR
    cut = error_line("\n" * MAX_ERROR)
    assert len(cut) == MAX_ERROR and cut.startswith(r"\n\n") and cut.endswith("...")
