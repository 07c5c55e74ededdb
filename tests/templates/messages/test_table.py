"""The table of messages: what is written is read, in every form, and the level is that of the field."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from failover_fsm.templates.messages import reasons
from failover_fsm.templates.messages.kind import ADDRESS, INTERFACE, NAME, ORDINAL, MessageKind, Prefix
from failover_fsm.templates.messages.table import CHAPTER_LEVEL, FIELD_LEVEL, MESSAGES, kind_of
from failover_fsm.templates.template import NUMBER, WORDS

WORDS_USED = ("inside", "dmz-2", "admin/outside", "Gi0/1.7", "9.12(4)56", "x", "Standby Ready", "it's", "a(b)c", "7")
PER_KIND = 105
"""So that the whole table comes to more than 10,000 messages."""


def values_of(kind: MessageKind, dice: random.Random) -> dict[str, object]:
    """Random values for each field of a message, each one that the field can have."""
    return {name: value_of(kind, name, dice) for name in kind.names}


def value_of(kind: MessageKind, name: str, dice: random.Random) -> object:
    field = kind.fields.get(name, WORDS)
    makers: list[Callable[[], object]] = [
        lambda: dice.randrange(10 ** dice.randint(1, 9)),
        lambda: dice.choice(WORDS_USED),
        lambda: " ".join(dice.choice(WORDS_USED) for _ in range(dice.randint(1, 4))),
        lambda: dice.choice(("Passed", "Failed", "Undetermined")),
        lambda: dice.choice(("STANDBY", "STNDBY", "Active", "Standby")),
        lambda: f"10.0.{dice.randrange(256)}.{dice.randrange(256)}",
        lambda: f"2001:db8::{dice.randrange(9999):x}",
    ]
    for _ in range(1000):
        value = dice.choice(makers)()
        text = field.write(value)
        if re.fullmatch(field.pattern, text) and field.read(text) == value:
            return value
    raise AssertionError(f"no value for {name} of {kind.number}")


def test_reading_after_writing_changes_nothing_on_ten_thousand_messages() -> None:
    dice = random.Random(21)
    count = 0
    for kind in MESSAGES.values():
        for _ in range(PER_KIND):
            values = values_of(kind, dice)
            unit = dice.choice(("Primary", "Secondary")) if kind.prefix is not Prefix.NONE else None
            group = dice.choice((None, 1, 2)) if unit else None
            text = kind.before(unit, group, **values) + kind.write(**values)
            reading = kind.read(text)
            assert reading is not None, text
            assert (reading.unit, reading.group) == (unit, group), text
            assert reading.fields == {**values, **kind.implied}, text
            count += 1
    assert count > 10_000


@pytest.mark.parametrize("kind", MESSAGES.values(), ids=lambda kind: str(kind.number))
def test_every_form_is_read_with_a_full_stop_and_without_in_any_case(kind: MessageKind) -> None:
    dice = random.Random(kind.number)
    for form in (kind.text, *kind.also):
        names = re.findall(r"\{(\w+)\}", form)
        values = {name: "7" if kind.fields.get(name) is NUMBER else value_of(kind, name, dice) for name in names}
        text = form.format_map(values)
        before = kind.before("Secondary", 2)
        for variant in (text, text.removesuffix("."), text.removesuffix(".") + ".", text.replace(" ", "  ")):
            assert kind.read(before + variant) is not None, variant
        reading = kind.read(before.lower() + text.upper())
        assert reading is not None
        assert kind.prefix is Prefix.NONE or (reading.unit, reading.group) == ("Secondary", 2)


def test_no_text_is_read_as_that_of_another_number() -> None:
    """But for what devices print alike: a later form of a message under another number."""
    dice, alike = random.Random(4), set()
    for kind in MESSAGES.values():
        text = kind.before("Primary") + kind.write(**values_of(kind, dice))
        alike |= {(kind.number, other.number) for other in MESSAGES.values() if other is not kind and other.read(text)}
    assert alike == {(104500, 104001)}, "104500 is a 104001 of another product"


def test_a_field_of_each_kind_refuses_what_would_be_read_otherwise() -> None:
    for field, text in ((INTERFACE, "a,b"), (INTERFACE, "a b"), (ADDRESS, "1/2"), (NAME, "o'x"), (ORDINAL, "a b")):
        assert not re.fullmatch(field.pattern, text)
    assert (ORDINAL.read("007"), ORDINAL.read("7"), ORDINAL.read("0x7")) == ("007", 7, "0x7")


def test_a_prefix_names_unit_group_role_or_host() -> None:
    ok = MESSAGES[104004]
    for text, unit, group in (
        ("(Primary) ", "Primary", None), ("(secondary_group_2) ", "Secondary", 2), ("(Primary group 1)", "Primary", 1),
        ("(VPN-Secondary) ", "Secondary", None), ("(WebVPN-Primary)", "Primary", None), ("", None, None),
    ):  # fmt: skip
        reading = ok.read(f"{text}Switching to OK.")
        assert reading is not None
        assert (reading.unit, reading.group, reading.fields) == (unit, group, {"to": "Standby Ready"})
    hosted = MESSAGES[105022].read("(fw-1) Config replication failed with reason = CFG_SYNC_TIMEOUT")
    assert hosted is not None
    assert (hosted.unit, hosted.fields) == (None, {"host": "fw-1", "reason": "CFG_SYNC_TIMEOUT"})
    kind = MESSAGES[709009]
    text = kind.before("Primary", role="Active") + kind.write(elapsed=7)
    assert text.startswith("(Primary-Active) Configuration")
    read = kind.read(text)
    assert read is not None
    assert read.fields == {"role": "Active", "elapsed": 7}
    assert MESSAGES[105022].before(None, host="fw-1") == "(fw-1) "
    assert MESSAGES[105022].before(None) == ""


def test_typographic_quotes_are_read() -> None:
    reading = MESSAGES[709008].read(
        "(Primary) Configuration sync in progress. Command: \u2018hostname x\u2019 executed from (terminal) will not "
        "be replicated to or executed by the standby unit."
    )
    assert reading is not None
    assert reading.fields["command"] == "hostname x"


def test_the_levels_are_those_of_devices_and_not_the_chapters() -> None:
    """MON-2 says level 2 for all; MON-3 takes 411001 and 411002 out, and devices print 1."""
    assert (CHAPTER_LEVEL, FIELD_LEVEL) == (2, 1)
    assert [kind.number for kind in MESSAGES.values() if kind.severity == CHAPTER_LEVEL] == [709007]
    others = [kind.number for kind in MESSAGES.values() if kind.number <= 105048 and kind.severity != FIELD_LEVEL]
    assert others == [105010]
    assert all(kind.severity != FIELD_LEVEL for kind in (MESSAGES[411001], MESSAGES[411002]))


def test_each_row_says_what_prints_it_or_why_nothing_does() -> None:
    for kind in MESSAGES.values():
        assert bool(kind.cause) != bool(kind.why_not), kind.number
        assert kind.set_aside is not bool(kind.cause)
        assert not (kind.brief and kind.set_aside)


def test_other_messages_of_vpn_failover_are_recognised_by_their_number() -> None:
    kind = kind_of(720027)
    assert kind is not None
    reading = kind.read("(VPN-Secondary) HA status callback: My state Active.")
    assert reading is not None
    assert (kind.number, kind.set_aside, reading.unit) == (720027, True, "Secondary")
    assert kind_of(720074) is None
    assert kind_of(721003) is not None
    assert kind_of(720028) is MESSAGES[720028]
    spaced = MESSAGES[720032].read(
        "(VPN-Primary) HA status callback: id=3, seq=200, grp=0, event=401, op=0, my=Active, peer=Failed."
    )
    assert spaced is not None
    assert spaced.fields["peer"] == "Failed"


def test_reasons_with_a_source_are_known_and_others_are_not() -> None:
    for reason in (*reasons.REASONS, "ifc inside check, mate is healthier", "hello not heard from mate"):
        assert reasons.is_known_reason(reason)
    for reason in (
        "Preemption",
        "No Active unit found",
        "Other side is ACTIVE",
        "Recovered from communication failure",
    ):
        assert not reasons.is_known_reason(reason)
