"""Public parsers read what is printed: of every settled state their rows are those of the model.

ntc-templates comes with the extra `test`. genie, pyntc and pygrok come with the extra `oracle`, which is large and slow
to install: `.ci/run` makes an environment for them, elsewhere their tests say so and skip.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from failover_fsm.device.commands import show
from failover_fsm.device.memory import GroupMemory, UnitMemory
from failover_fsm.device.moment import STATUS_NAMES, Moment
from failover_fsm.device.words import peer_state, state_name
from failover_fsm.pair.health import Status, status
from failover_fsm.pair.states import PeerContact, State, Unit
from failover_fsm.trace import run as trace_run
from failover_fsm.trace.player import load, play
from tests.device.settled import settled_states
from tests.patience import PATIENT

ROOT = Path(__file__).parents[2]
MOST = {"active-standby": None if PATIENT else 150, "active-active": None}
"""So many settled states; an Active/Standby pair has thousands that print a few hundred texts."""


def texts(name: str) -> Iterator[tuple[str, Moment, Unit]]:
    """Each text once that a unit prints in a settled state, with the first such state."""
    scenario, states = settled_states(name, MOST[name])
    memory = UnitMemory(groups=(GroupMemory(last_failover=0),) * scenario.settings.group_count,
                        heard_active=(0,) * scenario.settings.group_count)  # fmt: skip
    seen = set()
    for state in states:
        moment = Moment(
            state=state, settings=scenario.settings, config=scenario.config, memories=dict.fromkeys(Unit, memory)
        )
        for unit in Unit:
            text = show("show failover", moment, unit)
            if state.unit(unit).powered and text not in seen:
                seen.add(text)
                yield text, moment, unit


def expected(state: State, moment: Moment, unit: Unit) -> dict[str, list[str]]:
    """The states and conditions that the model has, both hosts, as ntc-templates names them."""
    own, peer = state.unit(unit), state.unit(unit.peer)
    numbers = range(moment.settings.group_count)
    heard = own.contact in (PeerContact.LINK, PeerContact.DATA)
    found = {
        "service_state": [state_name(own, index) for index in numbers],
        "service_state_mate": [peer_state(own, peer, index) for index in numbers],
    }
    for which, suffix in ((unit, ""), (unit.peer, "_mate")):
        conditions = [
            status(state, moment.settings, which, index) if heard or which is unit else Status.UNKNOWN
            for index in range(len(moment.settings.ports))
        ]
        found[f"interfaces_status{suffix}"] = [
            STATUS_NAMES[Status.NORMAL if each is Status.WAITING else each] for each in conditions
        ]
        found[f"interfaces{suffix}"] = [port.name.rpartition("/")[2] for port in moment.settings.ports]
    return found


@pytest.mark.parametrize("name", MOST)
def test_ntc_templates_reads_every_settled_state(name: str) -> None:
    parse = pytest.importorskip("ntc_templates.parse").parse_output
    count = 0
    for text, moment, unit in texts(name):
        (row,) = parse(platform="cisco_asa", command="show failover", data=text)
        own = moment.state.unit(unit)
        assert (row["state"], row["role"]) == ("On" if own.enabled else "Off", unit.value.capitalize())
        assert row["lan_intf_state"] == ("up" if own.contact is PeerContact.LINK else "failed")
        assert (row["lan_intf_name"], row["lan_intf"]) == ("folink", moment.config.lan.port.full_name)
        for key, value in expected(moment.state, moment, unit).items():
            assert row[key] == value, (key, text)
        count += 1
    assert count > 20


# -- the extra `oracle` ----------------------------------------------------------------------------

WITHOUT = "not installed: pip install -e '.[oracle]', about 700 MB"


def test_pyntc_reads_the_state_of_the_unit_and_of_its_peer() -> None:
    device = pytest.importorskip("pyntc.devices.asa_device", reason=WITHOUT).ASADevice
    for name in MOST:
        for text, moment, unit in texts(name):
            asa = device.__new__(device)
            asa.host = "edge"
            asa.show = lambda command, expect_string=None, text=text: text
            own, peer = moment.state.unit(unit), moment.state.unit(unit.peer)
            mine = [state_name(own, index).lower() for index in range(moment.settings.group_count)]
            theirs = [peer_state(own, peer, index).lower() for index in range(moment.settings.group_count)]
            assert asa.redundancy_mode in ("on", "off")
            assert asa.redundancy_state in mine and asa.peer_redundancy_state in theirs
            if "active" in mine:
                assert asa.redundancy_state == "active"


def test_genie_reads_every_active_standby_state_but_for_its_known_losses() -> None:
    """It loses interfaces whose condition has two words, and whole outputs of failover groups."""
    parser = pytest.importorskip("genie.libs.parser.asa.show_failover", reason=WITHOUT).ShowFailover
    lost = 0
    for text, moment, unit in texts("active-standby"):
        found = parser(device=None).cli(output=text)
        own, peer = moment.state.unit(unit), moment.state.unit(unit.peer)
        assert (found["failover_enabled"], found["failover_unit"]) == (own.enabled, unit.value.capitalize())
        assert found["this_host"]["state"] == state_name(own)
        assert found["other_host"]["state"] == peer_state(own, peer)
        for host, suffix in (("this_host", ""), ("other_host", "_mate")):
            wanted = expected(moment.state, moment, unit)
            for port, condition in zip(
                wanted[f"interfaces{suffix}"], wanted[f"interfaces_status{suffix}"], strict=True
            ):
                if " " in condition:
                    assert port not in found[host]["interfaces"]
                    lost += 1
                else:
                    assert found[host]["interfaces"][port]["state"] == condition
    assert lost > 0, "genie reads conditions of two words now"


PYGROK_NUMBERS = (104001, 104002, 104003, 104004, 105003, 105004, 105005, 105008, 105009)
"""The failover messages that Logstash's firewall patterns know, which pygrok ships."""


def test_pygrok_reads_every_line_of_its_nine_messages() -> None:
    """Of Active/Standby pairs: its patterns know no prefix with a group."""
    grok = pytest.importorskip("pygrok", reason=WITHOUT).Grok
    patterns = {number: grok(f"%{{CISCOFW{number}}}") for number in PYGROK_NUMBERS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trace_run, "other_endings", lambda *_: set())  # they cost time and log nothing
        runs = [play(*load(path)) for path in sorted((ROOT / "models").rglob("*.trace"))]
    logs = [log for run in runs for record in run.records for _, log in record.messages]
    lines = {str(log): log.number for log in logs if log.group is None and log.number in patterns}
    for line, number in lines.items():
        known_loss = line.endswith("Status Undetermined")  # its pattern of 105009 has Passed and Failed only
        assert (patterns[number].match(line) is None) is known_loss, line
        assert patterns[number].match(line.replace("ary)", "ary")) is None, "a damaged line is not read"
    assert set(lines.values()) == set(PYGROK_NUMBERS)
