"""Lines that the model refuses whatever the pair is, each with the reason: none of them may seem to do nothing."""

from __future__ import annotations

from failover_fsm.pair.entered_text import bare, begins, is_word, words_of

__all__ = ["why_refused"]

_CLEARED = ("a[ll]", "fa[ilover]", "int[erface]", "mon[itor-interface]", "cont[ext]", "ip", "mac-[address]", "mod[e]")
_FLASH = "the model leaves what is in Flash to `write memory`"
_LOADS = "the model loads no other configuration"

_REASONS: tuple[tuple[str, str], ...] = (
    ("fa[ilover] rel[oad-standby]", "enter `reload` on the standby unit instead"),
    ("wr[ite] e[rase]", _FLASH),
    ("er[ase]", _FLASH),
    ("conf[igure] m[emory]", _LOADS),
    ("conf[igure] n[et]", _LOADS),
    ("conf[igure] h[ttp]", _LOADS),
    ("conf[igure] f[actory-default]", _LOADS),
    ("conf[igure] r[eplace]", _LOADS),
    ("cop[y] * ru[nning-config]", _LOADS),
)

_ONLY_EVENTS = ("fa[ilover] ac[tive]", "fa[ilover] res[et]", "wr[ite] st[andby]")
"""Commands with no other form than the events."""

_WHOLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("fa[ilover] rel[oad-standby]", ()),
    ("wr[ite] m[emory]", ("a[ll]",)),
    ("cop[y] ru[nning-config] st[artup-config]", ()),
)
"""Commands of which each further word is named here: a word that is not is a mistake, and not passed over."""

_NEVER_NEGATED = ("fa[ilover] exe[c]", "wr[ite]", "rel[oad]")

_DELAYED = "the model knows no later restart; enter `reload` at the moment at which the unit restarts"


def why_refused(line: str) -> str:
    """The reason against a line that is no event; empty if there is none."""
    words = words_of(line)
    rest = bare(words)
    for pattern, more in _WHOLE:
        further = rest[len(pattern.split()) :]
        known = len(further) <= len(more) and begins(" ".join(more[: len(further)]), further)
        if begins(pattern, rest) and not known:
            return _no_such(line)
    for pattern, reason in _REASONS:
        if begins(pattern, rest):
            return f"`{line}`: {reason}"
    if begins("cop[y] * st[artup-config]", rest) and not is_word("ru[nning-config]", rest[1]):
        return f"`{line}`: {_FLASH}"
    if begins("fa[ilover] exe[c] * *", words) and not _only_looks(words[3:]):
        return f"`{line}`: a line of a terminal session; write it as `typed unit=... text=...`"
    if begins("cle[ar] conf[igure] *", rest) and any(is_word(each, rest[2]) for each in _CLEARED):
        return f"`{line}`: the model takes as fixed what it clears"
    if begins("rel[oad]", words):
        return _against_reload(line, words[1:])
    negated = words != rest and any(begins(pattern, rest) for pattern in _NEVER_NEGATED)
    if negated or any(begins(pattern, rest) for pattern in _ONLY_EVENTS):
        return _no_such(line)
    return ""


def _no_such(line: str) -> str:
    return f"the device has no such command: {line}"


def _only_looks(words: tuple[str, ...]) -> bool:
    return any(begins(pattern, words) for pattern in ("sh[ow]", "dir", "more", "pin[g]", "trace[route]"))


def _against_reload(line: str, options: tuple[str, ...]) -> str:
    if any(is_word("in", word) or is_word("at", word) for word in options):
        return f"`{line}`: {_DELAYED}"
    if any(is_word("s[ave-config]", word) for word in options):
        return f"`{line}`: enter `write memory`, then `reload`"
    if any(is_word("c[ancel]", word) for word in options):
        return f"`{line}`: no restart is planned; {_DELAYED}"
    return _no_such(line)
