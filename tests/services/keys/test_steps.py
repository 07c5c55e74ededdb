"""What is no key, what a search enters, and what a failover link with two keys keeps from being noticed."""

from __future__ import annotations

import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import CommandReplicated
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase, State, Unit
from failover_fsm.services.keys.case import KeyCase, Side, expose, side_of
from failover_fsm.services.keys.key_machine import KeyMachine, _sent, _wrong_key
from failover_fsm.services.keys.records import KeyEntered, KeyRemoved, Keys
from failover_fsm.services.machine import Joint, SentToPeer
from tests.promises.looks import ACTIVE, READY, unit

PRIMARY, SECONDARY = Unit
HEX = "0123456789abcdef0123456789abcdef"


WRONG_HEX = "wrong hexadecimal failover key; allowed: exactly 32 hexadecimal digits"
WRONG = "wrong failover key; allowed: 1 to 63 letters, digits or punctuation, no blanks"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("secret", ""),
        ("hex", ""),  # a word like any other
        (f"hex {HEX}", ""),
        ("hex 12", WRONG_HEX),
        (f"hex {'x' * 32}", WRONG_HEX),
        (HEX, ""),
        ("two words", WRONG),
        (f"two {HEX}", WRONG),
        ("x" * 63, ""),
        ("x" * 64, WRONG),
        ("*****", "this is shown in the place of a key; allowed: the key itself"),
    ],
)
def test_what_is_no_key(key: str, said: str) -> None:
    """KEY-5 to KEY-7; the key itself is not told."""
    assert _wrong_key(KeyEntered(unit=PRIMARY, key=key)) == said


def test_to_take_a_key_away_is_always_possible() -> None:
    assert _wrong_key(KeyRemoved(unit=PRIMARY)) == ""


def test_every_key_is_offered_on_every_unit_that_runs_and_its_removal_where_that_is_asked() -> None:
    def offers(secondary: Phase = Phase.UP, *, removes: bool = False) -> list[e.Event]:
        machine = KeyMachine(settings=Settings(), offers=("one", "other"), removes=removes)
        pair = State(primary=unit(ACTIVE), secondary=unit(READY, phase=secondary))
        return list(machine.offered(Joint(pair=pair, own=Keys(primary="one", secondary="one"))))

    keys = {each: [KeyEntered(unit=each, key=key) for key in ("one", "other")] for each in Unit}
    assert offers() == [*keys[PRIMARY], *keys[SECONDARY]] and offers(Phase.OFF) == keys[PRIMARY]
    removals = [KeyRemoved(unit=each) for each in Unit]
    assert offers(removes=True) == [*keys[PRIMARY], removals[0], *keys[SECONDARY], removals[1]]


def test_a_link_with_two_keys_carries_nothing_so_its_cut_and_its_repair_are_not_noticed() -> None:
    """KEY-3."""
    machine = KeyMachine(settings=Settings())
    cut, repair, hello = e.FailoverLinkFailed(), e.FailoverLinkRestored(), e.HelloHeard(unit=PRIMARY)
    differ, same = Keys(primary="one", secondary="other"), Keys(primary="one", secondary="one")
    silenced, why = machine.holds_back(differ, repair)
    assert silenced.silenced and why == "the units have different failover keys"
    again, why = machine.holds_back(silenced, cut)
    assert not again.silenced and why == "it carried nothing, since the failover keys differ"
    assert machine.holds_back(differ, cut) == (differ, "") and machine.holds_back(differ, hello) == (differ, "")
    assert machine.holds_back(same, repair) == (same, "")


def test_what_a_unit_is_for_the_command_and_whom_a_key_is_shown_to() -> None:
    """KEY-4, KEY-8."""
    units = (unit(READY, phase=Phase.OFF), unit(ACTIVE, enabled=False), unit(ACTIVE), unit(READY))
    assert [side_of(State(secondary=each), SECONDARY) for each in units] == [
        Side.STOPPED, Side.OFF, Side.ACTIVE, Side.STANDBY,
    ]  # fmt: skip
    asked = KeyCase(
        settings=Settings(), pair=State(), keys=Keys(exposed=("old",)), event=KeyEntered(unit=PRIMARY, key="new"),
        entered=e.CommandEntered(unit=PRIMARY, text="failover key new"), key="new",
    )  # fmt: skip
    assert not asked.in_clear
    expose(asked)
    assert asked.in_clear and asked.keys.exposed == ("new", "old")


def test_a_command_that_crosses_says_how() -> None:
    crosses = CommandReplicated(unit=PRIMARY, text="failover key one")
    assert _sent(crosses, in_clear=True) == SentToPeer(unit=PRIMARY, text="failover key one, in clear text")
    assert _sent(crosses, in_clear=False) == SentToPeer(unit=PRIMARY, text="failover key one, encrypted")
    other = SentToPeer(unit=PRIMARY, text="x")
    assert _sent(other, in_clear=True) is other
