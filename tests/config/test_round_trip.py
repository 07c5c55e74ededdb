"""What `config` prints, read again, gives the same record: of real configurations, and of odd ones made from them."""

from __future__ import annotations

import random
import re

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.field_values import Port
from tests import fuzzing

ODD = (
    "no", "clear", "-1", "0", "255", "1x", "a-b", "x" * 48, "x" * 60, "é", "any", "name", "admin", "system", "visible",
    "invisible", "service-module", "left", "LEFT", "left_1", "Gi0/1", "gi0/1", "GigabitEthernet0/1", "g0/1-g0/4",
    "Vlan10", "Management0", "GigabitEthernet0/1.", "Port-channel10.900", "0000.0000.0001", "1.2.3.4", "0.0.0.0",
    "255.255.255.0", "255.255.255.255", "msec", "hex", "standby", "mode", "<system>", "=", ":", "!x", "#y", "a!b",
    "a:b", "a/b",
)  # fmt: skip
RELEVANT = re.compile(
    r"failover|interface|nameif|context|allocate|monitor|ip address|mac|prompt|hostname|group|vlan|mode|firewall"
)
TEXTS = [path.read_text(encoding="utf-8", errors="replace") for path in fuzzing.CONFIGS]
LINES = sorted({line for text in TEXTS for line in text.splitlines() if RELEVANT.search(line) and len(line) < 200})


def odd_config(seed: int) -> str:
    """A real configuration in which a few lines that count are lost, doubled, foreign, or have another word."""
    chance = random.Random(seed)
    lines = chance.choice(TEXTS).splitlines()
    for _ in range(chance.randint(1, 6)):
        relevant = [at for at, line in enumerate(lines) if RELEVANT.search(line)] or [0]
        at = chance.choice(relevant)
        match chance.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[chance.choice(relevant)])
            case 2:
                lines.insert(at, chance.choice(LINES))
            case _:
                words = lines[at].split(" ")
                place = chance.randrange(len(words) + 1)
                words[place : place + chance.randrange(2)] = [chance.choice(ODD)]
                lines[at] = " ".join(words)
        lines = lines or [""]
    return "\n".join(lines) + "\n"


def reads_back(text: str) -> bool:
    """Whether a text is accepted; if so what is printed of it, with defaults and without, gives the same record."""
    try:
        config = PairConfig.from_asa(text)
    except ConfigError:
        return False
    for everything in (False, True):
        printed = config.to_asa(all=everything, show_key=True)
        assert PairConfig.from_asa(printed) == config, f"{text}\n--- printed:\n{printed}"
    return True


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 2000, 250))
def test_odd_configurations_that_are_accepted_read_back_equal(start: int) -> None:
    accepted = [reads_back(odd_config(seed)) for seed in range(start, start + 250)]
    assert 50 < sum(accepted) < 250


@pytest.mark.parametrize(
    "allocated",
    [
        "GigabitEthernet0/1 left",
        "GigabitEthernet0/1 left visible",
        "GigabitEthernet0/1 Vlan10",
        "GigabitEthernet 0/1 left",
        "Vlan10 Vlan20\n allocate-interface Vlan20 Vlan10",
        "Vlan10 left\n allocate-interface Vlan20 left",
    ],
)
def test_an_interface_of_a_context_is_kept_whatever_its_port_is_called_there(allocated: str) -> None:
    names = [
        words.removesuffix(" visible").split()[-1 if "\n" not in words else 1]
        for words in allocated.split("allocate-interface ")
    ]
    blocks = "".join(f"interface {name}\n nameif n{number}\n" for number, name in enumerate(names))
    text = f"context c\n allocate-interface {allocated}\nchangeto context c\n{blocks}"
    assert PairConfig.from_asa(text).interfaces and reads_back(text)


RANGES = [
    ("g0/1-g0/3", "g0/1 g0/2 g0/3", "g0/1 g0/2 g0/3"),
    ("g0/1-GigabitEthernet0/2 visible", "g0/1 g0/2", "g0/1 g0/2"),
    ("g0/1.8-g0/1.11 int1-int4", "g0/1.8 g0/1.9 g0/1.10 g0/1.11", "int1 int2 int3 int4"),
    ("Port-channel1.10-Port-channel1.11 dmz_1-dmz_2", "Port-channel1.10 Port-channel1.11", "dmz_1 dmz_2"),
    ("g0/4-g0/4 int1", "g0/4", "int1"),
]


@pytest.mark.parametrize(("allocated", "ports", "names"), RANGES)
def test_a_range_gives_every_port_in_it(allocated: str, ports: str, names: str) -> None:
    blocks = "".join(f"interface {name}\n nameif n{number}\n" for number, name in enumerate(names.split()))
    text = f"context c\n allocate-interface {allocated}\nchangeto context c\n{blocks}"
    config = PairConfig.from_asa(text)
    assert [each.port for each in config.contexts[0].ports] == [Port(port) for port in ports.split()]
    assert [each.port for each in config.interfaces if each.nameif] == [Port(port) for port in ports.split()]
    assert reads_back(text) and not [each for each in config.advice if "not allocated" in each.text]


def test_a_range_is_taken_away_again() -> None:
    text = "context c\n allocate-interface g0/1-g0/4 int1-int4\n no allocate-interface g0/2-g0/3\n"
    assert [each.mapped_name for each in PairConfig.from_asa(text).contexts[0].ports] == ["int1", "int4"]


@pytest.mark.parametrize(
    ("allocated", "said"),
    [
        ("g0/3-g0/1", "`g0/3-g0/1` is no range of ports"),
        ("g0/1-g1/3", "is no range of ports"),
        ("g0/1.1-g0/1.999999999", "at most 1024 ports"),
        ("g0/1-g0/9 left", "`left` does not name 9 ports; allowed: a range such as int1-int9"),
        ("g0/1-g0/3 int1-int2", "does not name 3 ports"),
    ],
)
def test_what_is_no_range(allocated: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        PairConfig.from_asa(f"context c\n allocate-interface {allocated}\n")


@pytest.mark.parametrize("odd", ["visible", "name", "admin", "x" * 60, "0000.0000.0001", "1", "g0/1-", "-g0/1"])
def test_what_is_no_port_cannot_be_allocated(odd: str) -> None:
    with pytest.raises(ConfigError, match="is not a port; allowed: a port such as GigabitEthernet0/1"):
        PairConfig.from_asa(f"context c\n allocate-interface {odd} GigabitEthernet0/5\n")


@pytest.mark.parametrize("odd", ["GigabitEthernet0/5", "Port-channel10.900", "a/b", "1left", "a:b", "_a", "="])
def test_a_name_that_no_port_can_have_in_a_context_is_refused(odd: str) -> None:
    with pytest.raises(ConfigError, match="is no name of a port in a context; allowed: letters, digits"):
        PairConfig.from_asa(f"context c\n allocate-interface GigabitEthernet0/1 {odd}\n")
