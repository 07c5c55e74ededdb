"""The trace language: what is read, what is refused and with which words, and that writing reads back."""

from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from failover_fsm.pair import Options
from failover_fsm.pair import events as e
from failover_fsm.pair.obstacles import Mismatch
from failover_fsm.pair.states import Unit
from failover_fsm.trace.claims import CLAIMS
from failover_fsm.trace.language import (
    Advance,
    Config,
    Do,
    Expect,
    Mark,
    Option,
    Settle,
    Statement,
    Trace,
    TraceError,
    parse_trace,
    read_trace,
)
from failover_fsm.trace.lines import MAX_LINE
from failover_fsm.trace.writer import format_event, format_trace, trace_from

HEAD = "config pair.cfg\n"


def one(line: str) -> object:
    return parse_trace(HEAD + line).statements[1]


def fault_of(text: str) -> TraceError:
    with pytest.raises(TraceError) as caught:
        parse_trace(text, "t.trace")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"t.trace:{caught.value.line}: ")
    return caught.value


def test_statements() -> None:
    text = """
    # a scenario
    config primary.cfg "the secondary.cfg"   # two files
    option recovery=edge
    option failed_unit_obeys=yes
    unit_failed unit=primary cause=software
    settle
    mark
    expect unit=secondary state=active reason="HELLO not heard from mate"
    advance seconds=15
    """
    trace = parse_trace(text, "t.trace")
    assert trace.statements == (
        Config(("primary.cfg", "the secondary.cfg")),
        Option("recovery", "edge"),
        Option("failed_unit_obeys", True),
        Do(e.UnitFailed(unit=Unit.PRIMARY, cause=e.Cause.SOFTWARE)),
        Settle(),
        Mark(),
        Expect((("unit", "secondary"), ("state", "active"), ("reason", "HELLO not heard from mate"))),
        Advance(15_000),
    )
    assert [statement.line for statement in trace.statements] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert trace.options == Options(recovery="edge", failed_unit_obeys=True)
    assert trace.config == Config(("primary.cfg", "the secondary.cfg"))
    assert trace.events == (e.UnitFailed(unit=Unit.PRIMARY, cause=e.Cause.SOFTWARE),)


@pytest.mark.parametrize("kind", e.EVENTS)
def test_every_event_class_is_a_word(kind: type[e.Event]) -> None:
    values = {"unit": "secondary", "interface": "inside", "text": '"no shutdown"', "context": "admin", "group": "2",
              "element": "switch-1", "port": "Ethernet0/1", "what": "version"}  # fmt: skip
    names = [field.name for field in attrs.fields(kind) if field.name in values]
    line = " ".join([kind.word(), *(f"{name}={values[name]}" for name in names)])
    statement = one(line)
    assert isinstance(statement, Do)
    assert type(statement.event) is kind
    assert format_event(statement.event) == line


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_mark(ends: str) -> None:
    assert parse_trace("\ufeff" + ends.join(["config a.cfg", "", "settle"])).statements[1].line == 3


def test_a_quote_inside_quotes_is_doubled() -> None:
    statement = one('command_entered unit=primary text="banner motd ""hi"" # all"')
    assert statement == Do(e.CommandEntered(unit=Unit.PRIMARY, text='banner motd "hi" # all'))


@pytest.mark.parametrize(
    ("line", "what", "allowed"),
    [
        ("unit_fails unit=primary", "unknown event `unit_fails`, did you mean unit_failed", "unit_failed, unit_paused"),
        ("hold_time_expire unit=primary", "did you mean hold_time_expired", ""),
        ("xyzzy", "unknown event `xyzzy`", "config, option, topology, settle, mark, expect"),
        ("unit_failed unit=primary interface=inside", "unknown argument `interface`", "unit= cause="),
        ("unit_failed units=primary", "unknown argument `units`, did you mean unit", "unit= cause="),
        ("settle now", "`now` after `settle`", "alone"),
        ("mark x=1", "`x=1` after `mark`", "alone"),
        ("failover_link_failed unit=primary", "unknown argument `unit`", "nothing"),
        ("unit_failed", "unit_failed without `unit=`", "unit_failed unit= cause="),
        ("interface_link_failed unit=primary", "without `interface=`", "unit= interface="),
        ("unit_failed unit=third", "unit cannot be `third`", "primary, secondary"),
        ("unit_failed unit=primry", "did you mean primary", "primary, secondary"),
        ("unit_failed unit=primary cause=fire", "cause cannot be `fire`", "power, hardware, software"),
        ("failover_active unit=primary group=3", "group cannot be `3`", "1, 2"),
        ("interface_path_failed interface=", "interface cannot be ``", "not empty"),
        ("unit_failed primary", "`primary` is not of the form key=value", "unit="),
        ("unit_failed unit=primary unit=primary", "argument `unit` stands twice", "once"),
        ('command_entered unit=primary text="no end', "a quote is not closed", "doubled"),
        ('command_entered unit=primary text=a"b"c', "a quote in the middle", "doubled"),
        ("config other.cfg", "a second `config` line", "one `config` line"),
        ("settle\noption recovery=edge", "too late", "before all events"),
        ("option recovery=edge\noption recovery=level", "option `recovery` stands twice", "once"),
        ("option recoveries=edge", "unknown argument `recoveries`, did you mean recovery", "recovery="),
        ("option recovery=fast", "option recovery cannot be `fast`", "level, edge"),
        ("option failed_unit_obeys=true", "option failed_unit_obeys cannot be `true`", "yes, no"),
        ("option", "`option` with 0 values", "NAME=VALUE"),
        ("advance seconds=-5", "wrong arguments for `advance`", "advance seconds=NUMBER"),
        ("advance", "wrong arguments for `advance`", "advance seconds=NUMBER"),
        ("advance seconds=1.2345", "wrong arguments for `advance`", "advance seconds=NUMBER"),
        ("option probe_after=4", "option probe_after cannot be `4`", "2, 3"),
        ("topology a b", "wrong arguments for `topology`", "topology NAME"),
        ("topology figure-13-1\ntopology figure-13-2", "a second `topology` line", "one `topology` line"),
        ("settle\ntopology figure-13-1", "too late", "before all events"),
        ("element_failed", "element_failed without `element=`", "element_failed element="),
        ("expect", "`expect` claims nothing", "state="),
        ("expect unit=primary", "`expect` claims nothing", "state="),
        ("expect state=active", "`state=` without `unit=`", "unit= state="),
        ("expect unit=primary status=normal", "`status=` without `interface=`", "unit= interface= status="),
        ("expect unit=primary state=actve", "state cannot be `actve`, did you mean active", "standby-ready"),
        ("expect unit=primary stat=active", "unknown argument `stat`", "status="),
        ("expect unit=primary sees=bulk-sync", "sees cannot be `bulk-sync`", "not-detected, negotiation, joining"),
        ("expect unit=primary dual_active=no", "`unit=` says nothing about `dual_active=`", ""),
        ("expect unit=x state=active", "unit cannot be `x`", "primary, secondary"),
        ("expect failovers=-1", "failovers cannot be `-1`", "a number"),
        ("expect unit=primary output=abc", "output cannot be `abc`", "six digits"),
        ("expect unit=primary reason=", "reason cannot be ``", "the reason as printed"),
        ("settle\0", "binary data", "text file"),
        ("settle " + " " * MAX_LINE, "the line is too long", str(MAX_LINE)),
    ],
)
def test_errors_name_line_fault_and_what_is_allowed(line: str, what: str, allowed: str) -> None:
    error = fault_of(HEAD + line)
    assert error.line == 2 + line.count("\n")
    assert what in error.what
    assert allowed in error.allowed


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "empty file"),
        ("# only a comment\n", 1, "empty file"),
        ("\n\nsettle\n", 3, "before the `config` line"),
        ("config\n", 1, "`config` with 0 files"),
        ("config a b c\n", 1, "`config` with 3 files"),
        ("option recovery=edge\n\n", 3, "no `config` line"),
    ],
)
def test_errors_of_the_whole_file(text: str, line: int, what: str) -> None:
    error = fault_of(text)
    assert (error.line, what in error.what) == (line, True)


def test_a_configuration_from_elsewhere() -> None:
    assert parse_trace("settle\n", config_given=True).statements == (Settle(),)


def test_files_that_are_no_traces(tmp_path: Path) -> None:
    binary = tmp_path / "binary.trace"
    binary.write_bytes(b"config a.cfg\n\xff\xfe\n")
    with pytest.raises(TraceError, match=r"binary.trace:2: binary data"):
        read_trace(binary)
    with pytest.raises(TraceError, match="cannot be read: No such file"):
        read_trace(tmp_path / "missing.trace")
    with pytest.raises(TraceError, match="cannot be read"):
        read_trace(tmp_path)
    with pytest.raises(TraceError, match="cannot be read: not a file name"):
        read_trace("a\0b")


# -- writing -----------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)
UNITS = st.sampled_from(Unit)


def events() -> st.SearchStrategy[e.Event]:
    values = {
        "unit": UNITS,
        "interface": TEXTS,
        "text": TEXTS.filter(lambda text: bool(text.strip())),
        "context": st.none() | TEXTS,
        "group": st.sampled_from([None, 1, 2]),
        "cause": st.sampled_from(e.Cause),
        "element": TEXTS,
        "port": TEXTS,
        "what": st.sampled_from(Mismatch),
    }
    kinds = (st.builds(kind, **{f.name: values[f.name] for f in attrs.fields(kind)}) for kind in e.EVENTS)
    return st.one_of(*kinds)


STATEMENTS: st.SearchStrategy[Statement] = st.one_of(
    events().map(Do),
    st.just(Settle()),
    st.just(Mark()),
    st.builds(lambda text: Expect((("unit", "primary"), ("reason", text))), TEXTS),
    st.just(Expect((("failovers", "3"),))),
    st.builds(Advance, st.integers(0, 10**12 - 1)),
)


@pytest.mark.slow
@given(st.lists(TEXTS, min_size=1, max_size=2), st.lists(STATEMENTS), st.lists(st.text(max_size=30)))
def test_what_is_written_reads_back(paths: list[str], rest: list[Statement], comments: list[str]) -> None:
    trace = Trace((Config(tuple(paths)), Option("recovery", "edge"), Option("failed_unit_obeys", True), *rest))
    assert parse_trace(format_trace(trace, comments)) == trace


@pytest.mark.parametrize("text", ["a\nb", "\0", "x" * MAX_LINE])
def test_a_command_that_fits_no_line_cannot_be_written(text: str) -> None:
    trace = Trace((Config(("a.cfg",)), Do(e.CommandEntered(unit=Unit.PRIMARY, text=text))))
    with pytest.raises(ValueError, match="no trace can hold"):
        format_trace(trace)


def test_a_counterexample_is_a_scenario_file() -> None:
    run = [e.UnitRestored(unit=Unit.PRIMARY), e.NegotiationExpired(unit=Unit.PRIMARY)]
    text = trace_from(
        run, config=["asa.cfg"], options=Options(recovery="edge"), comments=["promise breaks:\nlike this"], loop=1
    )
    assert text == (
        "# promise breaks:\n# like this\nconfig asa.cfg\noption recovery=edge\nunit_restored unit=primary\n"
        "# the loop starts here: from now on these events repeat for ever\nnegotiation_expired unit=primary\n"
    )
    assert parse_trace(text).events == tuple(run)


# -- any text ----------------------------------------------------------------------------------

WORDS = st.sampled_from([
    *(kind.word() for kind in e.EVENTS), *CLAIMS, "config", "option", "settle", "mark", "expect", "advance", "unit=",
    "topology",
    "primary", "unit=primary", "interface=inside", "state=active", "group=1", '"', "=", "#", " ", " ", "\n", "\t",
])  # fmt: skip


@given(st.text() | st.lists(WORDS).map("".join) | st.lists(WORDS).map(lambda words: HEAD + " ".join(words)))
def test_any_text_is_a_trace_or_one_line_of_error(text: str) -> None:
    try:
        trace = parse_trace(text, "t.trace")
    except TraceError as error:
        assert "\n" not in str(error)
        assert str(error).startswith("t.trace:")
    else:
        assert parse_trace(format_trace(trace)) == trace


@given(data=st.binary())
def test_any_file_is_a_trace_or_one_line_of_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzz.trace"
    file.write_bytes(data)
    try:
        read_trace(file)
    except TraceError as error:
        assert str(error).startswith(f"{file}:")
