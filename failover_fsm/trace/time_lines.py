"""The statements of a trace about time: `advance`, `link_delay` and `synchronisation`, each with `seconds=NUMBER`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import attrs

from failover_fsm.trace.lines import TraceLine, Word

__all__ = ["READERS", "WORDS", "Advance", "LinkDelay", "SynchronisationTime", "TimeStatement"]


@attrs.frozen
class TimeStatement:
    """A statement with a time in milliseconds."""

    milliseconds: int
    line: int = attrs.field(default=0, eq=False, kw_only=True)


class Advance(TimeStatement):
    """Passage of time; every step that falls due, the end included, happens."""


class LinkDelay(TimeStatement):
    """From now on every message on the failover link takes this time (LNK-19)."""


class SynchronisationTime(TimeStatement):
    """A synchronisation takes this time from its beginning to its end (SYN-7)."""


WORDS: Mapping[str, type[TimeStatement]] = {
    "advance": Advance,
    "link_delay": LinkDelay,
    "synchronisation": SynchronisationTime,
}
"""The statements by their words."""


def _reader(word: str, kind: type[TimeStatement]) -> Callable[[TraceLine, list[Word]], TimeStatement]:
    def read(line: TraceLine, words: list[Word]) -> TimeStatement:
        written = re.fullmatch(r"seconds=([0-9]{1,9})(?:\.([0-9]{1,3}))?", " ".join(each.raw for each in words))
        if written is None:
            raise line.error(f"wrong arguments for `{word}`", f"{word} seconds=NUMBER, with at most three decimals")
        return kind(int(written[1]) * 1000 + int((written[2] or "").ljust(3, "0")), line=line.number)

    return read


READERS: Mapping[str, Callable[[TraceLine, list[Word]], TimeStatement]] = {
    word: _reader(word, kind) for word, kind in WORDS.items()
}
"""How each is read."""
