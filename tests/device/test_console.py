"""Consoles while a configuration is replicated, prompts, and what the failover link carries."""

from __future__ import annotations

import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.device.console import console_lines, read_console
from failover_fsm.device.link_traffic import CLASSES
from failover_fsm.device.prompt import FULL, prompt, read_prompt
from failover_fsm.pair import Refused
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.pair import Pair
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.player import play
from tests.device.moments import BOOT, ONE, TWO, P, S, moment

SENDER = ["Beginning configuration replication: Sending to mate.", "End Configuration Replication to mate"]
RECEIVER = ["Detected an Active mate", "Beginning configuration replication from mate.",
            "End configuration replication from mate."]  # fmt: skip


def consoles(*lines: str) -> dict:
    played = play(parse_trace(BOOT + "".join(f"{line}\n" for line in lines), "t.trace", config_given=True), ONE)
    found: dict = {P: [], S: []}
    for step in played.steps:
        for unit, text in console_lines(step):
            found[unit].append(text)
    return found


def test_the_sender_says_when_replication_begins_and_ends() -> None:
    """SYN-4: these two lines in this order, on the sender only; the one that receives has lines of its own."""
    assert consoles() == {P: SENDER, S: RECEIVER}
    written = consoles("write_standby unit=primary", "settle")
    assert written == {P: SENDER * 2, S: RECEIVER + RECEIVER[1:]}
    handed = consoles("secondary: failover active", "settle", "write_standby unit=secondary", "settle")
    assert handed[S] == RECEIVER + SENDER


def test_a_replication_that_is_cut_short_has_no_end() -> None:
    cut = (
        "write_standby unit=primary",
        "synchronization_advanced unit=secondary",
        "unit_failed unit=primary",
        "settle",
    )
    assert consoles(*cut)[P] == [*SENDER, SENDER[0]]


def test_what_happens_while_files_are_sent_says_nothing_of_the_configuration() -> None:
    steps = ("synchronization_advanced unit=secondary",) * 2
    fault = "interface_link_failed unit=primary interface=inside"
    for before, after in ((steps, (fault,)), (steps[:1], (fault, *steps[:1])), ((), (fault, *steps))):
        assert consoles("write_standby unit=primary", *before, *after) == {P: SENDER * 2, S: RECEIVER + RECEIVER[1:]}


def test_consoles_are_read() -> None:
    text = "\n".join([*SENDER, *RECEIVER, "State check detected an Active mate", "Switching to Standby", "Hello."])
    found = read_console(text)
    assert [key for _, key in found.found] == [
        "sending", "sent", "detected", "receiving", "received", "detected", "standby",
    ]  # fmt: skip
    assert [each.text for each in found.unread] == ["Hello."]


# -- prompts ---------------------------------------------------------------------------------------


def test_prompts_as_devices_print_them() -> None:
    now = moment()
    assert [prompt(now.state, ONE, unit, parts=FULL) for unit in (P, S)] == ["edge/pri/act#", "edge/sec/stby#"]
    off = moment("failover_disabled unit=primary", "settle")
    assert prompt(off.state, ONE, P, parts=FULL) == "edge/pri/actNoFailover#"
    assert prompt(off.state, ONE, S, parts=FULL) == "edge/sec/stbyNoFailover#"
    said = PairConfig.from_asa(ONE.to_asa(show_key=True) + "prompt state hostname\n")
    assert prompt(now.state, said, P) == "act/edge#"
    assert prompt(now.state, ONE, P) == "edge#"
    groups = moment(config=TWO)
    assert prompt(groups.state, TWO, P, context="plant") == "edge/plant#"
    assert prompt(groups.state, TWO, P) == "edge#"
    parts = (*FULL, "context")
    assert prompt(groups.state, TWO, P, index=1, context="plant", parts=parts) == "edge/pri/stby/plant#"


@pytest.mark.parametrize(
    "line, found",
    [
        ("edge/pri/act# show failover", ("edge", P, True, True, "show failover")),
        ("edge/sec/stbyNoFailover(config)# exit", ("edge", S, False, False, "exit")),
        ("4100-ASA-HA/act/con1#", ("4100-ASA-HA/con1", None, True, True, "")),
        ("edge>", ("edge", None, None, None, "")),
    ],
)
def test_prompts_are_read_in_any_order(line, found) -> None:
    said = read_prompt(line)
    assert (said.hostname, said.unit, said.active, said.failover, said.command) == found


def test_another_line_is_no_prompt() -> None:
    assert read_prompt("Failover On") is None


# -- the failover link -----------------------------------------------------------------------------


def test_what_the_link_carries_does_not_arrive_while_it_is_down() -> None:
    """LNK-3: five classes; with the link down no replication, no hand-over by command, no hello on the link."""
    assert len({each.name for each in CLASSES}) == len(CLASSES) == 5
    down = moment("write_standby unit=primary", "failover_link_failed", "settle")
    pair = Pair(config=ONE, settings=down.settings, state=down.state)
    assert down.state.secondary.joining, "the synchronisation waits for the link"
    assert not [
        each for each in protocol_steps(down.state, down.settings) if isinstance(each, e.SynchronizationAdvanced)
    ]
    ready = moment("failover_link_failed", "settle")
    pair = Pair(config=ONE, settings=ready.settings, state=ready.state)
    with pytest.raises(Refused):
        pair.step(e.FailoverActive(unit=S))
    _, outputs = pair.step(e.CommandEntered(unit=P, text="failover interface-policy 2"))
    assert [type(each).__name__ for each in outputs][-1] == "CommandNotReplicated"
