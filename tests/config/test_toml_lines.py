"""An error in a TOML file names the line of its key in its table, not that of the same key elsewhere."""

from __future__ import annotations

import tomllib

import pytest

from failover_fsm.config.values.toml_lines import line_of, line_of_syntax_error

TEXT = """\
title = "a pair"
check = ["title"]
inline = { title = 3 }
[options]
check = 1
[ "topology" . devices ]  # what else is there
title = []
# state
state = "check"
"""


@pytest.mark.parametrize(
    ("key", "table", "line"),
    [
        ("title", None, 1),
        ("title", "", 1),
        ("check", "options", 5),
        ("title", "topology.devices", 7),
        ("check", "topology.devices", 9),  # as a value
        ("state", "topology.devices", 9),  # set, before it is mentioned
        ("title", "inline", 3),  # an inline table
        ("absent", "options", 4),  # where the table opens
        ("absent", "topology.devices", 6),
        ("options", "", 4),  # a table is a key of the file
        ("state", "nowhere", 9),
        ("absent", "", None),
        ("absent", None, None),
    ],
)
def test_the_line_of_a_key_is_that_in_its_table(key: str, table: str | None, line: int | None) -> None:
    assert line_of(TEXT, key, table) == line


def test_a_key_with_dots_is_that_of_its_table() -> None:
    assert line_of("topology.failover = 1\ntopology.devices.failover = 2\n", "failover", "topology.devices") == 2


def test_a_blank_value_is_found_by_its_quotes() -> None:
    assert line_of('a = "b"\nc = ""\n', "") == 2


def test_a_syntax_error_has_the_line_that_the_parser_names() -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as error:
        tomllib.loads("a = 1\nb = \n")
    assert line_of_syntax_error(error.value) == 2
    assert line_of_syntax_error(ValueError("something else")) is None
