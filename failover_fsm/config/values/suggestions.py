"""What may have been meant by a word that is none of those that are allowed, and the allowed ones in a message."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

__all__ = ["listed", "nearest", "nearest_name"]


ALIKE = 0.65
"""How alike a word and its suggestion are at least, of 1: `uri` and `url` are, `never` and `level` are not."""


def nearest(word: object, allowed: Iterable[str]) -> str:
    """`, did you mean X` for a word similar to one of `allowed`, else nothing, as for what is no word."""
    close = get_close_matches(word[:80], list(allowed), n=1, cutoff=ALIKE) if isinstance(word, str) else []
    return f", did you mean {close[0]}" if close else ""


MOST_LISTED = 8
"""The most names that a message lists one by one, where all of them take more than a line or two."""

SHORT = 160
"""The most characters of a list that is told whole however many names it has."""


def listed(word: object, allowed: Iterable[str]) -> str:
    """The names that are allowed; of many, those like `word`, the nearest first, and how many more there are."""
    names = list(allowed)
    whole = ", ".join(names)
    if len(names) <= MOST_LISTED or len(whole) <= SHORT:
        return whole
    like = get_close_matches(word[:80], names, n=MOST_LISTED) if isinstance(word, str) else []
    shown = list(dict.fromkeys((*like[:1], *sorted(like[1:], key=names.index), *names)))[:MOST_LISTED]
    return f"{', '.join(shown)}, and {len(names) - len(shown)} more"


def nearest_name(word: str, allowed: Iterable[str]) -> str:
    """`, did you mean X` for a slip of the pen in one of `allowed`, else nothing.

    These names stand for actions, and a guess must not turn one action into another: it has to be very near, and no
    other name as near.
    """
    close = get_close_matches(word[:80], list(allowed), n=2, cutoff=0.85)
    rival = SequenceMatcher(None, close[1], word[:80]).ratio() if len(close) > 1 else 0.0
    if not close or SequenceMatcher(None, close[0], word[:80]).ratio() - rival < 0.05:
        return ""
    return f", did you mean {close[0]}"
