"""The machine of the failover key: the command goes through the tables, and the pair learns of it by its own events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from failover_fsm.config.records.links import Key, KeyKind
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.outputs import CommandReplicated, ConsoleLine, Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.tables import Row, Table
from failover_fsm.services.keys.case import KeyCase, side_of
from failover_fsm.services.keys.records import KeyEntered, KeyEvent, KeyRemoved, Keys, KeysCompared, Talk
from failover_fsm.services.keys.tables import TABLES
from failover_fsm.services.machine import Answer, Joint, MachineEvent, MachineRow, PairStep, SentToPeer, take

__all__ = ["IN_CLEAR", "KeyMachine"]

IN_CLEAR = "the key crosses to the peer in clear text: switch failover off, enter it on both units, switch it on again"
"""The advice of KEY-8."""


@attrs.frozen(kw_only=True, eq=False)
class KeyMachine:
    """The failover keys of both units.

    Attributes:
        settings: What the protocol reads of the configuration.
        first: The keys at the start, as after the bootstrap of both units (KEY-9).
        offers: The keys that a search enters.
        removes: Whether a search removes keys too.
        tables: The tables by name; another mapping makes another machine.
    """

    settings: Settings
    first: Keys = Keys()
    offers: tuple[str, ...] = ()
    removes: bool = False
    tables: Mapping[str, Table[Any]] = attrs.field(factory=lambda: TABLES, repr=False)

    @classmethod
    def of(cls, config: PairConfig, settings: Settings, **more: Any) -> KeyMachine:
        """The machine of a configured pair, with the same key on both units."""
        key = None if config.key is None else config.key.text
        return cls(settings=settings, first=Keys(primary=key, secondary=key), **more)

    def start(self) -> Keys:
        """The keys at the start."""
        return self.first

    def offered(self, joint: Joint[Keys]) -> Iterable[KeyEvent]:
        """Every key on every unit that runs, and its removal."""
        for unit in Unit:
            if joint.pair.unit(unit).powered:
                yield from (KeyEntered(unit=unit, key=key) for key in self.offers)
                if self.removes:
                    yield KeyRemoved(unit=unit)

    def follow(self, before: State, event: e.Event, after: State, own: Keys) -> Keys:
        """A key stays where it is: it is saved as soon as it is entered."""
        return own

    def holds_back(self, own: Keys, event: e.Event) -> tuple[Keys, str]:
        """Whether the keys keep a cut or a repair of the failover link from being noticed.

        Returns:
            The record afterwards, and the reason why nothing changes; empty if something does.
        """
        if own.talk is not Talk.NONE:
            return own, ""
        if isinstance(event, e.FailoverLinkRestored):
            return attrs.evolve(own, silenced=True), "the units have different failover keys"
        if isinstance(event, e.FailoverLinkFailed) and own.silenced:
            return attrs.evolve(own, silenced=False), "it carried nothing, since the failover keys differ"
        return own, ""

    # -- one command --------------------------------------------------------------------------------------

    def answer(self, joint: Joint[Keys], event: MachineEvent, pair_step: PairStep) -> Answer[Keys]:
        """What a command about the key does.

        Args:
            joint: The pair and the keys.
            event: `KeyEntered` or `KeyRemoved`.
            pair_step: How the pair moves.
        """
        assert isinstance(event, KeyEntered | KeyRemoved), "the machine has no other events"
        wrong = _wrong_key(event)
        if wrong:
            return Answer(joint=joint, refused=wrong)
        case = self._case(joint, event)
        row = self._take("key", side_of(joint.pair, event.unit), event, case)
        assert row is not None, "every cell of the table ends in a row that always holds"
        if isinstance(row, MachineRow) and row.refuses:
            return Answer(joint=joint, rows=(row,), refused=row.reason)
        try:
            pair, outputs = pair_step(joint.pair, case.entered)
        except StepError as error:
            return Answer(joint=joint, rows=(row,), refused=error.why)
        return self._compared(case, pair, (row,), outputs, pair_step)

    def _case(self, joint: Joint[Keys], event: KeyEntered | KeyRemoved) -> KeyCase:
        text = f"failover key {event.key}" if isinstance(event, KeyEntered) else "no failover key"
        return KeyCase(
            settings=self.settings,
            pair=joint.pair,
            keys=joint.own,
            event=event,
            entered=e.CommandEntered(unit=event.unit, text=text),
            key=event.key if isinstance(event, KeyEntered) else None,
        )

    def _compared(
        self, case: KeyCase, pair: State, rows: tuple[Row[Any], ...], outputs: tuple[Output, ...], pair_step: PairStep
    ) -> Answer[Keys]:
        """The answer after the command: what the keys do to the link comes with it."""
        case.pair = pair
        row = self._take("link", case.keys.talk, KeysCompared(unit=case.event.unit), case)
        if case.follows is not None:
            pair, more = pair_step(pair, case.follows)
            outputs = (*outputs, *more)
        lines = tuple(each.text for each in outputs if isinstance(each, ConsoleLine) and each.unit is case.event.unit)
        return Answer(
            joint=Joint(pair=pair, own=case.keys),
            rows=(*rows, *([row] if row is not None else [])),
            event=case.entered,
            then=case.follows,
            outputs=tuple(_sent(each, in_clear=case.in_clear) for each in outputs if not isinstance(each, ConsoleLine)),
            lines=lines,
            notes=(rows[0].reason, *([row.reason] if row is not None else [])),
            remarks=(IN_CLEAR,) if case.in_clear else (),
        )

    def _take(self, table: str, state: Any, event: MachineEvent, case: KeyCase) -> Row[Any] | None:
        return take(self.tables[table], state, event, case)[0]


def _sent(output: Output, *, in_clear: bool) -> Output:
    """An output of the pair; a command that crosses says how."""
    if isinstance(output, CommandReplicated):
        how = "in clear text" if in_clear else "encrypted"
        return SentToPeer(unit=output.unit, text=f"{output.text}, {how}")
    return output


def _wrong_key(event: KeyEntered | KeyRemoved) -> str:
    """Why a key is none: its length, its letters, or its digits (KEY-5 to KEY-7); empty if it is one."""
    if isinstance(event, KeyRemoved):
        return ""
    kind, _, digits = event.key.partition(" ")
    try:
        key = Key(kind=KeyKind.HEX, text=digits) if kind == "hex" and digits else Key.from_text(event.key)
    except ValueNotAllowed as error:
        return str(error)
    return "this is shown in the place of a key; allowed: the key itself" if key.kind is KeyKind.MASKED else ""
