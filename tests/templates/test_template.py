"""A line is read as it was written, and in the other forms that its template names; any other line is not it."""

import pytest

from failover_fsm.templates.template import NUMBER, WORD, Template, one_of

HOLD = Template(
    "    Unit {number} is {state},  holdtime {hold}",
    {"number": NUMBER, "state": one_of("Failed", "Failed - No Failover")},
    also=("Unit {number} {state}",),
)


def test_what_is_written_is_read():
    values = {"number": 3, "state": "Failed - No Failover", "hold": "15 seconds"}
    line = HOLD.write(**values)
    assert line == "    Unit 3 is Failed - No Failover,  holdtime 15 seconds"
    assert HOLD.read(line) == values


def test_blanks_of_any_length_and_other_forms_are_read():
    assert HOLD.read("Unit\t3 is   Failed, holdtime 1 s ") == {"number": 3, "state": "Failed", "hold": "1 s"}
    assert HOLD.read("Unit 7 Failed") == {"number": 7, "state": "Failed"}


@pytest.mark.parametrize("line", ["", "Unit x is Failed, holdtime 1", "Unit 3 is Broken, holdtime 1", "Unit 3"])
def test_another_line_is_not_read(line):
    assert HOLD.read(line) is None


def test_a_field_without_a_value_is_an_error():
    with pytest.raises(KeyError, match="hold"):
        HOLD.write(number=1, state="Failed")


def test_special_characters_of_expressions_are_literal():
    assert Template("a (b) [c]. {x}", {"x": WORD}).read("a (b) [c]. d") == {"x": "d"}
    assert Template("a (b) [c]. {x}", {"x": WORD}).read("a (b) [c]x d") is None


PORT = Template("[[{context} ]]Interface {name}[[ ({address})]]: {status}[[ ({kept})]]", any_case=True)


@pytest.mark.parametrize(
    "line, there",
    [
        ("Interface inside: Up", {}),
        ("Interface inside (10.0.0.1): Up", {"address": "10.0.0.1"}),
        ("admin Interface inside: Up (Kept)", {"context": "admin", "kept": "Kept"}),
        ("admin Interface inside (1.1.1.1): Up (Kept)", {"context": "admin", "address": "1.1.1.1", "kept": "Kept"}),
    ],
)
def test_an_optional_part_may_be_missing(line, there):
    values = dict.fromkeys(("context", "address", "kept")) | {"name": "inside", "status": "Up"} | there
    assert PORT.read(line) == values
    assert PORT.write(**values) == line


def test_words_are_read_in_any_case_where_the_template_says_so():
    assert PORT.read("interface Inside: Up")["name"] == "Inside"
    assert Template("Interface {name}").read("interface inside") is None
