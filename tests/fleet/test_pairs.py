"""Files put together into pairs, found below a directory or in a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.config.values.input_file import MAX_BYTES
from failover_fsm.fleet.list_file import ListError, read_list
from failover_fsm.fleet.pairs import Pair, paired
from failover_fsm.fleet.tree import names_in, read_tree
from failover_fsm.fleet.unit_file import UnitFile, names_failover

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "models" / "active-standby.cfg").read_text()
LINK = ("172.16.0.1", "172.16.0.2")


def unit(path: str, host: str = "", which: Unit = Unit.PRIMARY, link: tuple[str, str] | None = LINK) -> UnitFile:
    return UnitFile(path=path, host=host, unit=which, addresses=link)


def put(*units: UnitFile) -> list[tuple[str, ...]]:
    found = paired(units, {each.path: each.path for each in units})
    return [(*(each.path for each in pair.units), *(["error"] if pair.error else [])) for pair in found]


P, S = Unit.PRIMARY, Unit.SECONDARY


@pytest.mark.parametrize(
    "units, pairs",
    [
        # one host name and one link, in any order of the files
        ([unit("b", "fw", S), unit("a", "fw", P)], [("a", "b")]),
        # many pairs with the same addresses: the host name decides
        ([unit("1", "x", P), unit("2", "x", S), unit("3", "y", P), unit("4", "y", S)], [("1", "2"), ("3", "4")]),
        # a host name for each unit: the addresses decide where only two have them
        ([unit("a", "x-pri", P), unit("b", "x-sec", S)], [("a", "b")]),
        ([unit("a", "", P), unit("b", "", S)], [("a", "b")]),
        # one file of either unit is a pair
        ([unit("a", "x", P), unit("b", "y", P)], [("a",), ("b",)]),
        ([unit("a", "x", S)], [("a",)]),
        # two primaries may be copies of one: each is a pair, and nobody knows whose the secondary is
        ([unit("a", "x", P), unit("b", "x", P), unit("c", "x", S)], [("a",), ("b",), ("c", "error")]),
        # no link, nothing in common
        ([unit("a", "x", P, None), unit("b", "x", S, None)], [("a",), ("b",)]),
        # two host names that differ, one of the units of a third pair
        ([unit("a", "x", P), unit("b", "y", P), unit("c", "z", S)], [("a",), ("b",), ("c",)]),
    ],
)  # fmt: skip
def test_units_are_paired(units: list[UnitFile], pairs: list[tuple[str, ...]]) -> None:
    assert put(*units) == pairs


def test_a_file_that_cannot_be_used_is_a_pair_of_its_own() -> None:
    broken = UnitFile(path="a", error="a:1: what")
    assert put(broken, unit("b", "x", P), unit("c", "x", S)) == [("a", "error"), ("b", "c")]


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def pairs_in(folder: Path) -> tuple[list[Pair], int]:
    tree = read_tree(str(folder))
    return list(paired(tree.units, names_in(tree.units, str(folder)))), tree.others


def test_a_tree_of_rancid(tmp_path: Path) -> None:
    """Groups with `configs`, version control beside them, other devices among them."""
    head = "!RANCID-CONTENT-TYPE: cisco\n!\n!Chassis type: ASA5525\n!\n: Saved\n"
    write(
        tmp_path,
        asa__configs__fw1=head + TEXT,
        asa__configs__fw2=head + TEXT.replace("unit primary", "unit secondary"),
        asa__CVS__Entries=TEXT,
        asa__router_dot_db="fw1:cisco:up\n",
        lan__configs__sw1="!RANCID-CONTENT-TYPE: cisco\n!\nversion 15.2\nhostname sw1\n",
        lan___dot_git__x=TEXT,
    )
    (pair,), others = pairs_in(tmp_path)
    assert (pair.name, pair.host, pair.error) == ("asa/configs/fw1", "edge", "")
    assert [Path(each.path).name for each in pair.units] == ["fw1", "fw2"] and others == 2


def test_links_to_nothing_are_left_out_and_told(tmp_path: Path) -> None:
    write(tmp_path, a=TEXT)
    (tmp_path / "b").symlink_to(tmp_path / "gone")
    (tmp_path / "c").symlink_to(tmp_path / "a")
    (tmp_path / "d").mkdir()
    (tmp_path / "e").symlink_to(tmp_path / "d")
    tree = read_tree(str(tmp_path))
    assert tree.dangling == (str(tmp_path / "b"),)
    assert [Path(unit.path).name for unit in tree.units] == ["a", "c"]


def test_a_tree_of_oxidized(tmp_path: Path) -> None:
    """Comments of other show commands before the text, secrets replaced, a firewall that stands alone."""
    text = "! \n! Cisco Adaptive Security Appliance Software Version 9.16(4)\n! \n" + TEXT
    alone = (
        "hostname lone\ninterface GigabitEthernet0/0\n nameif outside\n ip address 10.0.0.1 255.0.0.0\nno failover\n"
    )
    write(tmp_path, dmz__fw1=text.replace("key *****", "key <secret hidden>"), dmz__lone=alone)
    (pair,), others = pairs_in(tmp_path)
    assert (pair.name, pair.error, others) == ("dmz/fw1", "", 1)


def test_a_configuration_in_parts_is_one_unit(tmp_path: Path) -> None:
    text = (ROOT / "models" / "active-active.cfg").read_text()
    system, _, contexts = text.partition("changeto context office\n")
    office, _, plant = contexts.partition("changeto context plant\n")
    write(tmp_path, edge__system_dot_cfg=system, edge__office_dot_cfg=office, edge__plant_dot_cfg=plant)
    (pair,), others = pairs_in(tmp_path)
    assert pair.name == "edge" and len(pair.files) == 3 and pair.structure is not None and others == 2


def test_names_are_short_where_they_differ(tmp_path: Path) -> None:
    write(tmp_path, a_dot_cfg=TEXT, b_dot_cfg=TEXT.replace("edge", "x"), b_dot_txt=TEXT.replace("edge", "y"))
    assert [pair.name for pair in pairs_in(tmp_path)[0]] == ["a", "b.cfg", "b.txt"]


def test_an_image_beside_configurations_is_another_file(tmp_path: Path) -> None:
    write(tmp_path, good=TEXT)
    with (tmp_path / "asa9-16.bin").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with (tmp_path / "large").open("wb") as file:
        file.write(b"!" * (MAX_BYTES + 1))
    pairs, others = pairs_in(tmp_path)
    assert [(pair.name, bool(pair.error)) for pair in pairs] == [("good", False), ("large", True)] and others == 1


def test_a_file_that_cannot_be_read_is_a_row(tmp_path: Path) -> None:
    write(tmp_path, good=TEXT, bad=TEXT.replace("standby 10.0.1.2", "standby 10.0.1.999"))
    found = {pair.name: pair.error for pair in pairs_in(tmp_path)[0]}
    assert not found["good"] and "bad:9" in found["bad"]


@pytest.mark.parametrize(
    "text, is_one",
    [("failover\n", True), ("x\n failover lan unit primary\n", True), ("no failover\n", False),
     ("failover is what we want\n", False), ("failover_link_failed\n", False), ("failover link x y\n", True)],
)  # fmt: skip
def test_units_are_told_from_other_texts(text: str, is_one: bool) -> None:
    assert names_failover(text.encode()) is is_one


def test_a_list_names_the_files_of_each_pair(tmp_path: Path) -> None:
    write(tmp_path, a=TEXT, b=TEXT.replace("unit primary", "unit secondary"))
    source = tmp_path / "list.tsv"
    source.write_text("name\tprimary\tsecondary\n# ours\n\nberlin\ta\tb\noslo\ta\t\nporto\tmissing\n")
    berlin, oslo, porto = read_list(str(source))
    assert (berlin.name, len(berlin.units), len(oslo.units)) == ("berlin", 2, 1)
    assert "missing: cannot be read" in porto.error and not berlin.error


@pytest.mark.parametrize(
    "text, told",
    [("a\n", "list.tsv:1: 1 of the columns"), ("a\tb\tc\td\n", ":1: 4 of"), ("a\tx\na\ty\n", ":2: a is listed twice"),
     ("\tx\n", ":1: 2 of"), ("\udcff", "not UTF-8")],
)  # fmt: skip
def test_a_list_that_is_none_gets_one_line(text: str, told: str, tmp_path: Path) -> None:
    source = tmp_path / "list.tsv"
    source.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ListError, match=told) as error:
        read_list(str(source))
    assert "allowed: " in str(error.value) and "\n" not in str(error.value)
