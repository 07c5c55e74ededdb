"""SNMP traps and debugging, as data (MON-4, MON-5)."""

from __future__ import annotations

import pytest

from failover_fsm.device.messages import Message, read_line
from failover_fsm.device.messages.traps import DEBUG_OPTIONS, debug_option, trap_needs, trap_of
from failover_fsm.pair.replicated_commands import Does, crossing_of

CONFIG = """\
logging enable
logging host inside 10.0.0.9
logging history alerts
snmp-server host inside 10.0.0.8 community *****
snmp-server enable traps snmp authentication
snmp-server enable traps syslog
"""


def test_three_things_are_needed_for_a_trap_and_two_stand_in_a_configuration() -> None:
    assert trap_needs(CONFIG) == {"traps": True, "syslog host": True, "MIB": None}


@pytest.mark.parametrize("line", CONFIG.splitlines())
def test_each_line_is_needed(line: str) -> None:
    is_other = "authentication" in line
    for gone in (CONFIG.replace(line + "\n", ""), CONFIG.replace(line, f"no {line}")):
        assert all(met is not False for met in trap_needs(gone).values()) is is_other


def test_a_trap_numbers_levels_from_one() -> None:
    """An alert, level 1, is 2 there: perhaps why the chapter speaks of level 2 (MON-2)."""
    message = read_line("Sep 28 2016 13:51:57: %ASA-1-104001: (Primary_group_2) Switching to ACTIVE - state check.")
    assert isinstance(message, Message)
    assert trap_of(message) == {
        "clogHistFacility": "ASA", "clogHistSeverity": 2, "clogHistMsgName": "104001",
        "clogHistMsgText": "(Primary_group_2) Switching to ACTIVE - state check.",
    }  # fmt: skip


def test_options_of_debugging_are_read_and_stay_on_their_unit() -> None:
    for option in DEBUG_OPTIONS:
        line = f"debug fover {option}"
        assert debug_option(line) == option
        crossing = crossing_of(line)
        assert (crossing.crosses, crossing.does) == (False, Does.LEAVES)
    for line in ("debug fover", "debug fover everything", "debug icmp trace", "show debug fover sync"):
        assert debug_option(line) is None
    assert debug_option(" debug  fov SYNC 7 ") == "sync"
