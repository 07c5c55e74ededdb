"""The lines of a text that an operator enters, and which of them only move between modes or look at the unit."""

from __future__ import annotations

import re

__all__ = ["acting_lines", "bare", "begins", "is_executive", "is_navigation", "is_word", "lines_of", "words_of"]

_NAVIGATION = ("conf[igure] t[erminal]", "conf[igure]", "en[able]", "end", "exi[t]", "q[uit]", "disa[ble]")

_EXECUTIVE = """
cap[ture] cd cle[ar] copy cpu del[ete] dir downg[rade] eject er[ase] form[at] fsck hel[p] kill login logo[ut] mkdir more
pac[ket-tracer] perf[mon] pin[g] pwd rel[oad] ren[ame] rmdir ses[sion] setup sh[ow] shun tes[t] trace[route]
und[ebug] upg[rade] verif[y] who wr[ite]
"""
"""First words that no configuration contains."""

_EXECUTIVE_LINES = ("fa[ilover] exe[c]", "fa[ilover] rel[oad-standby]", *_EXECUTIVE.split())


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text, which stand on their own or are separated by `; `."""
    return tuple(line.strip() for line in re.split(r";\s+|\n", text) if line.strip())


def acting_lines(text: str) -> tuple[str, ...]:
    """The lines of a text without comments and without words that only move between modes."""
    return tuple(line for line in lines_of(text) if not is_navigation(line))


def is_word(pattern: str, word: str) -> bool:
    """Whether a word is that of a pattern, which may be shortened up to its bracket; `*` is any word."""
    least, _, rest = pattern.partition("[")
    full = least + rest.rstrip("]")
    return pattern == "*" or (word.startswith(least) and full.startswith(word))


def words_of(line: str) -> tuple[str, ...]:
    """The words of a line in small letters, without options such as `/noconfirm`."""
    return tuple(word for word in line.lower().split() if not word.startswith("/"))


def bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without `no` before them."""
    return words[1:] if len(words) > 1 and words[0].lower() == "no" else words


def is_navigation(line: str) -> bool:
    """Whether a line is a comment, or moves between the modes of the command line and does nothing else."""
    words = words_of(line)
    if line.startswith("!"):
        return True
    return any(begins(pattern, words) and len(words) == len(pattern.split()) for pattern in _NAVIGATION)


def is_executive(line: str) -> bool:
    """Whether a line is an EXEC command: it changes no running configuration and is not sent to the peer."""
    words = words_of(line)
    if begins("cle[ar] conf[igure]", words):
        return False
    return any(begins(pattern, words) for pattern in _EXECUTIVE_LINES)


def begins(pattern: str, words: tuple[str, ...]) -> bool:
    """Whether words begin with those of a pattern."""
    wanted = pattern.split()
    return len(words) >= len(wanted) and all(map(is_word, wanted, words))
