"""Whole logs: stamps, hosts, priorities, products, moved levels; nothing is an error, and unknown lines are counted."""

from __future__ import annotations

import json
import random

import attrs
import pytest

from failover_fsm.device.messages import (
    Message,
    Stamp,
    Unread,
    Why,
    message_line,
    read_head,
    read_line,
    read_log,
    read_stamp,
)
from failover_fsm.pair.states import Unit
from failover_fsm.templates.messages.kind import Prefix
from failover_fsm.templates.messages.table import MESSAGES
from tests.templates.messages.test_table import values_of

# Lines of public captures: a normaliser's tests of 2016, a support forum document of 2011.
TAKEOVER_2016 = """\
<161>Sep 28 2016 13:51:53 192.168.1.254 : %ASA-1-105005: (Secondary) Lost Failover communications with mate on interface intACS
<161>Sep 28 2016 13:51:57 192.168.1.254 : %ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate.
<161>Sep 28 2016 13:51:57 192.168.1.253 : %ASA-1-104002: (Primary) Switching to STNDBY - interface check, mate is healthier
<161> Dec 27 2016 07:46:41 192.168.59.253 : %ASA-1-105009: (Primary_group_1) Testing on interface out Passed
"""  # noqa: E501
CALLBACKS_2011 = """\
Nov 30 2011 12:58:33 test-asa : %ASA-6-720032: (VPN-Secondary) HA status callback: id=3,seq=200,grp=0,event=406,op=130,my=Active,peer=Active.
Nov 30 2011 12:58:33 test-asa : %ASA-6-720028: (VPN-Secondary) HA status callback: Peer state Active.
Nov 30 2011 12:58:33 test-asa : %ASA-5-111008: User 'enable_15' executed the 'svc image disk0:/anyconnect-win-3.0.4235-k9.pkg' command.
Nov 30 2011 12:58:34 test-asa : %ASA-6-721002: (WebVPN-Secondary) HA status change: event HA_STATUS_PEER_STATE, my state Active, peer state Standby Ready.
"""  # noqa: E501


def read(line: str) -> Message:
    found = read_line(line)
    assert isinstance(found, Message), line
    return found


def test_a_real_takeover_is_read_with_all_that_it_says() -> None:
    log = read_log(TAKEOVER_2016)
    assert [(each.line, each.number, each.severity, each.unit, each.group, each.host) for each in log] == [
        (1, 105005, 1, Unit.SECONDARY, None, "192.168.1.254"),
        (2, 104001, 1, Unit.SECONDARY, None, "192.168.1.254"),
        (3, 104002, 1, Unit.PRIMARY, None, "192.168.1.253"),
        (4, 105009, 1, Unit.PRIMARY, 1, "192.168.59.253"),
    ]
    assert [each.fields for each in log] == [
        {"interface": "intACS"},
        {"reason": "HELLO not heard from mate", "to": "Active"},
        {"reason": "interface check, mate is healthier", "spelling": "STNDBY", "to": "Standby Ready"},
        {"interface": "out", "result": "Passed"},
    ]
    first, second = log[0].stamp, log[1].stamp
    assert first is not None
    assert second is not None
    assert second.seconds - first.seconds == 4
    assert {each.priority for each in log} == {161}
    assert not any(each.set_aside or each.has_unknown_reason or each.level_was_moved for each in log)


def test_the_callbacks_of_vpn_failover_carry_both_states() -> None:
    callback, peer, command, change = read_log(CALLBACKS_2011)
    assert callback.fields == {
        "id": 3, "seq": 200, "block": 0, "event": 406, "op": 130, "own": "Active", "peer": "Active",
    }  # fmt: skip
    assert (peer.unit, peer.fields) == (Unit.SECONDARY, {"peer": "Active"})
    assert command.fields == {"user": "enable_15", "command": "svc image disk0:/anyconnect-win-3.0.4235-k9.pkg"}
    assert change.fields == {"event": "HA_STATUS_PEER_STATE", "own": "Active", "peer": "Standby Ready"}
    assert {each.host for each in (callback, peer, command, change)} == {"test-asa"}


def test_unknown_lines_are_counted_and_listed_and_are_no_error() -> None:
    log = read_log(
        "show logging\r\n\r\n%ASA-6-302013: Built outbound TCP connection 7\r"
        "%ASA-1-104004: (Primary) Switching to STANDBY - Loss of communications resolved\n"
        "%ASA-1-104001: Failover unit is Active. Reason: Other unit wants me Active\n"
        "%ASA-4-411001: Line protocol on Interface down\n"
        "%ASA-1-101001: (Primary) Failover cable OK.\n%ASA-1-104004: (Primary) Switching to OK.\n"
    )
    assert [(each.line, each.why, each.number) for each in log.unread] == [
        (1, Why.NO_MESSAGE, None), (3, Why.OTHER_NUMBER, 302013), (4, Why.OTHER_TEXT, 104004),
        (5, Why.OTHER_TEXT, 104001), (6, Why.OTHER_TEXT, 411001),
    ]  # fmt: skip
    assert log.unread[0].text == "show logging"
    assert [(each.line, each.set_aside) for each in log] == [(7, True), (8, False)]
    assert log.counts == {
        "read": 1, "set aside": 1, "no system message": 1, "another number": 1,
        "no device prints this text for the number": 3,
    }  # fmt: skip
    assert len(log) == 2
    assert read_log("\ufeff\n \n").unread == ()


def test_an_unknown_reason_is_read_and_noted() -> None:
    assert read("%ASA-1-104002: (Primary) Switching to STANDBY - Other side is ACTIVE").has_unknown_reason
    assert not read("%ASA-1-104002: (Primary) Switching to STANDBY - state check.").has_unknown_reason
    assert read("%ASA-1-104001: (Primary) Switching to ACTIVE - Other side is STANDBY").has_unknown_reason
    assert not read("%ASA-1-104002: (Primary) Switching to STANDBY").has_unknown_reason
    assert not read("%ASA-1-105022: (Primary) Config replication failed with reason = Z").has_unknown_reason


@pytest.mark.parametrize(
    ("line", "product", "host", "stamp"),
    [
        ("%ASA-1-104003: (Primary) Switching to FAILED.", "ASA", "", ""),
        ("%FTD-1-104003: (Primary) Switching to FAILED.", "FTD", "", ""),
        ("%PIX-1-104003: (Primary) Switching to FAILED", "PIX", "", ""),
        ("Sep 28 2016 13:51:53: %ASA-1-104003: (Primary) Switching to FAILED.", "ASA", "", "Sep 28 2016 13:51:53"),
        ("Sep  8 13:51:53 fw1 %ASA-1-104003: (Primary) Switching to FAILED.", "ASA", "fw1", "Sep  8 13:51:53"),
        ("Sep 28 13:51:53 10.9.9.9 Sep 28 2016 13:51:52 fw1 : %ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "fw1", "Sep 28 2016 13:51:52"),
        ("Sep 28 13:51:53 10.9.9.9 Sep 28 2016 13:51:52 CEST: %ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "10.9.9.9", "Sep 28 2016 13:51:52 CEST"),
        ("<161>1 2016-09-28T13:51:53.250Z fw1 ASA - - - %ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "fw1", "2016-09-28T13:51:53.250Z"),
        ("<161>2016-09-28T13:51:53+02:00 fw1 : %FTD-1-104003:(Primary) Switching to FAILED.",
         "FTD", "fw1", "2016-09-28T13:51:53+02:00"),
        ("2016-09-28 13:51:53\tLocal4.Alert\t10.2.3.4\t%ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "10.2.3.4", "2016-09-28 13:51:53"),
        ("13:51:53 [fw1] %ASA-ha-1-104003 (Primary) Switching to FAILED.", "ASA", "fw1", "13:51:53"),
        ("*Sep 28 13:51:53.017: ASA-1-104003: (Primary) Switching to FAILED.", "ASA", "", "Sep 28 13:51:53.017"),
        ("13:51:53 UTC Wed Sep 28 2016 fw1 : %ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "fw1", "13:51:53 UTC Wed Sep 28 2016"),
        ("2016 Sep 28 13:51:53 (fw1) %ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "fw1", "2016 Sep 28 13:51:53"),
        ("1|Sep 28 2016|13:51:53|104003|||||(Primary) Switching to FAILED.", "ASA", "", "Sep 28 2016 13:51:53"),
        ("<161>Sep 28 13:51:53 relay fw1 : %ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "fw1", "Sep 28 13:51:53"),  # the newest name of a host stands next to the mark
        ('{"host": "fw1", "message": "%ASA-1-104003: (Primary) Switching to FAILED."', "ASA", "", ""),
        # A name of three to five letters is no time zone, nor is the begin of an address a year.
        ("Sep 28 2016 13:51:53 edge : %ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "edge", "Sep 28 2016 13:51:53"),
        ("Sep 28 13:51:53 EDGE : %ASA-1-104003: (Primary) Switching to FAILED.", "ASA", "EDGE", "Sep 28 13:51:53"),
        ("Sep 28 13:51:53 edge: %ASA-1-104003: (Primary) Switching to FAILED.", "ASA", "edge", "Sep 28 13:51:53"),
        ("2016-09-28 13:51:53 EDGE : %ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "EDGE", "2016-09-28 13:51:53"),
        ("Sep 28 13:51:53 BRST: %ASA-1-104003: (Primary) Switching to FAILED.", "ASA", "", "Sep 28 13:51:53 BRST"),
        ("Sep 28 13:51:53 EST : %ASA-1-104003: (Primary) Switching to FAILED.", "ASA", "", "Sep 28 13:51:53 EST"),
        ("Sep 28 13:51:53 2001:db8::1 : %ASA-1-104003: (Primary) Switching to FAILED.",
         "ASA", "2001:db8::1", "Sep 28 13:51:53"),
        ("Sep 28 13:51:53 2016: %ASA-1-104003: (Primary) Switching to FAILED.", "ASA", "", "Sep 28 13:51:53 2016"),
    ],
)  # fmt: skip
def test_heads_of_many_collectors_are_read(line: str, product: str, host: str, stamp: str) -> None:
    found = read(line)
    assert (found.number, found.unit, found.fields) == (104003, Unit.PRIMARY, {"to": "Failed"})
    assert (found.product, found.host, found.stamp.text if found.stamp else "") == (product, host, stamp)


@pytest.mark.parametrize("level", range(8))
def test_a_level_that_was_moved_is_read_as_it_is_printed(level: int) -> None:
    found = read(f"%ASA-{level}-104001: (Secondary) Switching to ACTIVE (cause: HELLO not heard from mate)")
    assert (found.severity, found.level_was_moved, found.kind.severity) == (level, level != 1, 1)
    assert found.fields["reason"] == "HELLO not heard from mate"


def test_stamps_are_times() -> None:
    stamp = read_stamp("x 23:59:59.5 UTC Thu Feb 29 2024 y")
    assert stamp == Stamp(text="", year=2024, month=2, day=29, hour=23, minute=59, second=59.5, zone="UTC")
    after = read_stamp("2024-03-01T00:00:00Z")
    assert after is not None
    assert after.seconds - stamp.seconds == 0.5
    epoch = read_stamp("1 Jan 1970 00:00:01")
    assert epoch is not None
    assert epoch.seconds == 1
    new_year = [read_stamp(f"{day} 12:00:00") for day in ("Dec 31 1999", "Jan 1 2000", "Feb 28 2000", "Mar 1 2000")]
    assert [each.seconds // 86400 for each in new_year if each] == [10956, 10957, 11015, 11017]
    days = (
        "Jan 1 2001",
        "Jan 1 2024",
        "Feb 28 2100",
        "Mar 1 2100",
        "Feb 28",
        "Mar 1",
    )  # a leap year where none is said
    found = [read_stamp(f"{day} 12:00:00") for day in days]
    assert [each.seconds // 86400 for each in found if each] == [11323, 19723, 47540, 47541, 788, 790]
    assert read_stamp("2024/03/01 07:08:09") == attrs.evolve(after, hour=7, minute=8, second=9.0, zone="")
    for text in ("", "no time", "25:00:00", "Foo 28 2016", "fe80::1:2:3", "1:2:3:4"):
        assert read_stamp(text) is None, text
    time = read_stamp("7:08:09")
    assert time is not None
    assert time.seconds == 7 * 3600 + 8 * 60 + 9


def test_a_message_is_written_as_it_was_read() -> None:
    for line in (*TAKEOVER_2016.splitlines()[:2], *CALLBACKS_2011.splitlines()):
        assert message_line(read(line)) == line
    old = read("%PIX-1-104002: (Primary) Switching to STNDBY (cause: state check)")
    assert message_line(old) == "%PIX-1-104002: (Primary) Switching to STNDBY - state check."
    bare = "%ASA-1-103008: (Secondary) Mate hwdib index is not compatible."
    assert message_line(read(bare)) == bare
    assert read(message_line(read(bare))) == read(bare)
    assert isinstance(hash(read(bare)), int)


def test_reading_after_writing_changes_nothing_on_any_message_with_any_head() -> None:
    dice = random.Random(11)
    stamps = (
        None,
        *(read_stamp(text) for text in ("Sep 28 2016 13:51:53", "2016-09-28T13:51:53.5Z", "Feb  9 07:08:09")),
    )
    for kind in MESSAGES.values():
        for _ in range(12):
            named = kind.prefix is not Prefix.NONE
            message = Message(
                line=1,
                number=kind.number,
                severity=dice.randrange(8),
                unit=dice.choice(tuple(Unit)) if named else None,
                group=dice.choice((None, 1, 2)) if named else None,
                fields={**values_of(kind, dice), **kind.implied},
                stamp=dice.choice(stamps),
                host=dice.choice(("", "fw-1", "10.0.0.2", "fw1/admin")),
                product=dice.choice(("ASA", "FTD", "PIX")),
                priority=dice.choice((None, 161)),
                kind=kind,
            )
            assert read(message_line(message)) == message, message_line(message)


def test_damaged_lines_are_read_or_listed() -> None:
    dice = random.Random(3)
    lines = [*TAKEOVER_2016.splitlines(), *CALLBACKS_2011.splitlines()]
    kinds: set[type] = set()
    for _ in range(3000):
        text = list(dice.choice(lines))
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(text))
            put = dice.choice(("", "(", "%ASA-1-104001: ", "\x00", "9999", " ", ".", "\u2028"))
            text[at : at + dice.randint(0, 9)] = put
        kinds.add(type(read_line("".join(text))))
    assert kinds == {Message, Unread}


def test_any_text_at_all_is_taken() -> None:
    for text in (
        "%ASA-1-104001:",
        "%ASA-9-104001: x",
        "\x00\x1b[31m",
        "%ASA-1-104001: (",
        "<<<<>>>> ::: %ASA-1-105042: ()",
    ):
        assert isinstance(read_line(text), Unread)


COMMAND = "%ASA-5-111008: User 'ad\"min' executed the 'failover active' command."
SENT = "<161>Sep 28 2016 13:51:53 fw2 : %ASA-1-103003: (Secondary) Other firewall network interface 2 failed."


@pytest.mark.parametrize(
    ("record", "number", "host", "day"),
    [
        ({"@timestamp": "2016-09-28T13:51:53Z", "host": "fw2", "message": SENT[33:]}, 103003, "fw2", 28),
        ({"message": SENT, "host": {"name": "collector"}, "timestamp": "2016-09-29T01:00:00Z"}, 103003, "fw2", 28),
        ({"rule": {"description": "x"}, "full_log": SENT, "tags": ["a", "b"]}, 103003, "fw2", 28),
        ({"message": COMMAND, "host": {"hostname": "fw1"}, "time": "2016-09-27 01:00:00"}, 111008, "fw1", 27),
        ({"log": json.dumps({"msg": COMMAND, "host": "fw1"}) + "\n"}, 111008, "fw1", None),
    ],
)
def test_a_message_in_a_record_of_json(record: object, number: int, host: str, day: int | None) -> None:
    for line in (json.dumps(record), f" {json.dumps(record, separators=(',', ':'))}, "):
        found = read_line(line)
        assert isinstance(found, Message), line
        assert (found.number, found.host, found.stamp and found.stamp.day) == (number, host, day)


def test_a_record_that_holds_two_messages_is_that_of_its_message() -> None:
    """With the priority that the device gave it; the host is empty where no text names one."""
    other = SENT.replace("103003", "105042").replace(
        "Other firewall network interface 2 failed", "Failover interface OK"
    )
    for record in ({"event": other, "message": SENT}, {"messages": [SENT]}, {"host": 5, "x": SENT}):
        found = read(json.dumps(record))
        assert (found.number, found.priority, found.host) == (103003, 161, "fw2")
    text = "<161>" + SENT[SENT.index("%") :]
    for record in ({"host": "fw1", "message": text}, {"host": "fw1", "messages": [text]}):
        found = read(json.dumps(record))
        assert (found.host, found.priority) == ("fw1", 161)
    assert read(json.dumps({"host": "two words", "message": text})).host == ""
    bare = read(json.dumps({"host": 5, "message": SENT[SENT.index("%") :]}))
    assert (bare.number, bare.host, bare.stamp, bare.priority) == (103003, "", None, None)


@pytest.mark.parametrize(
    "line",
    [
        '{"message": 1, "number": "%ASA-6-302013: x"}',
        "{%ASA-1-105042: }",
        "[" * 9 + "{" * 9,
    ],
)
def test_a_record_that_holds_no_message_is_a_line_as_any_other(line: str) -> None:
    assert isinstance(read_line(line), Unread)


def test_a_message_that_is_a_name_in_a_record_is_read_where_it_stands() -> None:
    assert read('{"%ASA-1-105042: (Primary) Failover interface OK": 1}').number == 105042


def test_the_host_of_a_line_about_something_else() -> None:
    nobody = read_line("no system message at all")
    assert isinstance(nobody, Unread) and nobody.host == ""
    for line in ("fw1 : %ASA-6-302013: Built", '{"host": "fw1", "message": "%ASA-6-302013: Built"}'):
        found = read_line(line)
        assert isinstance(found, Unread) and found.host == "fw1"


def test_the_head_of_a_message_of_any_number() -> None:
    stamp, host = read_head("<166>Sep 28 2016 13:51:55 fw1 : %ASA-6-302013: Built connection at 12:00:00")
    assert stamp is not None and (stamp.text, host) == ("Sep 28 2016 13:51:55", "fw1")
    assert read_head("Sep 28 2016 13:51:55 fw1 kernel: no mark") == (None, "")
    stamp, host = read_head("6|Sep 28 2016|13:51:55|302013|10.0.0.1|80|10.0.0.2|99|Built connection")
    assert stamp is not None and (stamp.text, host) == ("Sep 28 2016 13:51:55", "")


@pytest.mark.parametrize("after", ['"}', '","host":"fw2"}', '" level="1"'])
def test_a_value_in_a_record_ends_at_its_quotation_mark(after: str) -> None:
    found = read_line(
        f'{{"host":"fw1","message":"%ASA-1-103003: (Secondary) Other firewall network interface 2 failed.{after}'
    )
    assert isinstance(found, Message) and found.unit is Unit.SECONDARY
    assert found.text == "Other firewall network interface 2 failed."


FAILED = "%ASA-2-709007: Configuration replication failed for command "


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (f'msg="{FAILED}failover"', "failover"),  # it ends the value of the record
        (f'{FAILED}description "core"', 'description "core"'),  # it belongs to the text
        (f'{FAILED}description "a" "b"', 'description "a" "b"'),
    ],
)
def test_a_quotation_mark_at_the_end(line: str, command: str) -> None:
    assert read(line).fields["command"] == command


@pytest.mark.parametrize(("before", "is_read"), [("", False), ('msg="', True), ('host="fw1" msg="', True)])
def test_more_may_come_behind_a_text_only_in_a_record(before: str, is_read: bool) -> None:
    found = read_line(f'{before}%ASA-1-104003: (Primary) Switching to FAILED." level="1')
    assert isinstance(found, Message) is is_read


@pytest.mark.parametrize(
    "line",
    [
        "{}#000",  # rsyslog writes a control character so
        "{}#015#012",
        "{}\x00 ",
        "\x1b[31m{}\x1b[0m",
        "<--- More --->              {}",
        "<--- More --->\x08\x08\x08   \x08\x08\x08{}",
    ],
)
def test_what_terminals_and_collectors_add_to_a_line_is_no_part_of_it(line: str) -> None:
    sent = "13:51:53: %ASA-1-105042: (Primary) Failover interface OK"
    assert attrs.evolve(read(line.format(sent)), text="") == attrs.evolve(read(sent), text="")
    assert read_head(line.format(sent)) == read_head(sent)
    other = read_line(line.format("13:51:53: %ASA-6-302013: Built"))
    assert isinstance(other, Unread) and (other.number, other.host) == (302013, "")


@pytest.mark.parametrize(
    "line",
    [
        "Sep 28 13:51:53 fw1 : message repeated 2 times: [ %ASA-1-105008: (Primary) Testing Interface inside]",
        "Sep 28 13:51:53 fw1 %ASA-1-105008: message repeated 12 times: [ (Primary) Testing Interface inside]",
    ],
)
def test_a_message_that_a_collector_says_is_repeated(line: str) -> None:
    found = read(line)
    assert (found.number, found.unit, found.host, found.fields) == (
        105008, Unit.PRIMARY, "fw1", {"interface": "inside"},
    )  # fmt: skip


def test_the_time_of_a_record_of_json_about_something_else() -> None:
    stamp, host = read_head('{"host": "fw1", "@timestamp": "2016-09-28T13:51:53Z", "message": "%ASA-6-302013: Built"}')
    assert stamp is not None and (stamp.day, host) == (28, "fw1")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("11/28/2026 01:00:00 PM", (2026, 11, 28, 13)),
        ("1/2/2026, 12:00:05 AM", (2026, 1, 2, 0)),
        ("1/2/2026 12:00:05 pm", (2026, 1, 2, 12)),
        ("Nov 28 2026 01:00:00 PM", (2026, 11, 28, 13)),
        ("2026-11-28 12:00:00AM", (2026, 11, 28, 0)),
        ("01:00:00 PM Nov 28 2026", (2026, 11, 28, 13)),
        ("Nov 28 2026 01:00:00 PM-fw1", (2026, 11, 28, 1)),  # the name of a device
        ("01:02:03 PM", (None, None, None, 13)),
        ("28/11/2026 01:00:00 AM", (None, None, None, 1)),  # no month comes first: which number is the day is not said
        ("01:02:03 PMA", (None, None, None, 1)),
        ("13:02:03 PM", (None, None, None, 13)),
    ],
)
def test_a_clock_of_twelve_hours_is_read(text: str, when: tuple[int | None, ...]) -> None:
    stamp = read_stamp(f"{text} fw1 : %ASA-1-104001: (Primary) Switching to ACTIVE - x")
    assert stamp is not None and (stamp.year, stamp.month, stamp.day, stamp.hour) == when
