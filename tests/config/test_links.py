"""What the records of the links refuse, with what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.config.records.links import InterfaceIp, Key, KeyKind
from tests.config.refusals import assert_refused

# A record, its fields, what is wrong, and a word of what is allowed.
WRONG: list[tuple[Any, dict[str, Any], str, str]] = [
    (InterfaceIp, {"name": "fo", "address": "2001:db8::1", "mask": "64", "standby": "2001:db9::2"},
     "standby address 2001:db9::2 is not in the subnet of 2001:db8::1/64", "an address in 2001:db8::/64"),
    (Key, {"kind": KeyKind.ENCRYPTED, "text": "two words"}, "wrong encrypted failover key", "1 to 512 printable"),
    (Key, {"kind": KeyKind.ENCRYPTED, "text": ""}, "wrong encrypted failover key", "1 to 512 printable"),
    (Key, {"kind": KeyKind.ENCRYPTED, "text": "x" * 513}, "wrong encrypted failover key", "1 to 512 printable"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "fields", "what", "allowed"), WRONG)
def test_what_is_out_of_range_is_refused(record: Any, fields: dict[str, Any], what: str, allowed: str) -> None:
    assert_refused(record, fields, what, allowed)


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (InterfaceIp, {"name": "fo", "address": "2001:db8::1", "mask": "64", "standby": "2001:db8::2"}),
        (Key, {"kind": KeyKind.ENCRYPTED, "text": "~" * 511 + "!"}),
    ],
)
def test_the_ends_of_a_range_are_taken(record: Any, fields: dict[str, Any]) -> None:
    record(**fields)
