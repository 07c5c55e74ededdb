"""The files of units put together into pairs: by host name, addresses of the failover link and `failover lan unit`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.fleet.unit_file import UnitFile, digest_of, texts_of
from failover_fsm.fleet.work import PairTexts

__all__ = ["Pair", "paired"]


@attrs.frozen(kw_only=True)
class Pair:
    """The files of one pair, or of one that cannot be examined.

    Attributes:
        name: Its name in the fleet, different for each.
        units: The primary's file, then the secondary's if there is one; one file of either unit alone.
        error: Why it cannot be examined, empty if it can.
    """

    name: str
    units: tuple[UnitFile, ...]
    error: str = ""

    @property
    def host(self) -> str:
        """The host name, empty if no file says one."""
        return next((each.host for each in self.units if each.host), "")

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all files."""
        return tuple(dict.fromkeys(name for each in self.units for name in each.files or (each.path,)))

    @property
    def digest(self) -> str:
        """A digest of the bytes of all files: a pair of which none has changed has the same."""
        return hashlib.sha256(" ".join(each.digest for each in self.units).encode()).hexdigest()

    def texts(self) -> PairTexts:
        """The texts of the pair, read now.

        Raises:
            ConfigError: If a file cannot be read any more, or is another than it was.
        """
        found: dict[str, bytes] = {}
        for each in self.units:
            own = texts_of(each.files)
            if digest_of(own) != each.digest:
                what = "was changed while the fleet was examined"
                raise ConfigError(source=each.path, line=None, what=what, allowed="another run with --resume")
            found |= own
        paths = tuple(each.path for each in self.units)
        return PairTexts(name=self.name, host=self.host, paths=paths, texts=tuple(found.items()), digest=self.digest)

    @property
    def structure(self) -> str | None:
        """The structure of the pair, which is that of its first file; None if there is nothing to search."""
        return None if self.error or not self.units else self.units[0].structure


def paired(units: Iterable[UnitFile], names: dict[str, str]) -> Iterator[Pair]:
    """The pairs of a fleet's files, in the order of their first files.

    Files of one host name and one failover link are a pair if they are one primary and one secondary. A pair may share
    the addresses of its link with others (many fleets use the same everywhere), and each unit may have a host name of
    its own: then the addresses decide, if only one primary and one secondary are left that have them. A primary, or a
    secondary, of which the other file is not there is a pair from one file.

    Args:
        units: The files.
        names: The name of each file in the fleet, by its path.
    """
    listed = list(units)
    order = {each.path: place for place, each in enumerate(listed)}
    found = [Pair(name=names[each.path], units=(each,), error=each.error) for each in listed if each.error]
    left = [each for each in listed if not each.error]
    for by_host in (True, False):
        groups: dict[object, list[UnitFile]] = {}
        for each in left:
            groups.setdefault(_key(each, by_host), []).append(each)
        for key, group in groups.items():
            couple = _couple(group) if key is not None else None
            if couple is not None:
                found.append(Pair(name=names[couple[0].path], units=couple))
                left = [each for each in left if each not in couple]
    found += [_alone(each, left, names) for each in left]
    yield from sorted(found, key=lambda pair: min(order[each.path] for each in pair.units))


def _key(unit: UnitFile, by_host: bool) -> object:
    """What the files of one pair have in common; None for a file that has nothing of the kind."""
    if unit.addresses is None or (by_host and not unit.host):
        return None
    return (unit.host, unit.addresses) if by_host else unit.addresses


def _couple(group: Sequence[UnitFile]) -> tuple[UnitFile, UnitFile] | None:
    """The primary and the secondary of a group that has no other file."""
    if len(group) != 2 or {each.unit for each in group} != {Unit.PRIMARY, Unit.SECONDARY}:
        return None
    first, second = group
    return (first, second) if first.unit is Unit.PRIMARY else (second, first)


def _alone(unit: UnitFile, left: Sequence[UnitFile], names: dict[str, str]) -> Pair:
    """The pair of a file without the other unit's; a secondary that may belong to several primaries is an error."""
    same = [each for each in left if each.unit is not unit.unit and _may_be_one(each, unit)]
    if unit.unit is Unit.SECONDARY and same:
        them = ", ".join(names[each.path] for each in same[:3]) + (", ..." if len(same) > 3 else "")
        what = "files have the same host name and failover link" if len(same) > 1 else "file has them too"
        error = f"{unit.path}: the secondary of which pair? {them}: {what}; allowed: a LIST.tsv that says so"
        return Pair(name=names[unit.path], units=(unit,), error=error)
    return Pair(name=names[unit.path], units=(unit,))


def _may_be_one(one: UnitFile, other: UnitFile) -> bool:
    same_link = one.addresses is not None and one.addresses == other.addresses
    return same_link and (one.host == other.host or not (one.host and other.host))
