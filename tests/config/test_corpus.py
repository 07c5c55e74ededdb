"""A corpus of configurations: each is read, printed, read again equal, and gets a verdict.

The generated ones come with what they say, which the reader must agree with; the public ones are as published.
"""

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from failover_fsm.analysis.verify import check
from failover_fsm.checker import Verdict
from failover_fsm.commands.files import BadInput
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig, StatefulLink
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.pair.settings import Settings
from tests.config.corpus import DATA, PUBLIC, SEEDS, as_pair, shape, standing
from tests.config.generator import PLATFORMS, VERSIONS, Printed, generate
from tests.patience import one_in


@cache
def printed(seed: int) -> Printed:
    return generate(seed)


@cache
def config_of(seed: int) -> PairConfig:
    return PairConfig.from_asa(printed(seed).text, source=f"seed {seed}")


# -- generated -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_device_prints_is_read_as_it_was_meant(seed: int) -> None:
    said, config = printed(seed), config_of(seed)
    assert (config.product, config.software, config.hostname) == ("ASA", said.version, f"fw{seed}")
    assert (config.multiple_context, config.enabled) == (said.multiple, True)
    assert config.unit.value == said.unit
    assert all(config.is_transparent(each.context) == said.transparent for each in said.data)
    assert config.lan is not None and config.lan.port.full_name == said.lan_port
    assert (config.unit_poll.poll_ms, config.unit_poll.hold_ms) == said.unit_poll
    assert {group.number: group.preferred.value for group in config.groups} == said.groups
    policies = [group.interface_policy for group in config.groups] or [config.interface_policy]
    assert {str(policy) for policy in policies} == {said.policy}
    assert config.gaps == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_data_interfaces_are_those_that_were_meant(seed: int) -> None:
    said, config = printed(seed), config_of(seed)
    found = {
        (each.context, each.nameif, each.port.full_name, each.monitored, config.has_standby_address(each))
        for each in config.interfaces
        if each.nameif
    }
    assert found == {(each.context, each.name, each.place, each.monitored, each.standby) for each in said.data}
    settings = Settings.of(config)
    assert len(settings.counted) == sum(each.monitored and each.standby for each in said.data)
    assert [context.name for context in config.contexts] == sorted(said.contexts)
    if said.groups:
        assert {name: config.context_group(name) for name in said.contexts} == said.contexts


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ports_carry_what_was_meant(seed: int) -> None:
    said, config = printed(seed), config_of(seed)
    wanted: dict[str, set[str]] = defaultdict(set)
    for each in said.data:
        wanted[each.carrier].add(each.name)
    found = {port.port.full_name: {f"{each.nameif}" for each in port.interfaces} for port in config.ports()}
    assert {port: names for port, names in found.items() if names} == wanted
    [link] = [port.port.full_name for port in config.ports() if port.failover_link]
    assert link == ("Ethernet0/7" if said.lan_port == "Vlan100" else said.lan_port)
    stateful = [port.port.full_name for port in config.ports() if port.stateful_link]
    assert stateful == ([said.state_port] if said.state_port else [])
    kinds = {None: StatefulLink.NONE, said.lan_port: StatefulLink.SHARED_FAILOVER}
    assert config.stateful_link is kinds.get(said.state_port, StatefulLink.DEDICATED)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_generated_configuration_reads_back_equal(seed: int) -> None:
    config = config_of(seed)
    for everything in (False, True):
        assert PairConfig.from_asa(config.to_asa(all=everything, show_key=True)) == config


@pytest.mark.parametrize("seed", SEEDS)
def test_advice_on_a_printed_configuration_has_a_line_and_no_slip(seed: int) -> None:
    """Nothing that a device prints is passed over with a remark, and what is advised stands somewhere."""
    for each in config_of(seed).advice:
        assert "passed over" not in each.text and "no command" not in each.text, each
        assert each.line is not None or each.rule in ("IFM-20", "CFG-36"), each


def test_the_corpus_is_as_wide_as_it_claims() -> None:
    every = [printed(seed) for seed in SEEDS]
    assert {each.version for each in every} == set(VERSIONS)
    assert {each.platform.name for each in every} == {each.name for each in PLATFORMS}
    assert {(each.multiple, each.transparent, bool(each.groups)) for each in every} == {
        (False, False, False), (False, True, False), (True, False, False), (True, True, False), (True, False, True),
        (True, True, True),
    }  # fmt: skip
    sizes = {len(each.data) for each in every}
    assert min(sizes) == 1 and max(sizes) == 64
    carriers = {data.carrier.rstrip("0123456789") for each in every for data in each.data}
    assert {"Port-channel", "Redundant", "GigabitEthernet0/", "Ethernet1/"} <= carriers
    assert any(each.bridged for each in every) and any(each.transparent and not each.bridged for each in every)
    assert any("#" in each.text for each in every if each.multiple)
    assert len({each.text for each in every}) == len(SEEDS)


# -- public ----------------------------------------------------------------------------------------


def test_there_are_enough_public_ones() -> None:
    assert len(PUBLIC) >= 40


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
def test_a_public_configuration_reads_back_equal(path: Path) -> None:
    config = read_config(path)
    for everything in (False, True):
        assert PairConfig.from_asa(config.to_asa(all=everything, show_key=True)) == config


def test_public_configurations_hold_what_one_sees_in_them() -> None:
    named = {
        "batfish_asa_interface_redundant.cfg": ["redundant1sub", "redundant2sub"],
        "batfish_asa_filters.cfg": ["name1", "name2", "name3", "name4", "name5"],
        "batfish_port_channel_nameif.cfg": ["inside"],
        "gns3_asa_pri.cfg": ["inside", "inside2", "outside", "outside2"],
        "designs_fpr4150_primary.cfg": ["management", "OutsideC1", "InsideC1", "OutsideC2", "InsideC2"],
    }
    for name, names in named.items():
        config = read_config(DATA / "public" / name)
        assert [each.nameif for each in config.interfaces if each.nameif] == names, name


# -- verdicts --------------------------------------------------------------------------------------


def kind_of(config: PairConfig) -> tuple[bool, bool, int]:
    """Groups or not, a stateful link of its own or not, and no, one or several interfaces that count."""
    settings = Settings.of(config)
    return bool(settings.groups), settings.stateful is StatefulLink.DEDICATED, min(len(settings.counted), 2)


ONE_OF_EACH_KIND = (0, 1, 2, 3, 7, 10, 16, 21, 39, 46, 57)
"""The first seed of each kind of pair."""


def test_every_kind_of_pair_occurs() -> None:
    first = {kind_of(config_of(seed)): seed for seed in reversed(SEEDS)}
    assert tuple(sorted(first.values())) == ONE_OF_EACH_KIND


@pytest.mark.slow
@pytest.mark.parametrize("seed", ONE_OF_EACH_KIND[:: one_in(4)])
def test_a_generated_pair_of_each_kind_gets_a_verdict(seed: int) -> None:
    assert check(config_of(seed), faults=1).verdict is Verdict.HOLDS


def test_what_public_configurations_are() -> None:
    """Most are of single units: those are no pairs as they are, and `check` says so (see the README of the data)."""
    found = Counter(standing(read_config(path)) for path in PUBLIC)
    assert found == {"pair": 6, "half a pair": 3, "single unit": 40}


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
def test_every_public_configuration_is_answered_for_what_it_is(path: Path) -> None:
    config = read_config(path)
    if standing(config) == "single unit":
        with pytest.raises(BadInput, match="no failover link"):
            scenario_of(str(path))
        with pytest.raises(ConfigError, match="no failover link"):
            check(config)
    else:
        assert bool(scenario_of(str(path)).config.gaps) is (standing(config) == "half a pair")


def test_a_single_unit_becomes_a_pair_with_its_own_interfaces_and_ports() -> None:
    config = read_config(DATA / "public" / "batfish_asa_interface_redundant.cfg")
    pair = as_pair(config)
    assert [each.nameif for each in pair.interfaces] == [each.nameif for each in config.interfaces]
    assert {each.port.full_name for each in pair.ports()} > {each.port.full_name for each in config.ports()}
    assert PairConfig.from_asa(pair.to_asa(show_key=True)) == pair
    for path in PUBLIC:
        config = as_pair(read_config(path))
        addressed = [each for each in config.interfaces if each.nameif and each.address]
        assert config.gaps or len(addressed) - sum(map(config.has_standby_address, addressed)) <= 1, path.name


SHAPES = {shape(pair): path for path in PUBLIC if not (pair := as_pair(read_config(path))).gaps}
"""A public configuration of each shape; whole ones, and those of single units made pairs."""


@pytest.mark.slow
@pytest.mark.parametrize("path", list(SHAPES.values())[:: one_in(2)], ids=lambda path: path.name)
def test_every_public_configuration_gets_a_verdict(path: Path) -> None:
    """Every one of the others has the shape of one of these."""
    assert check(as_pair(read_config(path))).verdict is Verdict.HOLDS
