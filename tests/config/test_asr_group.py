"""`asr-group`: read, written, refused, and whether it takes effect (ASR-5, ASR-7 to ASR-9, ASR-11, ASR-13, ASR-14)."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from failover_fsm.cli import main
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.asymmetric import asr_groups, effect_of, takes_effect, without_http
from failover_fsm.config.records.pair_config import PairConfig, StatefulLink, Unit
from failover_fsm.config.values.errors import ConfigError

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests" / "traces" / "asr" / "example.cfg"
TEXT = EXAMPLE.read_text(encoding="utf-8")


def advice(text: str) -> list[tuple[str, str]]:
    return [(each.rule, each.text) for each in PairConfig.from_asa(text).advice if each.rule.startswith("ASR")]


def said(text: str) -> list[str]:
    config = PairConfig.from_asa(text)
    return [effect_of(config, group) for group in asr_groups(config)]


def test_the_worked_example_has_the_values_of_the_chapter() -> None:
    config = read_config(EXAMPLE)  # ASR-13, ASR-14
    assert config.unit is Unit.PRIMARY and config.stateful_link is StatefulLink.SHARED_FAILOVER
    assert config.lan is not None and (config.lan.name, str(config.lan.port)) == ("folink", "GigabitEthernet0/1")
    assert [(ip.address, ip.standby) for ip in config.interface_ips] == [("10.0.4.1", "10.0.4.11")]
    assert [group.preferred for group in config.groups] == [Unit.PRIMARY, Unit.SECONDARY]
    groups = {
        config.name_of(each): (config.group_of(each), each.asr_group, each.standby)
        for each in config.interfaces
        if each.nameif
    }
    assert groups == {
        "outsideISP-A": (1, 1, "192.168.1.2"), "admin/inside": (1, None, "10.1.0.11"),
        "outsideISP-B": (2, 1, "192.168.2.1"), "ctx1/inside": (2, None, "10.2.20.11"),
    }  # fmt: skip


def test_the_line_of_the_example_that_monitors_nothing_is_advice() -> None:
    text = TEXT.replace("changeto context ctx1\n", "monitor-interface outside\nchangeto context ctx1\n")
    assert any(each.rule == "CFG-27" and "outside" in each.text for each in PairConfig.from_asa(text).advice)  # ASR-14


def test_it_is_written_as_it_is_read() -> None:
    config = read_config(EXAMPLE)
    assert PairConfig.from_asa(config.to_asa(show_key=True)) == config
    assert config.to_asa().count("asr-group 1") == 2


@pytest.mark.parametrize("number", ["1", "32"])
def test_the_ends_of_the_range_are_taken(number: str) -> None:
    config = PairConfig.from_asa(TEXT.replace("asr-group 1", f"asr-group {number}"))
    assert [group.number for group in asr_groups(config)] == [int(number)]


@pytest.mark.parametrize("number", ["0", "33", "-1", "one", "99999", "1 2", ""])
def test_others_are_refused(number: str) -> None:
    with pytest.raises(ConfigError, match="asr-group"):
        PairConfig.from_asa(TEXT.replace("asr-group 1", f"asr-group {number}", 1))


def test_a_record_checks_the_range_too() -> None:
    with pytest.raises(ValueError, match="1 to 32"):
        attrs.evolve(read_config(EXAMPLE).interfaces[0], asr_group=33)


def test_a_second_one_replaces_the_first_and_no_takes_it_away() -> None:
    twice = PairConfig.from_asa(TEXT.replace(" asr-group 1\n", " asr-group 2\n asr-group 3\n", 1))
    assert [group.number for group in asr_groups(twice)] == [1, 3]  # ASR-11
    none = PairConfig.from_asa(TEXT.replace(" asr-group 1\n", " asr-group 1\n no asr-group 1\n"))
    assert asr_groups(none) == ()


def test_in_effect_but_for_http() -> None:
    assert said(TEXT) == [
        "asr-group 1 (outsideISP-A, outsideISP-B) takes effect, not for HTTP sessions of failover groups 1 and 2"
    ]
    assert advice(TEXT) == [
        (
            "ASR-7",
            "asr-group 1 drops HTTP packets that come back to the other unit: enter `replication http` in failover "
            "groups 1 and 2",
        )
    ]
    one = TEXT.replace("\n primary\n", "\n primary\n replication http\n")
    assert said(one)[0].endswith("not for HTTP sessions of failover group 2")
    both = one.replace("\n secondary\n", "\n secondary\n replication http\n")
    config = PairConfig.from_asa(both)
    assert said(both) == ["asr-group 1 (outsideISP-A, outsideISP-B) takes effect"] and advice(both) == []
    assert all(takes_effect(config, group) and without_http(config, group) == () for group in asr_groups(config))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (TEXT.replace("failover link folink\n", ""), "there is no Stateful Failover link"),
        (TEXT.replace("\nfailover\n", "\nno failover\n"), "failover is off"),
        (TEXT.replace(" asr-group 1\n", "", 1), "it has one member, which looks up no other interface"),
        ((ROOT / "tests/traces/asr/active-standby.cfg").read_text(encoding="utf-8"), "the pair is Active/Standby"),
    ],
)
def test_without_effect(changed: str, why: str) -> None:
    (words,) = said(changed)  # ASR-7, ASR-8
    assert words.endswith(f"has no effect: {why}") and advice(changed) == [("ASR-8", words)]


def test_nailed_translations_are_advised_against() -> None:
    nailed = TEXT.replace(
        "changeto context ctx1\n", "static (inside,outsideISP-A) 10.1.0.9 10.1.0.9 nailed\nchangeto context ctx1\n"
    )
    assert (
        "ASR-5",
        "`static` with `nailed` lets packets without a session pass: `asr-group` is more secure",
    ) in advice(nailed)
    assert not any(rule == "ASR-5" for rule, _ in advice(nailed.replace(" nailed", "")))
    assert not any(rule == "ASR-5" for rule, _ in advice(nailed.replace("static", "no static")))


def test_config_says_whether_it_takes_effect(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", str(EXAMPLE)]) == 0
    err = capsys.readouterr().err
    assert f"{EXAMPLE}:43: asr-group 1 (outsideISP-A, outsideISP-B) takes effect" in err
    assert main(["config", str(EXAMPLE.with_name("active-standby.cfg"))]) == 0
    assert capsys.readouterr().err.count("has no effect") == 1


@pytest.mark.slow
def test_check_says_so_too(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(EXAMPLE.with_name("active-standby.cfg"))
    main(["check", file, "--json", "--max-states", "50"])
    (found,) = json.loads(capsys.readouterr().out)["assessment"]["asymmetric_routing"]
    assert found["takes_effect"] is False and found["interfaces"] == ["outsideISP-A", "outsideISP-B"]
    main(["check", file, "--max-states", "50"])
    assert "asymmetric      asr-group 1 has no effect: the pair is Active/Standby" in capsys.readouterr().out
