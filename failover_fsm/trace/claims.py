"""Claims of `expect` statements, and their evaluation.

A claim is a key such as `state`; its subjects (`unit`, `interface`) select what it is about. Most claims are about the
present state; the others are about the past, which `History` records.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import attrs

from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.config.values.suggestions import nearest
from failover_fsm.pair import events as e
from failover_fsm.pair.addresses import holders, link_address, use_on
from failover_fsm.pair.environment import group_index
from failover_fsm.pair.outputs import (
    Address,
    Mac,
    Output,
    RoleChanged,
    SessionsEnded,
    SessionsTakenOver,
    SystemLog,
)
from failover_fsm.pair.service import serves
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import ConfigSync, Role, State, Unit
from failover_fsm.services.asymmetric import Fate
from failover_fsm.services.keys import Talk
from failover_fsm.services.saving.records import Copy
from failover_fsm.services.saving.told import content_word
from failover_fsm.text import words
from failover_fsm.text.join_reasons import JoinReasons
from failover_fsm.trace.beside import Beside

__all__ = ["CLAIMS", "OF_LINKS", "SUBJECTS", "Claim", "ClaimContext", "History", "answer", "check"]


@attrs.define
class History:
    """The recorded past of a run.

    Attributes:
        logs: The system log messages since the last mark.
        failovers: The number of moves of the active role between units since then, by position of the group.
        reasons: The reasons of the latest role changes of each unit's groups, the latest last.
        holders: The unit on which each group was last the only active one.
        refused: True if the latest command was refused.
        sessions: Whether connections were kept or lost at the latest failover of any group, or by `write standby`;
            none before the first.
        joins: The reasons of the synchronisations.
    """

    logs: list[SystemLog] = attrs.field(factory=list)
    failovers: Counter[int] = attrs.field(factory=Counter)
    reasons: dict[tuple[Unit, int], str] = attrs.field(factory=dict)
    holders: dict[int, Unit] = attrs.field(factory=dict)
    refused: bool | None = None
    sessions: str = "none"
    joins: JoinReasons = attrs.field(factory=JoinReasons)

    def mark(self) -> None:
        """Restarts the counters."""
        self.logs.clear()
        self.failovers.clear()

    def add(self, event: e.Event, after: State, given: Iterable[Output]) -> tuple[Output, ...]:
        """Records a step, and returns its outputs as the run tells them (`JoinReasons`).

        A failover is counted if a standby becomes active whose peer was active before and no longer is. A boot election
        is none, nor is a split brain or its end.
        """
        outputs = self.joins.worded(event, given)
        moved: set[int] = set()
        for output in outputs:
            if isinstance(output, SystemLog):
                self.logs.append(output)
            elif isinstance(output, RoleChanged):
                index = group_index(output.group)
                self.reasons.pop((output.unit, index), None)
                self.reasons[output.unit, index] = output.reason
                was_standby = output.before in (Role.STANDBY_READY, Role.FAILED)
                alone = words.active_units(after, index) == (output.unit,)
                if not alone or self.holders.get(index) is not output.unit.peer:
                    continue
                if was_standby:
                    self.failovers[index] += 1
                    moved.add(index)
                elif output.before is Role.NONE:
                    self.sessions = "lost"  # of a unit that had not finished its join, or has just booted
            elif isinstance(output, SessionsTakenOver) and group_index(output.group) in moved:
                self.sessions = "kept" if output.kept else "lost"
            elif isinstance(output, SessionsEnded):
                self.sessions = "lost"
        for index in range(len(after.primary.groups)):
            active = words.active_units(after, index)
            if len(active) == 1:
                self.holders[index] = active[0]
        return outputs


@attrs.frozen(kw_only=True)
class ClaimContext:
    """The input of a claim: the state, the history, the subjects of the claim, and the machines beside the pair."""

    state: State
    settings: Settings
    history: History
    subjects: Mapping[str, str]
    beside: Beside

    @property
    def unit(self) -> Unit:
        """The unit that the claim is about."""
        return Unit(self.subjects["unit"])

    @property
    def indexes(self) -> tuple[int, ...]:
        """The positions of the failover groups that the claim is about: the named one, else all."""
        if "group" in self.subjects:
            return (int(self.subjects["group"]) - 1,)
        return tuple(range(self.settings.group_count))


Find = Callable[[ClaimContext], str]


@attrs.frozen
class Claim:
    """The definition of one claim key.

    Attributes:
        find: The function that finds the value.
        needs: The subjects it needs.
        takes: The subjects it may have.
        values: The allowed values; empty if `form` applies.
        form: The pattern of allowed values.
        form_words: That pattern in words.
        is_list: True if there are several values, and the claim is about one of them.
    """

    find: Find
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    form: str = ""
    form_words: str = ""
    is_list: bool = False

    def check(self, key: str, value: str) -> None:
        """Validates a value.

        Raises:
            ValueNotAllowed: If the claim cannot have this value.
        """
        if self.values and value not in self.values:
            what = f"{key} cannot be {shown(value)}{nearest(value, self.values)}"
            raise ValueNotAllowed(what, ", ".join(self.values))
        if self.form and not re.fullmatch(self.form, value):
            raise ValueNotAllowed(f"{key} cannot be {shown(value)}", self.form_words)


def _status(scene: ClaimContext) -> str:
    index = scene.settings.index_of(scene.subjects["interface"])
    return words.status_word(scene.state, scene.settings, scene.unit, index)


def _dual(scene: ClaimContext) -> str:
    """`yes` if some group is active on both units."""
    return "yes" if any(len(words.active_units(scene.state, index)) > 1 for index in scene.indexes) else "no"


def _active(scene: ClaimContext) -> str:
    return _alike(scene, lambda index: words.active_word(scene.state, index))


def _failovers(scene: ClaimContext) -> str:
    return str(sum(scene.history.failovers[index] for index in scene.indexes))


def _reason(scene: ClaimContext) -> str:
    """The reason of the latest role change of the unit, or of the named group."""
    found = [
        reason for (unit, index), reason in scene.history.reasons.items()
        if unit is scene.unit and index in scene.indexes
    ]  # fmt: skip
    return found[-1] if found else "none"


def _alike(scene: ClaimContext, word: Callable[[int], str]) -> str:
    """The word of the named group, or the one that all groups share; if they differ, the word of each."""
    return words.joined({index + 1: word(index) for index in scene.indexes})


def _active_ip(scene: ClaimContext) -> str:
    """The unit that answers for the active IP address of the interface; on a failover link always the primary."""
    name = scene.subjects["interface"]
    if name in scene.settings.links:
        return next(unit.value for unit in Unit if link_address(unit) is Address.ACTIVE)
    port = scene.settings.ports[scene.settings.index_of(name)]
    return words.units_word(holders(scene.state, port, Address.ACTIVE))


def _active_mac(scene: ClaimContext) -> str:
    """The unit whose MAC address is used with it; `both` if each unit uses one."""
    name = scene.subjects["interface"]
    if name in scene.settings.links:
        return _active_ip(scene)
    port = scene.settings.ports[scene.settings.index_of(name)]
    used = [use_on(scene.state, unit, port) for unit in holders(scene.state, port, Address.ACTIVE)]
    macs = list(dict.fromkeys(use.mac.value for use in used if use is not None))
    return "both" if len(macs) > 1 else macs[0] if macs else "none"


def _served(scene: ClaimContext) -> str:
    """`yes` if the interface works on a unit that is active for its group."""
    index = scene.settings.index_of(scene.subjects["interface"])
    return "yes" if any(serves(scene.state, scene.settings, unit, index) for unit in Unit) else "no"


def _logs(scene: ClaimContext) -> str:
    """The numbers of the unit's messages, or of those of the named group."""
    own = [log for log in scene.history.logs if log.unit is scene.unit]
    if "group" in scene.subjects:
        own = [log for log in own if log.group is not None and log.group - 1 in scene.indexes]
    return " ".join(dict.fromkeys(str(log.number) for log in own)) or "none"


def _printed(scene: ClaimContext) -> str:
    """The lines that the session of the unit printed for its last line."""
    return "\n".join(line.strip() for line in scene.beside.printed.get(scene.unit, ())) or "nothing"


def _packet(scene: ClaimContext) -> str:
    """What became of the last packet."""
    last = scene.beside.traffic.last
    return "none" if last is None else last.fate.value


def _via(scene: ClaimContext) -> str:
    """The interface whose session was found for it."""
    last = scene.beside.traffic.last
    return last.via if last is not None and last.via else "none"


def _sent(scene: ClaimContext) -> str:
    """`yes` if the packet was sent on to the peer."""
    last = scene.beside.traffic.last
    return "yes" if last is not None and last.sent else "no"


def _arrived(scene: ClaimContext) -> str:
    """`yes` if the peer took the packet that was redirected to it."""
    last = scene.beside.traffic.last
    return "yes" if last is not None and last.arrived else "no"


def _known(scene: ClaimContext) -> str:
    """`yes` if the unit has the session of the interface in its table."""
    session = scene.beside.traffic.session(scene.subjects["interface"])
    return "yes" if session is not None and session.is_known(scene.unit) else "no"


def _asr(counter: str) -> Find:
    """A counter of ASR packets of an interface (ASR-12)."""
    return lambda scene: str(getattr(scene.beside.traffic.counted(scene.unit, scene.subjects["interface"]), counter))


def _copy(scene: ClaimContext) -> Copy:
    return scene.beside.copy(scene.unit, scene.subjects.get("context"))


def _ended(scene: ClaimContext) -> str:
    """`yes` if the latest step ended the connections through the context."""
    return "yes" if scene.subjects["context"] in scene.beside.spaces.ended else "no"


def _of_unit(word: Callable[..., str], *, by_group: bool = False) -> Find:
    def find(scene: ClaimContext) -> str:
        own = scene.state.unit(scene.unit)
        return _alike(scene, lambda index: word(own, index)) if by_group else word(own)

    return find


_UNITS = tuple(unit.value for unit in Unit)
_UNITS_WORDS = (*_UNITS, "both", "none")
_YES_NO = ("yes", "no")
_UNIT, _GROUP, _CONTEXT = ("unit",), ("group",), ("context",)
_CONTENTS = (content_word(True), content_word(False))
_NUMBER, _ID = ("0|[1-9][0-9]{0,5}", "a number"), ("[0-9]{6}", "a system log number of six digits")

SUBJECTS: Mapping[str, tuple[str, ...]] = {"unit": _UNITS, "group": ("1", "2"), "interface": (), "context": ()}
"""Subject keys with their values; interfaces and contexts have the configuration's names."""

_NAMES = {"interface": "the name of an interface", "context": "the name of a context"}

CLAIMS: Mapping[str, Claim] = {
    "state": Claim(_of_unit(words.state_word, by_group=True), _UNIT, _GROUP, words.STATE_WORDS),
    "role": Claim(_of_unit(words.role_word, by_group=True), _UNIT, _GROUP, words.ROLE_WORDS),
    "sees": Claim(_of_unit(words.seen_word, by_group=True), _UNIT, _GROUP, words.SEEN_WORDS),
    "failover_link": Claim(_of_unit(words.link_word), _UNIT, (), words.LINK_WORDS),
    "status": Claim(_status, ("unit", "interface"), (), words.STATUS_WORDS),
    "config": Claim(_of_unit(words.config_word), _UNIT, (), words.CONFIG_WORDS),
    "mark": Claim(lambda scene: _copy(scene).mark.value, _UNIT, _CONTEXT, tuple(mark.value for mark in ConfigSync)),
    "running": Claim(lambda scene: content_word(_copy(scene).running), _UNIT, _CONTEXT, _CONTENTS),
    "startup": Claim(lambda scene: content_word(_copy(scene).startup), _UNIT, _CONTEXT, _CONTENTS),
    "connections_ended": Claim(_ended, _CONTEXT, (), _YES_NO),
    "dual_active": Claim(_dual, (), _GROUP, _YES_NO),
    "active": Claim(_active, (), _GROUP, _UNITS_WORDS),
    "served": Claim(_served, ("interface",), (), _YES_NO),
    "active_ip": Claim(_active_ip, ("interface",), (), _UNITS_WORDS),
    "active_mac": Claim(_active_mac, ("interface",), (), (*(mac.value for mac in Mac), "both", "none")),
    "sessions": Claim(lambda scene: scene.history.sessions, (), (), ("kept", "lost", "none")),
    "failovers": Claim(_failovers, (), _GROUP, (), *_NUMBER),
    "output": Claim(_logs, _UNIT, _GROUP, (), *_ID, is_list=True),
    "no_output": Claim(_logs, _UNIT, _GROUP, (), *_ID, is_list=True),
    "reason": Claim(_reason, _UNIT, _GROUP, (), ".+", "the reason as printed"),
    "prompt": Claim(lambda scene: scene.beside.prompt(scene.unit), _UNIT, (), (), ".+", "a prompt"),
    "printed": Claim(_printed, _UNIT, (), (), ".+", "a line as printed"),
    "packet": Claim(_packet, (), (), (*(fate.value for fate in Fate), "none")),
    "via": Claim(_via, (), (), (), ".+", "the name of an interface, or none"),
    "sent": Claim(_sent, (), (), _YES_NO),
    "arrived": Claim(_arrived, (), (), _YES_NO),
    "known": Claim(_known, ("unit", "interface"), (), _YES_NO),
    "asr_received": Claim(_asr("received"), ("unit", "interface"), (), (), *_NUMBER),
    "asr_transmitted": Claim(_asr("transmitted"), ("unit", "interface"), (), (), *_NUMBER),
    "asr_dropped": Claim(_asr("dropped"), ("unit", "interface"), (), (), *_NUMBER),
    "talk": Claim(lambda scene: scene.beside.keys.talk.value, (), (), tuple(talk.value for talk in Talk)),
    "key": Claim(lambda scene: scene.beside.keys.of(scene.unit) or "none", _UNIT, (), (), ".+", "a key, or none"),
    "exposed": Claim(lambda scene: " ".join(scene.beside.keys.exposed) or "none", (), (), (), ".+", "keys, or none"),
    "refused": Claim(lambda scene: "yes" if scene.history.refused else "no", (), (), _YES_NO),
}
"""Claim keys."""

OF_LINKS = ("active_ip", "active_mac")
"""Claims that also apply to the failover link."""


def check(given: Mapping[str, str]) -> None:
    """Validates the arguments of an `expect` together.

    Raises:
        ValueNotAllowed: If they do not fit together.
    """
    claims = [key for key in given if key in CLAIMS]
    if not claims:
        raise ValueNotAllowed("`expect` claims nothing", " ".join(f"{each}=" for each in CLAIMS))
    for key in claims:
        for missing in (need for need in CLAIMS[key].needs if need not in given):
            raise ValueNotAllowed(
                f"`{key}=` without `{missing}=`", " ".join(f"{each}=" for each in (*CLAIMS[key].needs, key))
            )
        CLAIMS[key].check(key, given[key])
    used = {subject for key in claims for subject in (*CLAIMS[key].needs, *CLAIMS[key].takes)}
    for key, values in ((key, SUBJECTS[key]) for key in given if key in SUBJECTS):
        if key not in used:
            raise ValueNotAllowed(f"`{key}=` says nothing about `{claims[0]}=`", f"{claims[0]}= without {key}=")
        if not given[key] or (values and given[key] not in values):
            what = f"{key} cannot be {shown(given[key])}{nearest(given[key], values)}"
            raise ValueNotAllowed(what, ", ".join(values) or _NAMES[key])


def answer(key: str, value: str, scene: ClaimContext) -> tuple[bool, str]:
    """Whether the claim holds, and the value found."""
    claim = CLAIMS[key]
    found = claim.find(scene)
    if key == "printed":
        return value in found.split("\n"), found.replace("\n", " / ")
    if claim.is_list:
        return (value in found.split()) is (key == "output"), found
    return found == value, found
