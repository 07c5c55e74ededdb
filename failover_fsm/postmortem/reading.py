"""From texts to evidence: whose log or history a file is, what it says, and which of its lines cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.device.messages import Log, Message, Unread, Why, read_log
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Unit
from failover_fsm.pair.syslog import reports_vpn
from failover_fsm.postmortem.calendar import Calendar
from failover_fsm.postmortem.evidence import Evidence, Note, Observation, Snapshot, Track, logged_tracks
from failover_fsm.postmortem.legal import reasons_of_switch
from failover_fsm.postmortem.ordered import InOrder, in_order, is_newest_first
from failover_fsm.postmortem.owners import Owners
from failover_fsm.postmortem.shown import snapshots_of, tracks_of
from failover_fsm.postmortem.sources import EvidenceError, Gathered, Source
from failover_fsm.postmortem.tokens import (
    COMMANDS_LOGGED,
    SWITCHES,
    Token,
    is_known,
    message_token,
    same_reason,
)
from failover_fsm.templates.messages.kind import MessageKind
from failover_fsm.templates.messages.table import MESSAGES

__all__ = ["LineReader", "read_evidence"]

_VPN = (720028, 720032, 721002)
_LEVEL = re.compile(r"%?\b(?:ASA|FTD|PIX|FWSM)-(?:[A-Za-z][\w-]*-)?([0-7])-\d{6}\b")
_CHOICE = re.compile(r"(?:\(\?i:)?(\w+(?:\|\w+)+)\)?")
_PORT = re.compile(r"[a-z-]+\d+(?:/\d+)*(?:\.\d+)?")
COLLISION = 405003
LINE_PROTOCOL = (411001, 411002)
LONGEST = 400
"""So many characters of a line are shown; a device's are shorter."""


def read_evidence(sources: Sequence[Source], config: PairConfig, settings: Settings) -> Evidence:
    """The evidence in some files.

    Args:
        sources: The files.
        config: The pair's configuration, for the names of its interfaces and ports.
        settings: What the protocol reads of it.

    Raises:
        EvidenceError: If a history does not tell whose it is, or nothing in a file can be used.
    """
    logs = {source.name: read_log(source.text) for source in sources if source.kind == "log"}
    found = Gathered(Calendar(message.stamp for log in logs.values() for message in log if message.stamp is not None))
    names = _names(config)
    given = {source.name: source.unit for source in sources if source.kind == "log" and source.unit is not None}
    owners = Owners.of(logs, given)
    tracks: list[Track] = []
    snapshots: list[Snapshot] = []
    for place, source in enumerate(sources):
        if any((each.kind, each.name) == (source.kind, source.name) for each in sources[:place]):
            raise EvidenceError(f"{source.name}: given twice as {source.kind}; allowed: each file once")
    for source in sources:
        if source.kind == "log":
            _log(source, logs[source.name], owners, settings, names, found)
        elif source.kind == "history":
            tracks += tracks_of(source, settings, found)
        else:
            snapshots += snapshots_of(source, settings, found)
    for unit, level in found.logs.items():
        numbers = frozenset(
            number for number, kind in MESSAGES.items() if not kind.set_aside and kind.severity <= level
        )
        ordered = in_order(found.seen[unit])
        found.notes.extend(_repeated(unit, ordered))
        if ordered.again:
            found.counts["set aside"] += len(ordered.again)
        tracks += logged_tracks(unit, ordered.seen, numbers - _unprinted(settings))
    tracks.sort(key=lambda track: track.unit is Unit.SECONDARY)
    return Evidence(tracks=tuple(tracks), snapshots=tuple(snapshots), notes=tuple(found.notes), counts=found.counts)


def _unprinted(settings: Settings) -> frozenset[int]:
    """The numbers that no unit of this pair prints."""
    return frozenset() if reports_vpn(settings) else frozenset(_VPN)


def _names(config: PairConfig) -> dict[str, str]:
    """The names of interfaces by those of the ports or subinterfaces that are theirs alone, in small letters.

    The names of the links of failover have "".
    """
    own = {each.port.full_name.lower(): each.nameif.lower() for each in config.interfaces if each.nameif}
    links = (link.name.lower() for link in (config.lan, config.link) if link is not None)
    subinterfaces = {port: name for port, name in own.items() if "." in port}
    return (
        {name: "" for name in links if name not in own.values()}
        | subinterfaces
        | {
            str(port.port).lower(): (port.interfaces[0].nameif or "").lower()
            for port in config.ports()
            if len(port.interfaces) == 1 and port.interfaces[0].nameif
        }
    )


# -- logs --------------------------------------------------------------------------------------------


def _log(
    source: Source, log: Log, owners: Owners, settings: Settings, names: Mapping[str, str], found: Gathered
) -> None:
    is_empty_log = source.unit is not None and not source.text.strip("\ufeff\r\n ")
    if not is_empty_log and not any(log) and all(each.why is Why.NO_MESSAGE for each in log.unread):
        raise EvidenceError(f"{source.name}: no system message found; allowed: a log, an empty one as UNIT=FILE")
    lines = re.split(r"\r\n|\r|\n", source.text.removeprefix("\ufeff"))
    if source.unit is not None:
        found.logs.setdefault(source.unit, 1)
    last: dict[Unit, float] = {}
    if is_newest_first([found.calendar.seconds(message.stamp) for message in log]):
        what = "the newest line comes first: read from its end"
        found.notes.append(Note(place=f"{source.name}:{log[0].line}", what=what))
        log = attrs.evolve(log, messages=log.messages[::-1])
    for message in log:
        text = _cut(lines[message.line - 1].strip())
        place = f"{source.name}:{message.line}"
        found.counts["lines of failover"] += 1
        unit = message.unit or owners.unit(source.name, message.host, source.unit)
        if _is_aside(message, settings, place, text, found.notes) or _is_of_no_interface(message, settings, names):
            found.counts["set aside"] += 1
        elif unit is None:
            what = f"names no unit, nor does its host; allowed: primary={source.name} or secondary={source.name}"
            found.notes.append(Note(place=place, what=what, line=text, is_ownerless=True))
            found.counts["set aside"] += 1
        else:
            found.notes += _remarks(source, message, unit, found.calendar.seconds(message.stamp), last, place, text)
            _take(source, message, unit, settings, names, text, found)
    _unread(source, log, owners, found)
    found.notes.extend(_several_hosts(source, log))
    found.notes.extend(_other_host(source, log, owners))


def _take(
    source: Source,
    message: Message,
    unit: Unit,
    settings: Settings,
    names: Mapping[str, str],
    text: str,
    found: Gathered,
) -> None:
    """Takes a message of a unit as evidence, or as one that cannot be."""
    found.logs[unit] = max(found.logs.get(unit, 1), message.kind.severity)
    wrong = _wrong(message, settings, names)
    if wrong is not None:
        place = f"{source.name}:{message.line}"
        found.notes.append(attrs.evolve(wrong, place=place, line=text, cannot_be=True))
        found.counts["cannot be"] += 1
        return
    stamp = found.calendar.seconds(message.stamp)
    token = message_token(attrs.evolve(message, unit=unit), names)
    found.seen[unit].append(
        Observation(
            source=source.name, line=message.line, text=text, unit=unit, token=token, stamp=stamp, said=message.said
        )
    )


def _cut(text: str) -> str:
    """A text for people, the end of a very long one left out."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def _remarks(
    source: Source, message: Message, unit: Unit, stamp: float | None, last: dict[Unit, float], place: str, text: str
) -> Iterator[Note]:
    """What is worth a note: another unit's line, a clock that goes back, a reason that is in no list."""
    if source.unit is not None and message.unit is not None and message.unit is not source.unit:
        what = f"a line of the {message.unit.value}, in the {source.unit.value}'s log"
        yield Note(place=place, what=what, line=text)
    if stamp is not None:
        if stamp < last.get(unit, stamp):
            yield Note(place=place, what=f"the clock of the {unit.value} goes back here", line=text)
        last[unit] = stamp
    reason = message.fields.get("reason")
    if message.number in SWITCHES and isinstance(reason, str) and reason and not is_known(message.number, reason):
        listed = "unknown reason" if message.has_unknown_reason else "the model gives no switch the reason"
        yield Note(place=place, what=f"{listed} {_cut(reason)!r}: any is taken", line=text)


def _repeated(unit: Unit, ordered: InOrder) -> Iterator[Note]:
    """A note where lines of a unit stand twice."""
    if ordered.again:
        first, count = ordered.again[0], len(ordered.again)
        lines = "1 line of the {} is" if count == 1 else f"{count} lines of the {{}} are"
        what = f"{lines.format(unit.value)} there twice, with the same time: each is taken once"
        yield Note(place=first.place, what=what, line=first.text)


def _several_hosts(source: Source, log: Log) -> Iterator[Note]:
    """A note for each unit whose lines come from several hosts: a file may hold the logs of several pairs."""
    for unit in Unit:
        first: dict[str, int] = {}
        for message in log:
            if message.unit is unit and message.host:
                first.setdefault(message.host, message.line)
        if len(first) > 1:
            what = f"lines of the {unit.value} come from {len(first)} hosts, {', '.join(first)}: are they of one pair?"
            yield Note(place=f"{source.name}:{[*first.values()][1]}", what=what)


def _other_host(source: Source, log: Log, owners: Owners) -> Iterator[Note]:
    """A note where lines are taken for one unit's because their host is not the other's."""
    first = next((message for message in log if owners.other and message.host == owners.other), None)
    if first is not None and source.unit is None:
        unit = owners.hosts[owners.other]
        known = next(host for host in owners.hosts if host != owners.other)
        what = f"no line of {first.host} names its unit: the {unit.value} by the other host, {known}"
        yield Note(place=f"{source.name}:{first.line}", what=what)


def _unread(source: Source, log: Log, owners: Owners, found: Gathered) -> None:
    """The other lines: they show up to which level a log goes, and some are texts that no device prints."""
    for each in log.unread:
        place = f"{source.name}:{each.line}"
        if each.why is Why.OTHER_TEXT:
            found.notes.append(_no_device(each, place))
            found.counts["lines of failover"] += 1
            found.counts["cannot be"] += 1
            continue
        level = _LEVEL.search(each.text)
        whole = owners.files.get(source.name)
        if each.why is Why.OTHER_NUMBER and level is not None and whole is not None:
            before = found.logs.get(whole, 1)
            if int(level[1]) > before and (source.unit is not None or owners.is_of(whole, each.host)):
                found.logs[whole] = int(level[1])
        found.counts["other lines"] += 1


def _no_device(each: Unread, place: str) -> Note:
    kind = MESSAGES.get(each.number or 0)
    allowed = () if kind is None else tuple(dict.fromkeys(_in_words(kind, text) for text in (kind.text, *kind.also)))
    what = f"no device prints this text as message {each.number}"
    return Note(place=place, what=what, cannot_be=True, allowed=allowed, line=_cut(each.text.strip()))


def _in_words(kind: MessageKind, text: str) -> str:
    """A text of a message for people: the words that can stand in a place, or dots for any."""

    def words(place: re.Match[str]) -> str:
        field = kind.fields.get(place[1])
        choice = _CHOICE.fullmatch(field.pattern) if field is not None else None
        return "..." if choice is None else choice[1].replace("|", "/")

    return re.sub(r"\{(\w+)\}", words, text).replace("....", "...")


def _is_aside(message: Message, settings: Settings, place: str, text: str, notes: list[Note]) -> bool:
    """A message that nothing in the model prints, or that says nothing of the pair."""
    if message.number == COLLISION:
        notes.append(Note(place=place, what="an address has two holders: both units were active", line=text))
    if message.set_aside or message.number in _unprinted(settings):
        return True
    if message.number == 720032:
        return str(message.fields.get("event")) != "406"
    if message.number == 721002:
        return str(message.fields.get("event")) != "HA_STATUS_PEER_STATE"
    if message.number in COMMANDS_LOGGED:
        return message_token(attrs.evolve(message, unit=Unit.PRIMARY), {}).says is None
    return message.number in (111009, 709001, 709002, 709008)  # of commands that configure, which are left out


def _is_of_no_interface(message: Message, settings: Settings, names: Mapping[str, str]) -> bool:
    """The line protocol of a link of failover, or of a port that carries several interfaces or none with a name."""
    if message.number not in LINE_PROTOCOL:
        return False
    named = str(message.fields["interface"]).lower()
    name = names.get(named, named)
    return name not in _known(settings) and (not name or _PORT.fullmatch(name) is not None)


def _known(settings: Settings) -> set[str]:
    """The names of the interfaces, in small letters and without their contexts."""
    return {port.name.lower().rsplit("/", 1)[-1] for port in settings.ports}


def _wrong(message: Message, settings: Settings, names: Mapping[str, str]) -> Note | None:
    """Why no run of this pair prints the line, None if one may."""
    token = message_token(message, names)
    known = tuple(port.name for port in settings.ports)
    if token.interface is not None and token.interface not in _known(settings):
        what = f"the configuration has no interface {message.fields['interface']}"
        return Note(place="", what=what, allowed=known)
    if message.group is not None and message.group > len(settings.groups):
        groups = tuple(f"group {number}" for number in range(1, len(settings.groups) + 1))
        return Note(place="", what=f"there is no failover group {message.group}", allowed=groups or ("no group",))
    reason = message.fields.get("reason")
    if message.number in SWITCHES and isinstance(reason, str) and is_known(message.number, reason):
        allowed = reasons_of_switch(message.number)
        if same_reason(reason) not in allowed:
            return Note(
                place="", what=f"no switch of this kind has the reason {reason!r}", allowed=(*allowed.values(),)
            )
    return None


# -- one line after another ----------------------------------------------------------------------------


class LineReader:
    """Reads messages of a pair one by one, as they come.

    Args:
        config: The pair's configuration.
        settings: What the protocol reads of it.
    """

    def __init__(self, config: PairConfig, settings: Settings) -> None:
        self._names = _names(config)
        self._settings = settings

    def read(self, message: Message, unit: Unit | None) -> tuple[str, Token | None]:
        """Why the line cannot be, "" if it can; and what it says, None where that is nothing of the pair."""
        aside = _is_aside(message, self._settings, "", "", [])
        if aside or _is_of_no_interface(message, self._settings, self._names):
            return "", None
        wrong = _wrong(message, self._settings, self._names)
        if wrong is not None:
            return f"{wrong.what}; allowed: {'; '.join(wrong.allowed)}", None
        return "", message_token(attrs.evolve(message, unit=unit), self._names)
