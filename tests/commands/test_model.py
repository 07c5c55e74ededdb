"""`model check`: a model of the user's own, from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import junitparser
import pytest

from failover_fsm.cli import main
from failover_fsm.commands.schema_words import closed
from failover_fsm.commands.schemas import schema_of

LIGHTS = '''
import sys
import attrs
from failover_fsm.checker import Rule, always, deadlock, leads_to, sometimes

@attrs.frozen
class Lamp:
    colour: str = attrs.field(default="red", metadata={"domain": ("red", "green")})
    broken: bool = False

def turn(lamp):
    if lamp.broken:
        return False
    lamp.colour = "green" if lamp.colour == "red" else "red"
    return True

def fail(lamp):
    if lamp.broken:
        return False
    lamp.broken = True
    return True

class Lights:
    rules = (Rule("turn", turn), Rule("break", fail))
    properties = (
        always("never broken", lambda lamp: not lamp.broken, reason="lamps are good"),
        sometimes("green", lambda lamp: lamp.colour == "green"),
    )
    def initial_states(self):
        return [Lamp()]

class Steady(Lights):
    properties = (sometimes("green", lambda lamp: lamp.colour == "green"),)

def steady():
    return Steady()

class Stuck(Lights):
    properties = (deadlock(final=lambda lamp: lamp.broken), *Steady.properties)

class Named(Lights):
    properties = (sometimes("no deadlock", lambda lamp: True),)

class Misspelt(Lights):
    properties = (
        always("never broken", lambda lamp: lamp.colour != "gren"),
        leads_to("broken", lambda lamp: lamp.colour in ("green", "amber"), lambda lamp: lamp.broken,
                 strong=lambda event: event == "brake"),
    )

class Silent(Lights):
    properties = ()

class Counter:
    """Three methods, without an end."""
    properties = (always("small", lambda n: n < 10**9),)
    def initial_states(self):
        return [0]
    def events(self, n):
        return ["up"]
    def step(self, n, event):
        return n + 1

class Fails(Counter):
    def step(self, n, event):
        return n + 1 if n < 2 else 1 // 0

class Talks(Steady):
    def initial_states(self):
        print("asked")
        return [Lamp()]

class Odd(Counter):
    properties = (7,)

class Twice(Counter):
    properties = Counter.properties * 2

class Needs(Counter):
    def __init__(self, size):
        self.size = size

class Leaves(Lights):
    properties = (always("p", lambda lamp: True),)
    rules = (Rule("turn", turn), Rule("leave", lambda lamp: sys.exit(lamp.colour == "red" and 7)))

class Judge(Steady):
    properties = (always("judge", lambda lamp: sys.exit()),)

class LeavesAtOnce(Steady):
    def __init__(self):
        sys.exit(0)

class LeavesWhenAsked(Steady):
    @property
    def properties(self):
        raise SystemExit("bye")

class LeavesInStep(Counter):
    def step(self, n, event):
        sys.exit(1)

class Absent(Steady):
    def __init__(self):
        {}["key"]

instance = Steady()
NUMBER = 3
'''


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "lights.py").write_text(LIGHTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit status of `model check`, what it printed, and its errors."""
    status = main(("model", "check", *words))
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_a_violation_is_told_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = check(capsys, "lights.py:Lights")
    assert status == 1
    assert "  VIOLATED    never broken\n              lamps are good\n              start\n" in out
    assert "              1. break\n                  broken: False -> True\n" in out
    assert "  happens     green\n" in out
    assert out.endswith("VIOLATED: 1 violated of 2 properties\n")


@pytest.mark.parametrize("name", ["Steady", "steady", "instance"])
def test_a_class_a_function_and_an_instance_are_models(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = check(capsys, f"lights.py:{name}")
    assert (status, out.splitlines()[-1]) == (0, "HOLDS: all of 1 property")


def test_a_module_is_found_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, "failover_fsm.vrrp:pair")[0] == 0


@pytest.mark.parametrize("engine", ["auto", "plain", "compiled"])
def test_each_engine_answers(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = check(capsys, "lights.py:Lights", "--engine", engine, "--json")
    found = json.loads(out)
    assert (status, found["verdict"], found["states"], found["transitions"]) == (1, "violated", 4, 4)
    assert found["engine"] == ("compiled" if engine == "compiled" else "plain")


def test_one_property_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = check(capsys, "lights.py:Lights", "--property", "green")
    assert status == 0 and "never broken" not in out


def test_deadlock_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = check(capsys, "lights.py:Silent", "--deadlock")
    assert status == 1 and "VIOLATED    no deadlock" in out


def test_a_deadlock_that_the_model_speaks_of_is_not_asked_twice(capsys: pytest.CaptureFixture[str]) -> None:
    plain, asked = (check(capsys, "lights.py:Stuck", *words, "--json")[1] for words in ((), ("--deadlock",)))
    assert json.loads(plain)["digest"] == json.loads(asked)["digest"] and json.loads(asked)["verdict"] == "holds"
    only = json.loads(check(capsys, "lights.py:Stuck", "--deadlock", "--property", "green", "--json")[1])
    assert [each["verdict"] for each in only["properties"]] == ["holds", "holds"]


COUNTER = """
import dataclasses
from failover_fsm.checker import Rule, always

@dataclasses.dataclass(frozen=True)
class Sums:
    heard: frozenset[int] = dataclasses.field(default=frozenset(), metadata={"items": range(6)})
    queue: tuple[int, ...] = dataclasses.field(default=(), metadata={"items": range(6), "most": 2})

def say(number, sums):
    if number in sums.heard or len(sums.queue) == 2:
        return False
    sums.queue = (*sums.queue, number)
    return True

def hear(sums):
    if not sums.queue:
        return False
    sums.heard, sums.queue = sums.heard | {sums.queue[0]}, sums.queue[1:]
    return True

class Model:
    rules = (*(Rule(("say", n), lambda sums, n=n: say(n, sums)) for n in range(6)), Rule("hear", hear))
    properties = (always("few", lambda sums: len(sums.heard) < 6, reason="one is always missing"),)
    def initial_states(self):
        return [Sums()]
class Other(Model):
    rules = Model.rules[1:]
"""


def test_a_search_is_kept_and_goes_on_in_another_process(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Under another hash seed, too, though the states hold sets."""
    (place / "sums.py").write_text(COUNTER)

    def answer(seed: str, *words: str) -> dict[str, Any]:
        found = subprocess.run(
            [sys.executable, "-m", "failover_fsm", "model", "check", "sums.py:Model", "--json", *words],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.stderr == "" and found.returncode in (1, 3), found.stderr
        return {name: value for name, value in json.loads(found.stdout).items() if name != "seconds"}

    first = answer("1", "--max-states", "200", "--checkpoint", "kept")
    assert (first["states"], first["verdict"], first["engine"]) == (200, "undecided", "compiled")
    whole = answer("2", "--engine", "compiled")
    resumed = answer("2", "--resume", "kept", "--checkpoint", "kept")
    assert resumed == whole and whole["verdict"] == "violated" and whole["states"] > 1000
    assert answer("3", "--resume", "kept") == whole


def test_a_search_that_ends_before_it_begins_says_that_it_kept_nothing(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "sums.py").write_text(COUNTER)
    limits = ("--engine", "compiled", "--time-limit", "0.000001")
    status, _, errors = check(capsys, "sums.py:Model", *limits, "--checkpoint", "kept")
    assert status == 3 and not (place / "kept").exists()
    assert "--checkpoint kept: not written: the search stopped before there was anything to keep" in errors


def test_a_checkpoint_of_something_else_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "sums.py").write_text(COUNTER)
    assert check(capsys, "sums.py:Model", "--max-states", "50", "--checkpoint", "kept")[0] == 3
    status, out, err = check(capsys, "sums.py:Other", "--resume", "kept")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "--resume kept: " in err and "allowed: one that the same check wrote" in err
    status, out, err = check(capsys, "sums.py:Model", "--resume", "kept", "--max-states", "20")
    assert status == 3 and "kept: holds 49 states, more than were reached again; it is kept" in err
    assert check(capsys, "sums.py:Model", "--resume", "kept", "--report", "kept")[0] == 2


def test_a_value_that_no_field_and_no_event_has_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = check(capsys, "lights.py:Misspelt", "--json")
    compared = {
        46: "'never broken' compares colour with 'gren', which it never is; allowed: 'red', 'green'",
        47: "'broken' compares colour with 'amber', which it never is; allowed: 'red', 'green'",
        48: "'broken' compares event with 'brake', which it never is; allowed: 'turn', 'break'",
    }
    warnings = [f"property {text} (lights.py:{line})" for line, text in compared.items()]
    assert (status, json.loads(out)["warnings"]) == (1, warnings)
    assert err.splitlines() == [f"warning: {line}" for line in warnings]
    assert check(capsys, "lights.py:Lights")[2] == ""


def test_a_limit_leaves_it_undecided(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = check(capsys, "lights.py:Counter", "--max-states", "50")
    assert status == 3
    assert "50 states, 49 transitions, depth 49: stopped early: max_states of 50 states" in out
    assert check(capsys, "lights.py:Counter", "--time-limit", "0.05")[0] == 3
    for words in (("lights.py:Counter",), ("lights.py:Lights", "--engine", "plain")):
        status, out, err = check(capsys, *words, "--memory", "1G", "--spill", ".")
        assert (status, out) == (2, "") and err.startswith(
            "--spill: the plain engine has no such thing; allowed: a model"
        )
    assert check(capsys, "lights.py:Counter", "--spill", ".")[0] == 2
    status, out, _ = check(capsys, "lights.py:Counter", "--memory", "1")
    assert status == 3 and "stopped early: memory of 1 bytes" in out


def test_json_keeps_to_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("lights.py:Lights", "--deadlock"), ("lights.py:Counter", "--max-states", "3")):
        found = json.loads(check(capsys, *words, "--json")[1])
        jsonschema.Draft202012Validator(closed(schema_of("model"))).validate(found)
    lights = json.loads(check(capsys, "lights.py:Lights", "--json")[1])["properties"][0]
    assert lights["start"] == {"colour": "red", "broken": "False"}
    assert lights["trace"] == [{"event": "break", "changes": ["broken: False -> True"]}]


def test_what_a_model_prints_is_no_part_of_the_answer(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "lights.py").write_text(f"{LIGHTS}\nprint('imported')\n")
    status, out, err = check(capsys, "lights.py:Talks", "--json", "--diagram", "a.mmd")
    assert (status, json.loads(out)["verdict"]) == (0, "holds")
    assert "asked" in err and "imported" in err


def test_junit_has_a_testcase_for_each_property(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(capsys, "lights.py:Lights", "--junit", "out.xml")
    suite = next(iter(junitparser.JUnitXml.fromfile(str(place / "out.xml"))))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (2, 1, 0, 0)


def test_what_is_violated_says_how(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A thing that never happens has no steps, and a run that goes on for ever has no end."""
    text = """import attrs
from failover_fsm.checker import Rule, always, leads_to, sometimes

@attrs.frozen
class S:
    n: int = attrs.field(default=0, metadata={"domain": range(3)})

def up(s):
    s.n = 1 if s.n == 2 else s.n + 1
    return True

class M:
    properties = [
        sometimes("never", lambda s: False), leads_to("back", lambda s: s.n == 0, lambda s: False),
        always("low", lambda s: s.n < 1), always("zero", lambda s: s.n != 0),
    ]
    rules = [Rule("up", up)]

    def initial_states(self):
        return [S()]
"""
    (place / "up.py").write_text(text, encoding="utf-8")
    status, out, _ = check(capsys, "up.py:M", "--junit", "out.xml")
    assert status == 1 and "never happens: it is true in none of the states" in out
    suite = next(iter(junitparser.JUnitXml.fromfile(str(place / "out.xml"))))
    assert [case.result[0].message for case in suite] == [
        "never happens: it is true in none of the states that can be reached",
        "violated: steps 2 to 3 repeat for ever", "violated in 1 step", "violated at the start",
    ]  # fmt: skip


def test_junit_counts_what_is_undecided_as_an_error(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, _ = check(capsys, "lights.py:Counter", "--max-states", "5", "--junit", "out.xml")
    suite = next(iter(junitparser.JUnitXml.fromfile(str(place / "out.xml"))))
    assert (status, suite.tests, suite.errors, suite.skipped) == (3, 1, 1, 0)


def test_exports_and_the_picture_are_written(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--export", "promela", "a.pml", "--export", "murphi", "a.m", "--export", "tla", "lamps.tla")
    status, _, err = check(capsys, "lights.py:Lights", *words, "--diagram", "a.mmd", "--show", "broken")
    assert status == 1 and "1 of 2 properties are `always`" in err
    assert "assert(false)" in (place / "a.pml").read_text() and "invariant" in (place / "a.m").read_text()
    assert "MODULE lamps" in (place / "lamps.tla").read_text()
    assert (place / "a.mmd").read_text().splitlines()[4:] == [
        '  state "False" as s0', '  state "True" as s1', "  [*] --> s0", "  s0 --> s1: break",
    ]  # fmt: skip


def test_the_page_carries_the_runs(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(capsys, "lights.py:Lights", "--report", "a.html")
    page = (place / "a.html").read_text()
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert data["runs"][0] == {
        "id": "0", "start": 0, "steps": [data["events"].index("break"), 1], "loop": None,
        "ending": "This state violates the property.", "breaks": True,
    }  # fmt: skip
    assert [data["events"][number] for number in data["choices"][0][::2]] == ["turn", "break"]
    assert data["states"][1] == {"colour": "red", "broken": "True"}
    assert "never broken" in page and "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")


BAD: list[tuple[tuple[str, ...], str]] = [
    (("lights",), "lights: names no model; allowed: MODULE:NAME or FILE.py:NAME, as in lights.py:Lights"),
    (("nowhere.py:A",), "there is no file nowhere.py"),
    (("nowhere:A",), "there is no module nowhere"),
    (
        ("lights.py:Ligths",),
        "lights.py has no Ligths; it has: Lights, Steady, steady, Stuck, Named, Misspelt, Silent, Counter",
    ),
    (("lights.py:NUMBER",), "int has no initial_states()"),
    (("lights.py:Needs",), "cannot be made without arguments (missing a required argument: 'size')"),
    (("lights.py:Silent",), "has no attribute `properties`, so there is nothing to check"),
    (("lights.py:Odd",), "`properties`: not a property: 7"),
    (("lights.py:Twice",), "`properties`: two properties are called 'small'"),
    (("lights.py:Fails",), "raised ZeroDivisionError"),
    (("lights.py:Leaves",), "rule leave failed: SystemExit: 7 (lights.py:85)"),
    (("lights.py:Leaves", "--engine", "compiled"), "rule leave failed: SystemExit: 7 (lights.py:85)"),
    (
        ("lights.py:Judge",),
        "property 'judge': a predicate failed on Lamp(colour='red', broken=False): SystemExit (lights",
    ),
    (("lights.py:Judge", "--engine", "compiled"), "property 'judge' failed: SystemExit (lights.py:88)"),
    (("lights.py:LeavesAtOnce",), "cannot be made: SystemExit: 0 (lights.py:92); allowed: a model, or a class"),
    (("lights.py:LeavesWhenAsked",), "`properties` cannot be read: SystemExit: bye (lights.py:97)"),
    (("lights.py:LeavesInStep",), "step(0, 'up') raised SystemExit: 1 (lights.py:101)"),
    (("lights.py:Absent",), "cannot be made: KeyError: 'key' (lights.py:105)"),
    (("lights.py:Lights", "--property", "red"), "has no property 'red'; allowed: never broken, green"),
    (("lights.py:Named", "--deadlock"), "a property of another kind 'no deadlock'; allowed: without --deadlock"),
    (("lights.py:Counter", "--engine", "compiled"), "Counter has no rules"),
    (("lights.py:Counter", "--export", "tla", "a.tla"), "has events and a step, not rules; allowed: a rule model"),
    (("lights.py:Lights", "--export", "java", "a.java"), "'java' is no language; allowed: promela, murphi, tla"),
    (
        ("lights.py:Lights", "--export", "tla", "no/a.tla"),
        "--export tla no/a.tla: cannot be written: No such file or directory",
    ),
    (
        ("lights.py:Lights", "--export", "tla", "a.tla", "--export", "tla", "b.tla"),
        "--export tla: given more than once; allowed: one file for each language",
    ),
    (("lights.py:Lights", "--export", "tla", "1.tla"), "no name for a TLA+ module"),
    (
        ("lights.py:Lights", "--engine", "plain", "--checkpoint", "c"),
        "--checkpoint: the plain engine keeps no checkpoints; allowed: --engine compiled",
    ),
    (("lights.py:Counter", "--resume", "c"), "--resume: lights.py:Counter has events and a step, not rules; allowed"),
    (("lights.py:Lights", "--resume", "c"), "c: cannot be read: No such file or directory; allowed: a file that"),
    (("lights.py:Lights", "--checkpoint", "no/c"), "cannot be written"),
    (("lights.py:Lights", "--diagram", "a.gif"), "allowed: a file that ends with .svg, .png, .dot"),
    (("lights.py:Lights", "--show", "x"), "allowed: with --diagram FILE"),
    (("lights.py:Lights", "--diagram", "a.dot", "--show", "x"), "a state has no field x; it has: colour, broken"),
    (("lights.py:Lights", "--report", "lights.py"), "would replace"),
    (("lights.py:Lights", "--json", "--junit", "no/a.xml"), "cannot be written"),
    (("broken.py:A",), "(broken.py, line 1); allowed: a module that can be imported"),
    (("ends.py:A",), "cannot be imported: SystemExit"),
    (
        ("lacks.py:A",),
        "cannot be imported: ModuleNotFoundError: No module named 'not_there' (lacks.py:2);"
        " allowed: a module that can be imported",
    ),
]


@pytest.mark.parametrize(("words", "message"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_is_one_line(
    words: tuple[str, ...], message: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "broken.py").write_text("def\n")
    (place / "ends.py").write_text("raise SystemExit(0)\n")
    (place / "lacks.py").write_text("\nimport not_there\n")
    before = sorted(path.name for path in place.iterdir())
    status, out, err = check(capsys, *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert sorted(path.name for path in place.iterdir() if path.name != "__pycache__") == before


def test_a_file_that_is_called_like_a_module_of_python_does_not_stand_in_for_it(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "queue.py").write_text(LIGHTS)
    known: Any = sys.modules.get("queue")
    assert check(capsys, "queue.py:Steady")[0] == 0
    assert sys.modules.get("queue") is known


def test_too_large_for_a_picture(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = check(capsys, "failover_fsm.vrrp:pair", "--diagram", "a.dot")
    assert status == 2 and out.endswith("HOLDS: all of 6 properties\n")
    assert "70 states are left, more than 60; allowed: fewer, as with --show FIELD" in err and err.count("\n") == 1


def test_half_a_model_is_neither_drawn_nor_exported(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = ("--diagram", "a.mmd", "--export", "tla", "a.tla")
    status, out, err = check(capsys, "lights.py:Lights", "--max-states", "2", *outputs)
    assert (status, "depth 1: stopped early" in out) == (3, True)
    assert [line.partition(";")[0] for line in err.splitlines()] == [
        f"{option}: not written: the search stopped early: max_states of 2 states"
        for option in ("--diagram a.mmd", "--export tla a.tla")
    ]
    assert not (place / "a.mmd").exists() and not (place / "a.tla").exists()


def test_the_diagram_and_the_export_keep_to_the_time_limit(
    capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    now = [0.0]
    monkeypatch.setattr("failover_fsm.commands.model.time.monotonic", lambda: now[0])
    said = "failover_fsm.commands.model.emit_answer"
    monkeypatch.setattr(said, lambda text: (print(text()), now.append(now.pop() + 20)))
    outputs = ("--diagram", "a.mmd", "--export", "tla", "a.tla")
    status, out, err = check(capsys, "lights.py:Steady", "--time-limit", "13", *outputs)
    assert (status, out.splitlines()[-2:]) == (2, ["HOLDS: all of 1 property", ""])
    assert err.splitlines() == [
        f"{option}: not written: time_limit of 13.0 seconds was reached; allowed: a higher one"
        for option in ("--diagram a.mmd", "--export tla a.tla")
    ]


def test_it_starts_as_a_program(place: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "failover_fsm", "model", "check", "lights.py:Steady"],
        cwd=place, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
