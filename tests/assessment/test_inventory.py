"""What the hardware, the software and the licences of two units say about their pair (HW-2, HW-3, HW-5 to HW-7)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from failover_fsm.assessment import unlike
from failover_fsm.assessment.inventory import Inventories
from failover_fsm.assessment.unlike import Ends, ends_of
from failover_fsm.cli import main
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.device import read_hardware
from failover_fsm.pair.obstacles import Mismatch, Obstacles
from failover_fsm.pair.settings import Settings

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "data" / "device" / "hardware"
PAIR = read_config(ROOT / "models" / "active-standby.cfg")
GROUPS = read_config(ROOT / "models" / "active-active.cfg")

UNIT = """\
Cisco Adaptive Security Appliance Software Version 9.16(3)19
Hardware:   ASA5516, 8192 MB RAM, CPU Atom C2000 series 2416 MHz, 1 CPU (8 cores)
Internal ATA Compact Flash, 8000MB
 1: Ext: GigabitEthernet0/0  : address is 7872.5dce.e58c, irq 255
 2: Ext: GigabitEthernet0/1  : address is 7872.5dce.e58d, irq 255
 3: Ext: GigabitEthernet0/2  : address is 7872.5dce.e58e, irq 255
 4: Ext: GigabitEthernet0/3  : address is 7872.5dce.e58f, irq 255
 5: Ext: GigabitEthernet0/4  : address is 7872.5dce.e590, irq 255
 6: Ext: GigabitEthernet0/5  : address is 7872.5dce.e591, irq 255
Licensed features for this platform:
Failover                          : Active/Active  perpetual
Security Contexts                 : 2              perpetual
Name: "Storage Device 1", DESCR: "SSD"
PID: ASA-SSD       , VID: N/A     , SN: MSA1917883N
Mod  Card Type                                    Model              Serial No.
   0 ASA 5516-X                                   ASA5516            FCH16527A0V
"""

AFTERWARDS = "do not become a pair"


def said(change: tuple[str, str] = ("", ""), config: object = PAIR, text: str = UNIT) -> str:
    """What is said of a unit, and of the same with a change, one line for each point but what follows from them."""
    found = Inventories(
        primary=read_hardware(text),
        secondary=read_hardware(text.replace(*change) if change[0] else text),
        config=config,
    )  # type: ignore[arg-type]  # a PairConfig
    points = [
        f"{each.subject} {each.reason}: {each.remedy} ({each.rule})"
        for each in found.unlike()
        if AFTERWARDS not in each.reason
    ]
    return "\n".join([*points, *(f"{text} ({rule})" for text, rule in found.remarks())])


def test_two_units_alike_are_a_pair() -> None:
    assert said() == ""


@pytest.mark.parametrize(
    "change, expected",
    [
        (("ASA5516, 8192", "ASA5525, 8192"), "different models: ASA5516 and ASA5525: use two units alike (HW-2)"),
        (("8192 MB", "16384 MB"), "different amounts of RAM: 8192 MB and 16384 MB: use two units alike (HW-2)"),
        ((" 6: Ext", " 6: Int"), "different ports: 1 GigabitEthernet on the primary only"),
        (("ASA-SSD ", "ASA-NVME "), "different parts: 1 ASA-SSD on the primary only; 1 ASA-NVME on the secondary only"),
        (
            ("   0 ASA 5516-X", "   1 ASA 5516-X"),
            "different cards: 1 ASA5516 in slot 0 on the primary only; 1 ASA5516 in",
        ),
        (("9.16(3)19", "9.17(1)"), "software 9.16(3)19 and 9.17(1), which differ in more than maintenance"),
        (("9.16(3)19", "10.16(3)"), "(HW-5)"),
        (("9.16(3)19", "9.16(4)"), "differ in maintenance: failover stays on while a hitless upgrade goes on"),
        (("8000MB", "4000MB"), "do not fit on the secondary, synchronisation fails (HW-3)"),
        (("Active/Active  perp", "Disabled       perp"), "the secondary takes no part: its licence has no failover"),
        (("Hardware: ", "Software: "), "not told by the secondary, so not compared: model, RAM (HW-7)"),
    ],
)
def test_a_difference_is_one_point(change: tuple[str, str], expected: str) -> None:
    found = said(change)
    assert expected in found and found.count("\n") == 0


@pytest.mark.parametrize("config", [PAIR, GROUPS], ids=["active-standby", "active-active"])
def test_what_units_that_differ_do_is_explored(config: PairConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    """HW-7: as the model with the fault `mismatch` has it, and for each difference alike."""
    pair = Settings.of(config)
    ends = {ends_of(pair, each) for each in Mismatch}
    assert ends == {Ends(both_active=True, one_serves=True, taken_over=False)}
    other = UNIT.replace("8192 MB", "4096 MB").replace("GigabitEthernet0/5 ", "GigabitEthernet0/9 ")
    found = Inventories(primary=read_hardware(UNIT), secondary=read_hardware(other), config=config).unlike()
    (after,) = [each.reason for each in found if AFTERWARDS in each.reason]
    assert after == (
        f"{AFTERWARDS}: the one that comes second switches failover off by itself; two that boot together are both "
        "active; when an active unit stops, nobody takes over"
    )
    monkeypatch.setattr(unlike, "_differ", lambda _: Obstacles())  # units that are alike
    assert ends_of(pair).taken_over and not ends_of(pair).one_serves


def test_units_that_lack_a_port_only_are_a_pair_all_the_same() -> None:
    other = UNIT.replace("GigabitEthernet0/2 ", "GigabitEthernet0/9 ")
    found = Inventories(primary=read_hardware(UNIT), secondary=read_hardware(other), config=PAIR).unlike()
    assert found and not any(AFTERWARDS in each.reason for each in found)


def test_licences_of_an_active_active_pair() -> None:
    """HW-7: Active/Active asks for its own licence, and contexts for theirs; the admin context needs none."""
    assert said(config=GROUPS) == ""
    found = said(("Active/Active  perp", "Active/Standby perp"), GROUPS)
    assert (
        "the secondary takes no part: its licence is for Active/Standby failover, and the pair is Active/Active"
        in found
    )
    assert "license Active/Active failover on it (HW-7)" in found
    assert said(("Active/Active  perp", "Active/Standby perp"), PAIR) == ""
    found = said(("Contexts                 : 2", "Contexts                 : 1"), GROUPS)
    assert "its licence is for 1 security contexts, and the configuration has 3" in found


def test_a_port_that_a_unit_does_not_have() -> None:
    """HW-2: the ports of the configuration have to be there on both units."""
    found = said(("GigabitEthernet0/2 ", "GigabitEthernet0/9 "))
    assert "the secondary has no GigabitEthernet0/2: configure ports that both units have (HW-2)" in found


def check(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The status of `check` on the small pair, and what it prints."""
    try:
        status = main(["check", str(ROOT / "models" / "active-standby.cfg"), *words])
    except SystemExit as left:  # of the parser
        status = int(left.code or 0)
    told = capsys.readouterr()
    return status, told.out, told.err


def test_check_says_what_the_units_are_made_of(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """HW-2, HW-3: part of the answer, and of its JSON."""
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text(UNIT)
    other.write_text(UNIT.replace("8192 MB", "4096 MB").replace("8000MB", "4000MB"))
    words = ("--faults", "0", "--inventory", f"primary={one}", f"secondary={other}")
    status, told, advice = check(capsys, *words)
    assert (
        status == 1
        and "NO FAILOVER" in told
        and "different amounts of RAM: 8192 MB and 4096 MB" in " ".join(told.split())
    )
    assert advice.startswith("--inventory: Flash memory differs, 8000 MB and 4000 MB")
    status, told, _ = check(capsys, "--json", *words)
    assert status == 1 and "different amounts of RAM" in json.dumps(json.loads(told)["assessment"])


@pytest.mark.parametrize(
    "words, what",
    [
        (("primary=x", "primary=y"), "--inventory: names the primary twice; allowed: --inventory primary=FILE"),
        (("x", "y"), "cannot be `x`; allowed: primary=FILE secondary=FILE"),
        (("primary=", "secondary=y"), "cannot be `primary=`; allowed: primary=FILE secondary=FILE"),
        (("primary=x", str(ROOT / "models" / "active-standby.cfg")), "active-standby.cfg`; allowed: primary=FILE"),
        (("primary=missing.txt", "secondary=missing.txt"), "missing.txt"),
        (
            (f"primary={ROOT / 'LICENSE'}", f"secondary={ROOT / 'LICENSE'}"),
            "says nothing about a unit; allowed: the output of",
        ),
    ],
)
def test_bad_inventories_are_one_line(words: tuple[str, str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, told, error = check(capsys, "--inventory", *words)
    assert status == 2 and not told and what in error and error.count("\n") == 1


def test_an_inventory_is_about_a_pair(capsys: pytest.CaptureFixture[str]) -> None:
    model = str(ROOT / "models" / "active-standby.toml")
    assert main(["check", model, "--inventory", "primary=x", "secondary=y"]) == 2
    assert "--inventory: " in capsys.readouterr().err
