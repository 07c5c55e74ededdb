"""The configurations below a directory, such as the tree of RANCID or Oxidized."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from failover_fsm.config.asa.files import SYSTEM_FILE
from failover_fsm.config.values.input_file import InputFileError, read_input
from failover_fsm.fleet.unit_file import UnitFile, names_failover, read_unit

__all__ = ["Tree", "names_in", "read_tree"]

NOT_ENTERED = ("CVS", "RCS", "SCCS")
"""Directories of version control; those with a name that begins with a dot are not entered either."""

ENDINGS = (".cfg", ".conf", ".txt")


@attrs.frozen
class Tree:
    """What is below a directory.

    Attributes:
        units: The configurations of units of failover pairs, and files that may be ones and cannot be read.
        others: How many files name no failover: other devices, contexts, firewalls that stand alone.
        dangling: Links that lead to nothing, which are left out.
    """

    units: tuple[UnitFile, ...]
    others: int
    dangling: tuple[str, ...] = ()


def read_tree(top: str) -> Tree:
    """Reads every configuration below a directory, in the order of the names."""
    units: list[UnitFile] = []
    dangling: list[str] = []
    others = 0
    for path in _candidates(top, units, dangling):
        try:
            data = read_input(Path(path) / SYSTEM_FILE if os.path.isdir(path) else path)
        except InputFileError as error:
            if _is_binary(path):
                others += 1
                continue
            units.append(UnitFile(path=path, error=f"{path}: {error.what}; allowed: {error.allowed}"))
            continue
        if names_failover(data):
            units.append(read_unit(path))
        else:
            others += 1
    taken = {name for each in units if each.structure for name in each.files[1:]}
    kept = tuple(each for each in units if each.path not in taken)
    return Tree(units=kept, others=others + len(units) - len(kept), dangling=tuple(dangling))


def _is_binary(path: str) -> bool:
    """Whether a file that is too large begins like no text: the images of software lie beside configurations."""
    try:
        with open(path, "rb") as file:
            return b"\0" in file.read(8192)
    except OSError:
        return False


def _candidates(top: str, unreadable: list[UnitFile], dangling: list[str]) -> Iterator[str]:
    """The files below a directory, and the directories that hold a configuration in parts.

    Args:
        top: The directory.
        unreadable: Takes the directories that cannot be read.
        dangling: Takes the links that lead to nothing.
    """

    def refused(error: OSError) -> None:
        name = os.fspath(error.filename)
        unreadable.append(UnitFile(path=name, error=f"{name}: {error.strerror}; allowed: a directory to read"))

    for folder, folders, files in os.walk(top, onerror=refused):
        folders[:] = sorted(each for each in folders if not (each.startswith(".") or each in NOT_ENTERED))
        if SYSTEM_FILE in files:
            yield folder
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name == SYSTEM_FILE or name.startswith("."):
                continue
            if os.path.isfile(path):
                yield path
            elif os.path.islink(path) and not os.path.exists(path):
                dangling.append(path)


def names_in(units: Iterable[UnitFile], top: str) -> dict[str, str]:
    """The name of each file in a fleet, by its path: where it is below the directory, without a usual ending.

    The ending stays where two files differ in nothing else.
    """
    whole = {each.path: Path(os.path.relpath(each.path, top)) for each in units}
    short = {path: name.with_suffix("") if name.suffix in ENDINGS else name for path, name in whole.items()}
    counts = Counter(short.values())
    return {path: (short[path] if counts[short[path]] == 1 else name).as_posix() for path, name in whole.items()}
