"""When two lines of a log are one message that came twice."""

from __future__ import annotations

from failover_fsm.device.messages import read_log

TEXT = "host : %ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate."
STAMP = "Sep 28 2016 13:51:57"


def said(*lines: str) -> list[object]:
    """What each line says, and when."""
    return [each.said for each in read_log("\n".join(lines))]


def test_a_line_that_came_twice_says_the_same_at_the_same_time() -> None:
    first, again, later, other = said(
        f"{STAMP} {TEXT}", f"<161>{STAMP} other-{TEXT}", f"{STAMP[:-1]}8 {TEXT}",
        f"{STAMP} {TEXT.replace('Secondary', 'Primary')}",
    )  # fmt: skip
    assert first is not None and first == again and first not in (later, other)


def test_without_a_time_no_line_is_known_to_have_come_twice() -> None:
    assert said(TEXT, TEXT) == [None, None]
