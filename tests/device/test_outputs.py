"""A session holds the outputs of many commands: each reader takes its own, and the last of several."""

from __future__ import annotations

import itertools
from pathlib import Path

import attrs
import pytest

from failover_fsm.device import (
    read_failover_history,
    read_failover_interface,
    read_failover_state,
    read_monitor_interface,
    read_show_failover,
)
from failover_fsm.device.outputs import Output, is_shown_by, joined, outputs

DATA = Path(__file__).parents[1] / "data" / "device"
READERS = {
    "show failover": (read_show_failover, "genie_show_failover"),
    "sh fail state": (read_failover_state, "own_state_contexts"),
    "show failover history": (read_failover_history, "own_history_write_standby"),
    "sh failo int": (read_failover_interface, "genie_show_failover_interface"),
    "show mon": (read_monitor_interface, "chapter_monitor"),
}
VERSION = """\
Licensed features for this platform:
Maximum VLANs                     : 150            perpetual
Failover                          : Active/Active  perpetual
"""


def text(command: str) -> str:
    return (DATA / f"{READERS[command][1]}.txt").read_text()


@pytest.mark.parametrize("form", ["edge/pri/act# {}\n{}", "edge/ctx(config)#{}\n{}", "------ {} ------\n\n{}"])
def test_a_reader_takes_the_output_of_its_command_alone(form):
    """In any order: what two commands print looks alike here and there."""
    others = [form.format("show version", VERSION)]
    others += [form.format(command, text(command)) for command in READERS]
    for session in (others, others[::-1]):
        for command, (read, _) in READERS.items():
            alone = read(text(command))
            assert alone != read("")
            assert attrs.evolve(read("".join(session)), unread=()) == attrs.evolve(alone, unread=())
            assert [each.text for each in read("".join(session)).unread] == [each.text for each in alone.unread]


def test_of_several_answers_the_last_counts_and_they_are_not_put_together():
    whole = text("show failover")
    before = whole.replace("Apr 17 2021", "Apr 16 2021")
    assert before != whole
    session = f"edge# show failover\n{before}edge# failover active\n\nedge# show failover\n{whole}edge# show failover\n"
    assert read_show_failover(session) == read_show_failover(whole)


@pytest.mark.parametrize(
    "typed, wanted",
    [
        ("show failover", True), ("sh fail", True), ("show failover | include host", True),
        ("failover exec mate show failover", True), ("show failover group 2", True), ("show failover gr 1", True),
        ("show failover state", False), ("show failover group", False), ("sho ver", False), ("show", True),
        ("failover active", True), ("", True), ("SHOW FAILOVER", True),
    ],
)  # fmt: skip
def test_whose_output_a_typed_line_has(typed, wanted):
    assert is_shown_by(("failover", "failover group *"), typed) is wanted
    assert is_shown_by(("failover history ...",), "show fail hist details")
    assert is_shown_by(("failover history ...",), "show fail hist")


def test_outputs_keep_the_numbers_of_lines():
    session = "a\nedge# show x\nb\n\x1b[Kc\n---- show y ----\nd\n<161>13:51:53: no prompt\n# nor this"
    found = [*outputs(session)]
    assert found == [
        Output(lines=((1, "a"),)),
        Output(prompt="edge#", command="show x", lines=((3, "b"), (4, "c"))),
        Output(prompt="edge#", command="show y", lines=((6, "d"), (7, "<161>13:51:53: no prompt"), (8, "# nor this"))),
    ]
    for some in (found, found[1:], found[2:], [found[0], found[2]]):
        lines = joined(some).split("\n")
        assert all(lines[number - 1] == line for number, line in itertools.chain(*(each.lines for each in some)))
