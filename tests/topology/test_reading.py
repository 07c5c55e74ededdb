"""Topologies as they are written: what they say, and the one line about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.pair.states import Interface, LinkState
from failover_fsm.topology import NAMED, PlanError, plan_of
from failover_fsm.topology.reading import TopologyFileError, read_topology
from tests.pairs import settings
from tests.topology.drawings import NAMES, broken, laid


@pytest.mark.parametrize(
    ("table", "what", "allowed"),
    [
        ("figure-13-9", "there is no topology 'figure-13-9'", "figure-13-1"),
        (7, "topology must be a name or a table", "[topology]"),
        ({}, "the failover link is not drawn", "failover-link ="),
        ({"failover-link": "cable", "failover": "x"}, "unknown key 'failover'", "failover-link, stateful-link"),
        ({"failover-link": []}, "failover-link must be a way", '"switch-1 switch-2"'),
        ({"failover-link": [1]}, "failover-link must be a way", '"cable"'),
        ({"failover-link": ""}, "'' is no way", "switches with blanks"),
        ({"failover-link": "a a"}, "'a a' is no way", "switches with blanks"),
        ({"failover-link": "a cable"}, "'cable' cannot name a switch", "crossover-cable"),
        ({"failover-link": "a primary"}, "'primary' cannot name a switch", "crossover-cable"),
        ({"failover-link": "cable-3"}, "'cable-3' cannot name a switch", "switches with blanks"),
        ({"failover-link": "-a"}, "'-a' cannot name a switch", "switches with blanks"),
        ({"failover-link": ["cable"] * 9}, "failover-link: 9 ways", "at most 8"),
        ({"failover-link": " ".join(f"s{n}" for n in range(65))}, "65 switches", "at most 64"),
        ({"failover-link": "cable", "portfast": 1}, "portfast must be true or false", "true, false"),
        ({"failover-link": "cable", "interfaces": 1}, "interfaces must be a table", "[topology.interfaces]"),
        ({"failover-link": "cable", "interfaces": {"dmz": "a"}}, "there is no interface 'dmz'", "outside, inside"),
        ({"failover-link": "cable", "inter-switch-links": ["a"]}, "joins two switches", '"switch-1 switch-2"'),
        ({"failover-link": "cable", "inter-switch-links": "a b"}, "must be a list of words", "inter-switch-links ="),
        ({"failover-link": "cable", "devices": {"inside": ["x"]}}, "unknown key 'inside'", "failover-link"),
        ({"failover-link": "a", "devices": {"failover-link": ["pc"]}}, "(LNK-6)", "no other device"),
        (
            {"failover-link": "a", "stateful-link": "b", "devices": {"stateful-link": ["pc"]}},
            "pc is on the segment of the stateful-link (LNK-12)",
            "no other device",
        ),
    ],
)
def test_a_drawing_that_means_nothing_is_refused(table: object, what: str, allowed: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan_of(table, "own.toml", NAMES).laid(settings(2))
    assert what in caught.value.what and allowed in caught.value.allowed


def test_a_table_says_everything_a_drawing_has() -> None:
    table = {
        "failover-link": ["a", "b"], "stateful-link": "c", "data": "d", "interfaces": {"outside": ["e f", "cable"]},
        "inter-switch-links": ["a b"], "devices": {"failover-link": []},
    }  # fmt: skip
    pair = laid(plan_of(table, "own.toml", NAMES), settings(2, stateful=StatefulLink.DEDICATED))
    assert pair.topology is not None
    assert pair.topology.elements == (
        *"abcefd", *(f"cable-{number}" for number in range(1, 12)), "inter-switch-link-1", "inter-switch-link-2",
    )  # fmt: skip
    state = broken(pair, "a")
    assert state.links.failover is LinkState.GOOD
    assert broken(pair, "a", "b").links.failover is LinkState.CUT
    assert broken(pair, "c").links.stateful is LinkState.CUT
    assert broken(pair, "f", "e").interfaces[0] == Interface(), "the direct cable is the other member"
    assert broken(pair, "cable-1", "cable-4").links.failover is LinkState.GOOD, "by the inter-switch link"


def test_only_a_stateful_link_of_its_own_is_drawn() -> None:
    plan = plan_of({"failover-link": "cable", "stateful-link": "switch-1"}, "x", NAMES)
    topology = laid(plan, settings(1, stateful=StatefulLink.SHARED_FAILOVER)).topology
    assert topology is not None and topology.elements == ("cable-1",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "own.toml:1: topology must be a name or a table"),
        ("topology = 'figure-13-0'", "own.toml:1: there is no topology 'figure-13-0'"),
        ("[topology]\nfailover-link = 'cable'\nx = 1", "own.toml:3: unknown key 'x'"),
        ("[topology", "own.toml: not TOML"),
        ("title = x", "own.toml:1: not TOML"),
        ("\0", "own.toml:1: not TOML"),
    ],
)
def test_a_file_without_a_topology_is_one_line(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TopologyFileError) as caught:
        read_topology("own.toml", NAMES)
    assert str(caught.value).startswith(message) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere.toml", ".", "a\0b", "", " "])
def test_a_file_that_cannot_be_read_is_one_line(name: str) -> None:
    with pytest.raises(TopologyFileError) as caught:
        read_topology(name, NAMES)
    assert "allowed:" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"data": {"a": "b"}}, "data must be a way from the primary to the secondary"),
        ({"data": ["a", 1]}, "data must be a way from the primary to the secondary"),
        ({"data": 7}, "data must be a way from the primary to the secondary"),
        ({"stacks": ["a b", 1]}, "stacks must be a list of words"),
        ({"stacks": {"a b": "c"}}, "stacks must be a list of words"),
        ({"hosts": {"esx": ["primary"]}}, "esx must name the units that run on this host"),
        ({"hosts": {"esx": "primary primary"}}, "esx must name the units that run on this host"),
        ({"hosts": {"esx": "primary third"}}, "esx must name the units that run on this host"),
        *(
            ({"carries": {"a b": wrong}}, "a b must be a list of interfaces, links and VLANs")
            for wrong in ("10", 10, [True], [1.5], [[10]], ["inside", 1.5], {"inside": 1})
        ),
        ({"carries": {"a": ["inside"]}}, "carries: 'a' does not name two switches"),
        ({"carries": {"a b c": ["inside"]}}, "carries: 'a b c' does not name two switches"),
        ({"links": {"a": ["fibre"]}}, "links: 'a' does not name two switches"),
        ({"links": {"a b": ["fibre-1"], "b a": ["fibre-2"]}}, "links: 'b a' names the same switches as 'a b'"),
        ({"links": {"a  b": ["fibre-1"], "a b": ["fibre-2"]}}, "links: 'a b' names the same switches as 'a b'"),
        ({"carries": {"a b": ["inside"], "b a": ["outside"]}}, "carries: 'b a' names the same switches as 'a b'"),
        ({"hosts": {"h1": "primary", "h2": "secondary primary"}}, "the primary runs on h1 and on h2"),
    ],
)
def test_a_key_with_a_value_of_another_kind_is_refused(more: dict[str, object], what: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan_of({"failover-link": "a b", **more}, "own.toml", NAMES)
    assert caught.value.what == what and caught.value.allowed


def test_a_topology_that_ships_has_its_own_name_and_no_file() -> None:
    for name in NAMED:
        plan = plan_of(name, "own.toml", NAMES)
        assert (plan.name, plan.source) == (name, None) and plan == read_topology(name, NAMES)
    assert plan_of("figure-13-4", "own.toml", NAMES).source is None


def test_a_file_is_known_by_its_name_and_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    own = tmp_path / "sub" / "own.toml"
    own.write_text('\ufeff[topology]\nfailover-link = "cable"\nportfast = false\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for plan in (read_topology("own.toml", NAMES, tmp_path / "sub"), read_topology(str(own), NAMES)):
        assert (plan.name, plan.source, plan.portfast) == ("own.toml", str(own), False)
    assert read_topology("sub/own.toml", NAMES).source == str(Path("sub") / "own.toml")


NO_FILE = "cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (" ", "a topology without a name; allowed: figure-13-1, "),
        ("nowhere", f"nowhere: {NO_FILE}; allowed: "),
        (
            "figure-13-44",
            "figure-13-44: cannot be read: No such file or directory, did you mean figure-13-4; allowed: figure-13-4, ",
        ),
        (
            "figure-13.tom",
            "figure-13.tom: cannot be read: No such file or directory, did you mean figure-13.toml; allowed: ",
        ),
        (
            "two-sitess",
            "two-sitess: cannot be read: No such file or directory, did you mean two-sitess.toml; allowed: ",
        ),
        ("figure-13.toml", "figure-13.toml: not UTF-8; allowed: "),
        ("stack.toml", "stack.toml:3: a stack has two or more switches; allowed: stacks = ["),
        ("carries.toml", "carries.toml:5: carries: 'a' does not name two switches; allowed: "),
        ("links.toml", "links.toml:5: links: 'a' does not name two switches; allowed: "),
        ("twice.toml", "twice.toml:5: links: 'b a' names the same switches as 'a b'; allowed: one entry for each"),
        ("hosts.toml", "hosts.toml:5: the primary runs on h1 and on h2; allowed: one host for each unit"),
        ("device.toml", "device.toml:5: failover-link must be a list of words; allowed: failover-link = ["),
        ("port.toml", "port.toml:5: failover-link must be a way from the primary to the secondary; allowed: "),
        ("inline.toml", "inline.toml:4: failover-link must be a list of words; allowed: failover-link = ["),
    ],
)
def test_what_is_no_topology_is_told_in_one_line(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = '[topology]\nfailover-link = "a b"\n'
    monkeypatch.chdir(tmp_path)
    Path("figure-13.toml").write_bytes(b"[topology]\n# \xff\n")
    Path("two-sitess.toml").touch()
    links = '[topology.links]\n"a b" = ["fibre-1"]\n"b a" = ["fibre-2"]\n'
    Path("twice.toml").write_text(head + links, encoding="utf-8")
    hosts = '[topology.hosts]\nh1 = "primary"\nh2 = "primary"\n'
    Path("hosts.toml").write_text(head + hosts, encoding="utf-8")
    same_key = 'stateful-link = "c"\n[topology.{}]\nfailover-link = 3\n'
    for name_of_file, table in (("device.toml", "devices"), ("port.toml", "ports")):
        Path(name_of_file).write_text(head + same_key.format(table), encoding="utf-8")
    Path("inline.toml").write_text(f'{head}portfast = true\ndevices = {{ failover-link = "pc" }}\n', encoding="utf-8")
    Path("stack.toml").write_text(f'{head}stacks = ["a"]\n', encoding="utf-8")
    for key in ("carries", "links"):
        Path(f"{key}.toml").write_text(f'{head}portfast = true\n[topology.{key}]\na = ["b"]\n', encoding="utf-8")
    with pytest.raises(TopologyFileError) as caught:
        read_topology(name, NAMES)
    assert str(caught.value).startswith(message) and str(caught.value).endswith(
        ("a TOML file", "]", "switches", "unit", "redundant interface")
    )
