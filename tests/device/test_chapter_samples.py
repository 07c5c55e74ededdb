"""The samples of the chapter come out of pairs that stand as theirs (SHW-3, SHW-17, SHW-37, SHW-44, SHW-47).

The texts in tests/data/device are what the chapter prints but for blanks, counters and stamps: they were compared.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.device import read_monitor_interface, read_show_failover, write_show_failover
from tests.device.chapter import SAMPLES, TWO_NAMED_TWICE

DATA = Path(__file__).parents[1] / "data" / "device"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample(name: str) -> None:
    text = (DATA / f"chapter_{name}.txt").read_text()
    assert SAMPLES[name]() == text
    if name != "monitor":
        assert write_show_failover(read_show_failover(text)) == text
    assert not (read_monitor_interface if name == "monitor" else read_show_failover)(text).unread


def test_lines_in_their_order() -> None:
    """SHW-3 and SHW-37; the cable line is of Active/Standby pairs only (SHW-4)."""
    one, two = SAMPLES["as"]().splitlines(), SAMPLES["aa"]().splitlines()
    heads = ("Failover On", "Failover unit", "Failover LAN Interface", "Unit Poll", "Interface Poll",
             "Interface Policy", "Monitored Interfaces", "failover replication http")  # fmt: skip
    assert [line for line in one if line.startswith("Cable")] == ["Cable status: N/A - LAN-based failover enabled"]
    assert not [line for line in two if line.startswith("Cable")]
    for lines in (one, two):
        places = [next(place for place, line in enumerate(lines) if line.startswith(head)) for head in heads]
        assert places == sorted(places)
    assert "Interface Poll frequency 15 seconds" in one and "Interface Poll frequency 4 seconds" in two  # SHW-20
    assert "Unit Poll frequency 1 seconds, holdtime 3 seconds" in one  # SHW-7
    assert "Unit Poll frequency 1 seconds, holdtime 15 seconds" in two


def test_a_sample_that_is_no_configuration_is_read() -> None:
    """SHW-41: the failover link has the name of a data interface; as a configuration that is refused (LNK-4)."""
    found = read_show_failover((DATA / "chapter_aa.txt").read_text())
    assert found.lan_name == "third" and "third" in [each.name for each in found.this.interfaces]
    with pytest.raises(ConfigError):
        PairConfig.from_asa(TWO_NAMED_TWICE.to_asa())
