"""Mistakes that nothing kills, each with the reason why it may live."""

from __future__ import annotations

__all__ = ["ANSWERS", "EQUIVALENT", "answer"]

EQUIVALENT: dict[str, str] = {}
"""By the beginning of `module function: mistake`, why the mistake changes nothing that anybody could see."""

ANSWERS: dict[str, str] = {}
"""By the same, why it may live although it changes something."""


def answer(name: str) -> tuple[str, str]:
    """`equivalent` or `may live` with the reason; two empty texts where nothing has been found out."""
    for kind, known in (("equivalent", EQUIVALENT), ("may live", ANSWERS)):
        for beginning, why in known.items():
            if name.startswith(beginning):
                return kind, why
    return "", ""
