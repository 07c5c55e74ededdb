"""A list of pairs: a name, the primary's file and, if there is one, the secondary's, with tabs between them."""

from __future__ import annotations

import os

from failover_fsm.config.values.input_file import InputFileError, read_input
from failover_fsm.fleet.pairs import Pair
from failover_fsm.fleet.unit_file import read_unit

__all__ = ["ListError", "read_list"]

HEADER = ("name", "primary", "secondary")
ALLOWED = "NAME, PRIMARY.cfg and, if there is one, SECONDARY.cfg, with tabs between them"


class ListError(Exception):
    """A list that cannot be used; `str` is one line with the file, the line, what is wrong and what is allowed."""


def read_list(source: str) -> tuple[Pair, ...]:
    """The pairs of a list; files are named relative to it. A file that cannot be read makes its pair a failed one.

    Empty lines, lines that begin with `#`, and a first line with the names of the columns are passed over.

    Raises:
        ListError: If the list itself cannot be read, or a line of it.
    """
    try:
        text = read_input(source).decode("utf-8-sig")
    except InputFileError as error:
        allowed = "a directory of configurations, or a list of pairs"
        raise ListError(f"{source}: {error.what}; allowed: {allowed}") from None
    except UnicodeDecodeError:
        raise ListError(f"{source}: is not UTF-8; allowed: a directory of configurations, or a list of pairs") from None
    pairs: dict[str, Pair] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = [word.strip() for word in line.split("\t")]
        if not line.strip() or line.startswith("#") or (number == 1 and tuple(words) == HEADER[: len(words)]):
            continue
        if not 2 <= len(words) <= 3 or not all(words[:2]):
            raise ListError(f"{source}:{number}: {len(words)} of the columns of a pair; allowed: {ALLOWED}")
        if words[0] in pairs:
            raise ListError(f"{source}:{number}: {words[0]} is listed twice; allowed: a name for each pair")
        pairs[words[0]] = _pair(words[0], [word for word in words[1:] if word], os.path.dirname(source))
    return tuple(pairs.values())


def _pair(name: str, files: list[str], folder: str) -> Pair:
    units = tuple(read_unit(os.path.join(folder, file)) for file in files)
    return Pair(name=name, units=units, error=next((each.error for each in units if each.error), ""))
