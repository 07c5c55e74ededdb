"""`show version`, `show inventory`, `show module`: published outputs are read as ntc-templates reads them."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from ntc_templates.parse import parse_output

from failover_fsm import device
from failover_fsm.device.inventory import Inventory, Part
from failover_fsm.device.modules import Card, Modules
from failover_fsm.device.version import Licence, PhysicalPort, Version

SAMPLES = Path(__file__).parents[1] / "data" / "device" / "hardware"
VERSIONS = sorted(SAMPLES.glob("*version*.txt"))
INVENTORIES = sorted(SAMPLES.glob("*inventory*.txt"))
MODULES = sorted(SAMPLES.glob("*module*.txt"))


def ntc(command: str, text: str) -> list[dict[str, str]]:
    """The rows of ntc-templates."""
    return list(parse_output(platform="cisco_asa", command=command, data=text))


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_version_is_read_as_ntc_templates_reads_it(path: Path) -> None:
    text = path.read_text()
    found, (row,) = device.read_version(text), ntc("show version", text)
    assert (found.software, found.manager, found.hostname) == (
        row["version"],
        row["device_mgr_version"],
        row["hostname"],
    )
    assert (found.image or "", found.serial or "") == (row["image"], "".join(row["serial"]))
    assert (found.model or "") == row["hardware"].split(",")[0]
    assert (f"{found.flash}MB" if found.flash else "") == row["flash"]
    assert f"{found.memory} MB RAM" in row["hardware"] or found.memory is None
    assert [port.name for port in found.ports] == row["interfaces"]
    licences = {each.feature: each.value for each in found.licences}
    assert licences["Failover"] == row["failover"] and licences.get("Cluster", "") == row["cluster"]


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: path.stem)
def test_an_inventory_is_read_as_ntc_templates_reads_it(path: Path) -> None:
    text = path.read_text()
    found, rows = device.read_inventory(text), ntc("show inventory", text)
    assert [(each.name, each.description, each.product, each.version, each.serial or "") for each in found.parts] == [
        (row["name"], row["descr"], row["pid"].strip(), row["vid"], row["sn"]) for row in rows
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_cards_are_read_as_ntc_templates_reads_them(path: Path) -> None:
    text = path.read_text()
    found, rows = device.read_modules(text), ntc("show module", text)
    cards = [(each.slot, each.type, each.serial) for each in found.cards if each.model != "N/A"]
    known = [(row["module"], row["cardtype"], row["serial"]) for row in rows]
    assert cards and all(any(row[0] == card[0] and card[1] in f"{row[1]} " for row in known) for card in cards)
    assert not found.unread


RECORDS = (
    (
        device.write_version,
        device.read_version,
        Version(
            software="9.16(3)19", space="system", manager="7.18(1)152", image="disk0:/a.SPA", hostname="edge",
            uptime="1 year 97 days", model="ASA5516", memory=8192, cpu="Atom C2000 series 2416 MHz, 1 CPU (8 cores)",
            flash=8000, serial="JAD222605K8",
            ports=(PhysicalPort(number=1, where="Ext", name="GigabitEthernet1/1", mac="7872.5dce.e58c", irq=255),),
            licences=(Licence("Failover", "Active/Active", "perpetual"), Licence("Security Contexts", "2", "12 days")),
            shared=(Licence("Failover", "Active/Active"),),
        ),
    ),
    (device.write_version, device.read_version, Version(model="ASAv", model_id="ASAv10")),
    (
        device.write_inventory,
        device.read_inventory,
        Inventory(
            parts=(
                Part(name="Chassis", description="ASA 5506-X", product="ASA5506", version="V01", serial="JMX1"),
                Part(name="Storage Device 1", description="SSD", product="ASA5506-SSD", version="N/A"),
            )
        ),
    ),
    (
        device.write_modules,
        device.read_modules,
        Modules(cards=(Card(slot="0", type="ASA 5515-X with SW, 4 GE Data", model="ASA5515", serial="FCH1"),)),
    ),
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(RECORDS)))
def test_a_record_is_read_as_it_was_written(number: int) -> None:
    write, read, record = RECORDS[number]
    assert read(write(record)) == record  # type: ignore[operator]  # each reader with its writer
    assert not read(write(record)).unread  # type: ignore[operator]


def test_one_text_with_all_three_outputs() -> None:
    """HW-2: what a unit is made of, from everything that was pasted."""
    names = ("version3", "inventory2", "module_02")
    text = "\n".join(next(SAMPLES.glob(f"*{name}.txt")).read_text() for name in names)
    found = device.read_hardware(text)
    assert found.says_anything and found.model == "ASA5516"
    assert found.port_types == {"GigabitEthernet": 8, "Management": 1}
    assert found.cards == (("0", "ASA5515"), ("sfr", "ASA5515")) and found.parts == {"ASA5506-SSD": 1}
    assert found.licence("failover") == "Active/Active" and found.licence("Teleport") is None


def test_ports_inside_count_where_there_are_no_others() -> None:
    text = "4099: Int: Internal-Data0/0    : address is 0015.a500.00bf, irq 11\n"
    assert device.read_hardware(text).ports == ("Internal-Data0/0",)
    outside = "1: Ext: Management0/0    : address is 0015.a500.00bf, irq 11\n"
    assert device.read_hardware(text + outside).ports == ("Management0/0",)


def test_a_text_of_other_things_says_nothing() -> None:
    assert not device.read_hardware("interface GigabitEthernet0/0\n nameif inside\n").says_anything
    chassis = device.read_hardware('Name: "Chassis", DESCR: "x"\nPID: ASA5506 , VID: V01 , SN: J1\n')
    assert chassis.model == "ASA5506" and not chassis.parts
    assert attrs.evolve(chassis.version, model="ASAv").model == "ASAv"


@pytest.mark.parametrize(
    "text, model",
    [
        ("Cisco Adaptive Security Appliance Software Version 9.9(2)32 \n", None),
        ("Hardware:   ASA5516, 8192 MB RAM, CPU Atom C2000 series 2416 MHz, 1 CPU (8 cores)\n", "ASA5516"),
        ("Hardware:   ASAv, 2048 MB RAM, CPU Xeon 4100 series 2300 MHz,\nModel Id:   ASAv10\n", "ASAv10"),
        ('Name: "power supply 0", DESCR: "AC"\nPID: ASA-PWR-AC , VID: N/A , SN: 1\n', None),
        ('Name: "power supply 0", DESCR: "AC"\nPID: ASA-PWR-AC , VID: N/A , SN: 1\n'
         'Name: "Chassis", DESCR: "ASA 5545-X"\nPID: ASA5545 , VID: V01 , SN: J1\n', "ASA5545"),
        ("Mod  Card Type                                    Model              Serial No.\n"
         "---- -------------------------------------------- ------------------ -----------\n"
         "   0 ASA 5515-X with SW, 6 GE Data, 1 GE Mgmt, AC ASA5515            FCH1\n", None),
    ],
)  # fmt: skip
def test_one_line_says_something_and_only_some_lines_name_the_model(text, model) -> None:
    """HW-2: a virtual unit has a model id, which says more than its model."""
    found = device.read_hardware(text)
    assert found.says_anything and found.model == model


def test_a_version_is_written_like_a_device_writes_it() -> None:
    """The lines of a capture, without the columns of its licences."""
    capture = (SAMPLES / "cisco_asa_show_version3.txt").read_text()
    written = device.write_version(device.read_version(capture)).splitlines()
    lines = [" ".join(line.replace(":", " : ").split()) for line in capture.splitlines()]
    assert {" ".join(line.replace(":", " : ").split()) for line in written} <= {*lines}
    unread = [each.text for each in device.read_version(capture).unread]
    assert unread[:2] == [
        "Firepower Extensible Operating System Version 2.3(1.121)", "Compiled on Mon 05-Nov-18 13:32 PST by builders",
    ]  # fmt: skip
    begins = [written.index(f"{head} for this platform:") for head in (
        "Licensed features", "Failover cluster licensed features")]  # fmt: skip
    assert [written[place - 1] for place in begins] == ["", ""] and written[-2] == ""
    assert device.write_version(Version(model="ASAv")) == "Hardware:   ASAv\n"


@pytest.mark.parametrize(
    "name, read, write, last",
    [
        ("module_02", device.read_modules, device.write_modules, 6),
        ("inventory2", device.read_inventory, device.write_inventory, 6),
    ],
)
def test_cards_and_parts_are_written_like_a_device_writes_them(name, read, write, last) -> None:
    """The lines of a capture, without its columns; a table of cards is the first of the tables of the command."""
    capture = next(SAMPLES.glob(f"*{name}.txt")).read_text().splitlines()[:last]
    capture = [" ".join(line.split()) for line in capture if not line.startswith("show_inventory")]
    assert [" ".join(line.split()) for line in write(read("\n".join(capture))).splitlines() if line] == [
        line for line in capture if line
    ]


def test_pastes_that_begin_in_the_middle() -> None:
    inventory = device.read_inventory("PID: ASA5506 , VID: V01 , SN: J1\nx y\n")
    assert inventory.parts == () and [(each.number, each.text) for each in inventory.unread] == [(2, "x y")]
    modules = device.read_modules(
        "   0 ASA 5515-X ASA5515 FCH1\nMod  Status  Data Plane Status  Compatibility\n 0 Up Sys\n"
    )
    assert modules.cards == ()
    head = "Mod  Card Type                                    Model              Serial No.\n"
    assert device.read_modules(head + "   0 Unknown\n").cards == ()  # a row that is cut off


def test_licences_belong_to_the_unit_until_the_text_says_otherwise() -> None:
    unit, pair = "Failover : Active/Active perpetual\n", "Failover : Active/Standby perpetual\n"
    own, both = "Licensed features for this platform:\n", "Failover cluster licensed features for this platform:\n"
    for text in (unit, own + unit, own + unit + both + pair, both + pair + own + unit):
        found = device.read_version(text)
        assert [each.value for each in found.licences] == ["Active/Active"]
        assert [each.value for each in found.shared] == (["Active/Standby"] if pair in text else [])


def test_lines_of_small_devices() -> None:
    """A comma at the end of the line of the hardware, and numbers of VLANs that say what the DMZ may do."""
    found = device.read_version(
        "Hardware:   ASA5505, 512 MB RAM, CPU Geode 500 MHz,\n"
        "Licensed features for this platform:\n"
        "VLANs                             : 20             DMZ Unrestricted\n"
        "VLANs                             : 3, DMZ Restricted\n"
    )
    assert (found.model, found.memory, found.cpu) == ("ASA5505", 512, "Geode 500 MHz")
    assert found.licences == (Licence("VLANs", "20", "DMZ Unrestricted"), Licence("VLANs", "3", "DMZ Restricted"))
    assert found.unread == ()
