"""Commands as they are typed, and the tables of their texts: what is shortened, what refused, what passed over."""

from __future__ import annotations

import pytest

from failover_fsm.device import commands
from failover_fsm.device.commands import CommandError, ShowCommand, find, show
from failover_fsm.device.fields import duration
from failover_fsm.device.form import BLANK, Entry, TextForm, line
from tests.device.moments import P, S, moment


@pytest.mark.parametrize(
    ("typed", "where", "role"),
    [
        ("active", P, "Active"),
        ("a", P, "Active"),
        ("standby", P, "Standby"),
        ("ST", P, "Standby"),
        ("mate", P, "Standby"),  # EXE-14: the one that is not here
        ("m", S, "Active"),
    ],
)
def test_show_failover_exec_asks_a_unit_by_its_part(typed: str, where: object, role: str) -> None:
    assert show(f"show failover exec {typed}", moment(), where) == f"{role} unit Failover EXEC is at config mode\n"  # type: ignore[arg-type]  # a unit


@pytest.mark.parametrize("typed", ["other", "actives", "primary"])
def test_show_failover_exec_asks_nobody_else(typed: str) -> None:
    with pytest.raises(CommandError) as caught:
        show(f"show failover exec {typed}", moment(), P)
    assert str(caught.value) == f"`show failover exec {typed}`; allowed: active, standby, mate"
    assert caught.value.args == (str(caught.value),)


def test_words_are_shortened_and_a_word_of_a_command_is_no_name() -> None:
    assert find("sh fa his")[0].text == "show failover history" == find(" show  failover history ")[0].text
    assert find("show interface detail") == (commands.COMMANDS[11], {})
    assert find("show interface Outside")[1] == {"name": "Outside"}
    with pytest.raises(CommandError, match="`s failover` is unknown"):
        find("s failover")


def test_words_that_fit_several_commands_are_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    both = tuple(ShowCommand(f"show {word}", lambda _: "") for word in ("failover", "family"))
    monkeypatch.setattr(commands, "COMMANDS", both)
    with pytest.raises(CommandError, match="`sh fa` may be `show failover` or `show family`; allowed: show failover"):
        find("sh fa")
    assert find("sh fai")[0] is both[0]


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0 milliseconds"), (200, "200 milliseconds"), (1000, "1 seconds"), (1500, "1500 milliseconds"),
     (15000, "15 seconds")],
)  # fmt: skip
def test_a_time_is_in_seconds_where_it_is_a_whole_number_of_them(milliseconds: int, text: str) -> None:
    assert duration(milliseconds) == text


# -- forms ----------------------------------------------------------------------------------------------------


ROWS = (line("count", "{what} of the unit: {number}"), line("end", "The end", indent=2))
SESSION = """\
host# show count
one of the unit: 1
host# show other
two of the unit: 2
host# show count
three of the unit: 3
  THE END
"""


def keys(form: TextForm, text: str) -> list[str]:
    """The lines that are read."""
    return [" ".join((each.key, *map(str, each.values.values()))) for each in form.read(text)[0]]


def test_a_form_knows_its_lines() -> None:
    form = TextForm(ROWS)
    assert form["end"] is ROWS[1] and form.write([Entry("end"), BLANK]) == "  The end\n\n"
    with pytest.raises(KeyError, match="nothing"):
        form["nothing"]


def test_of_a_session_the_outputs_of_its_commands_are_read() -> None:
    assert keys(TextForm(ROWS, ("count",)), SESSION) == ["count three 3", "end"], "the last answer counts"
    assert keys(TextForm(ROWS, ("count",), is_one=False), SESSION) == ["count one 1", "count three 3", "end"]
    assert keys(TextForm(ROWS, is_one=False), SESSION) == ["count one 1", "count two 2", "count three 3", "end"]
    assert keys(TextForm(ROWS), "one of the unit: 1\n") == ["count one 1"]


def test_what_stands_around_an_output_is_passed_over_and_other_lines_are_kept() -> None:
    entries, unread = TextForm(ROWS).read("\n<--- More --->\n...\n<some lines omitted>\n  nothing known \n  The end\n")
    assert [(each.key, each.number, each.depth) for each in entries] == [("end", 6, 2)]
    assert [(each.number, each.text) for each in unread] == [(5, "nothing known")]
