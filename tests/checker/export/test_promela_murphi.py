"""Exports: other model checkers count the same states and transitions and give the same verdicts."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import attrs
import pytest

from benchmarks.reference import COUNTS, Reference, Role
from failover_fsm.analysis.model_file import read_model
from failover_fsm.checker import ModelError
from failover_fsm.checker.bitset.compiled_search import Search
from failover_fsm.checker.bitset.limits import Limits
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.export.minimise import ReachedCodes
from failover_fsm.checker.export.promela_murphi import to_murphi, to_promela
from failover_fsm.checker.export.tla import to_tla
from failover_fsm.checker.rules.rule_tree import Rule, Step
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.records import ask_of
from tests.checker.bitset.test_against_plain import random_model


def run(command: str, place: Path) -> str:
    """Output of a shell command, whatever its status."""
    return subprocess.run(command, shell=True, cwd=place, capture_output=True, text=True, check=False).stdout


def spin(model: str, place: Path) -> tuple[int, int, bool]:
    """States, transitions, and whether there was no error."""
    (place / "m.pml").write_text(model)
    output = run("spin -a m.pml && gcc -O0 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m200000", place)
    states, transitions = (int(re.findall(rf"(\d+) {word}", output)[0]) for word in ("states, stored", "transitions"))
    return states, transitions - 1, "errors: 0" in output


def rumur(model: str, place: Path) -> tuple[int, int, bool]:
    """The same, from Rumur."""
    (place / "m.m").write_text(model)
    options = "--deadlock-detection off --threads 1"
    build = f"rumur m.m -o m.c {options} && gcc -O0 -march=native -mcx16 -o checker m.c -lpthread -latomic"
    output = run(f"{build} && ./checker", place)
    states, fired = re.findall(r"(\d+) states, (\d+) rules fired", output)[-1]
    return int(states), int(fired), "No error found" in output


TLC = os.environ.get("TLA2TOOLS", "")
"""The jar of TLC; none is installed by a package manager."""


def tlc(model: str, place: Path) -> tuple[int, int, bool]:
    """The same, from TLC; the configuration is the one that the module's comment asks for."""
    (place / "failover.tla").write_text(model)
    asked = re.findall(r"^\\\* Configuration for TLC: (.*)", model, re.MULTILINE)[0]
    (place / "failover.cfg").write_text(re.sub(r" (?=INVARIANT)", "\n", asked))
    output = run(f"java -cp {shlex.quote(TLC)} tlc2.TLC -deadlock -workers 1 -nowarning failover.tla", place)
    generated, states = map(int, re.findall(r"(\d+) states generated, (\d+) distinct states", output)[-1])
    initial = int(re.findall(r"(\d+) (?:distinct )?states? generated at", output)[0])
    return states, generated - initial, "No error has been found" in output


def one_active(state: Any) -> bool:
    """False in some states."""
    return not all(unit.groups[0].role is Role.ACT for unit in state.units)


def armed_is_not_failed(state: Any) -> bool:
    """True in all."""
    return not state.timers[1].armed or state.units[1].groups[1].role is not Role.FAIL


def off_is_failed(state: Any) -> bool:
    """True in all."""
    return all(unit.power or unit.groups[0].role is Role.FAIL for unit in state.units)


HOLDING = {"armed": armed_is_not_failed, "off": off_is_failed}
CHECKERS = [("spin", to_promela, spin), ("rumur", to_murphi, rumur), ("java", to_tla, tlc)]


@pytest.mark.parametrize(("tool", "export", "check"), CHECKERS)
@pytest.mark.slow
def test_other_checkers_agree_on_counts_and_verdicts(tool: str, export: Any, check: Any, tmp_path: Path) -> None:
    """Two invariants that hold and one that does not."""
    if shutil.which(tool) is None or shutil.which("gcc") is None:
        pytest.skip(f"{tool} or gcc is not installed")
    if check is tlc and not Path(TLC).is_file():
        pytest.skip("TLA2TOOLS does not name a tla2tools.jar")
    assert check(export(Reference(0), HOLDING), tmp_path) == (*COUNTS[0][:2], True)
    assert not check(export(Reference(0), {**HOLDING, 'one "active" */': one_active}), tmp_path)[2]


def test_several_initial_states_and_steps_that_change_nothing_are_counted_alike(tmp_path: Path) -> None:
    """A random model has both."""
    if shutil.which("rumur") is None:
        pytest.skip("rumur is not installed")
    model = random_model(2)
    assert len(set(model.initial)) > 1
    result = CompiledChecker(model).verify()
    assert rumur(to_murphi(model), tmp_path) == (result.states, result.transitions, True)


def test_spin_chooses_between_several_initial_states(tmp_path: Path) -> None:
    """By one step more for each of them, from one state more; an invariant may be broken by the last of them only."""
    if shutil.which("spin") is None or shutil.which("gcc") is None:
        pytest.skip("spin or gcc is not installed")
    model = random_model(2)
    initial = list(dict.fromkeys(model.initial))
    result = CompiledChecker(model).verify()
    assert spin(to_promela(model), tmp_path) == (result.states + 1, result.transitions + len(initial), True)
    assert not spin(to_promela(model, {"not the last": lambda state: state != initial[-1]}), tmp_path)[2]


def test_what_can_fail_is_not_exported() -> None:
    """The other language would not know what to do there."""
    model = Reference(0)
    model.rules = (Rule("bad", lambda draft: draft.link or draft.nothing),)
    with pytest.raises(ModelError, match=r"rule bad failed: .* has no meaning in another language"):
        to_murphi(model)


def option(text: str, event: str) -> tuple[str, str]:
    """Of the option of an event: the C function that tests it, and what is done then."""
    begin, end = re.escape(f"  /* {event} */\n  :: d_step {{ c_expr {{ ("), re.escape(f'; printf("{event}\\n") }}\n')
    found = re.findall(rf"{begin}(\w+)\(\)\) }} -> (.*){end}", text)
    assert len(found) == 1
    return str(found[0][0]), str(found[0][1])


def test_an_export_reads_like_the_model() -> None:
    """Names of fields, names and meanings of values, events, how to run it."""
    text = to_promela(Reference(1), title="the reference */ model")
    assert text.startswith("/* the reference   model */\n/* Every rule is one option, one indivisible step.")
    assert "\n#define Boot_NEG 1\n" in text
    assert "byte v_units_0_boot = Boot_DOWN; /* 0 Boot.DOWN, 1 Boot.NEG, 2 Boot.SYNC, 3 Boot.READY */" in text
    name, effect = option(text, "if_down(0,0)")
    assert effect == "c_code { now.v_sides_0_ports_0_up = 0; }"
    test = "switch (now.v_sides_0_ports_0_up) { case 0: return effect = 0; default: return effect = 1; }"
    assert f"c_code {{\nstatic int {name}(void) {{\n  n0: {test}\n}}\n}}\n" in text
    text = to_murphi(Reference(1), title="the reference model")
    assert text.startswith("-- the reference model\n-- Every rule is one rule; its function finds its effect")
    assert "  Boot_NEG: 1;" in text and "  v_units_0_boot := Boot_DOWN;" in text
    name = re.findall(r'^rule "fl_down" (\w+)\(\) != 0 ==>\nbegin v_link := 0;\nendrule;$', text, re.MULTILINE)[0]
    test = "  switch v_link\n  case 0:\n    return 0;\n  else\n    return 1;\n  endswitch;\n"
    assert f"function {name}(): 0..1;\nbegin\n{test}end;\n" in text


@attrs.frozen
class Halves:
    """Two fields that list the same members in another order."""

    one: Role = attrs.field(default=Role.ACT, metadata={"domain": (Role.STBY, Role.ACT, Role.FAIL)})
    other: Role = attrs.field(default=Role.ACT, metadata={"domain": (Role.FAIL, Role.ACT)})


def test_a_name_stands_for_one_number() -> None:
    """FAIL is 2 in one field and 0 in the other, where it is written as a number."""

    def fail(draft: Any) -> bool:
        draft.one = draft.other = Role.FAIL
        return True

    class Model:
        rules = (Rule("fail", fail),)

        def initial_states(self) -> list[Halves]:
            return [Halves()]

    assert "d_step { true -> c_code { now.v_one = Role_FAIL; now.v_other = 0; }; printf(" in to_promela(Model())


@attrs.frozen
class Part:
    """A record in a record."""

    b: bool = False


@attrs.frozen
class Clashing:
    """Two fields that would have one name as variables, and one of many values."""

    a_b: bool = False
    a: Part = Part()
    many: int = attrs.field(default=0, metadata={"domain": range(20)})


class Asking:
    """Rules that ask whether the number is one of some."""

    def __init__(self, *wanted: int) -> None:
        def is_wanted(value: int) -> bool:
            return value in wanted

        def rise(draft: Any) -> bool:
            if not ask_of(draft, "many", is_wanted):
                return False
            draft.a_b, draft.a.b = True, False
            return True

        self.rules = (Rule("rise", rise),)

    def initial_states(self) -> list[Clashing]:
        return [Clashing()]


def test_variables_have_different_names_and_many_values_are_not_listed() -> None:
    text = to_promela(Asking(0))
    declared = re.findall(r"^byte (\w+) = 0; /\* (.*) \*/$", text, re.MULTILINE)
    assert declared == [("v_a_b", "0 False, 1 True"), ("v_a_b_1", "0 False, 1 True"), ("v_many", "20 values")]
    assert option(text, "rise") == ("rule_0", "c_code { now.v_a_b = 1; now.v_a_b_1 = 0; }")
    assert "  n0: switch (now.v_many) { case 0: return effect = 1; default: return effect = 0; }" in text


def test_the_codes_of_all_but_the_most_frequent_way_are_listed() -> None:
    text = to_murphi(Asking(0, 3, 4, 19))
    assert "  switch v_many\n  case 0, 3, 4, 19:\n    return 1;\n  else\n    return 0;\n" in text
    text = to_murphi(Asking(*range(1, 20)))
    assert "  switch v_many\n  case 0:\n    return 0;\n  else\n    return 1;\n" in text
    assert 'rule "rise" true ==>\nbegin v_a_b := 1; v_a_b_1 := 0;\nendrule;' in to_murphi(Asking(*range(20)))


@attrs.frozen
class Switches:
    """Twenty switches."""

    parts: tuple[Part, ...] = (Part(),) * 20


def flip(draft: Any) -> bool:
    """The first switch, while fewer than two are up."""
    if sum(part.b for part in draft.parts) > 1:
        return False
    draft.parts[0].b = not draft.parts[0].b
    return True


class Flipping:
    rules: tuple[Rule, ...] = (Rule("flip", flip),)

    def initial_states(self) -> list[Switches]:
        return [Switches()]


def test_of_a_rule_with_too_many_paths_what_tells_reached_states_apart_is_written() -> None:
    """Twenty switches are counted: a million paths, of which the one switch that moves takes two."""
    text = to_murphi(Flipping())
    assert "-- Conditions are as short as tells reachable states apart.\n" in text
    assert "-- Left out, since they never change: parts[1].b = False, parts[2].b = False, " in text
    assert "  switch v_parts_0_b\n  case 0:\n    return 1;\n  else\n    return 2;\n" in text
    assert "  case 1: v_parts_0_b := 1;\n  case 2: v_parts_0_b := 0;\n" in text
    assert re.findall(r"^  (\w+): 0\.\.", text, re.MULTILINE) == ["v_parts_0_b"]


@pytest.mark.slow
def test_a_promise_with_too_many_paths_is_asked_of_reachable_states_only() -> None:
    few = "Asked of reachable states only, in which the verdict is known: few."
    assert few in to_murphi(Flipping(), {"few": lambda state: sum(part.b for part in state.parts) < 30})
    assert few not in to_murphi(Flipping(), {"few": lambda state: state.parts[0].b in (False, True)})


def raise_one(draft: Any) -> bool:
    """The first switch that is down, while fewer than four are up."""
    up = sum(part.b for part in draft.parts)
    if up < 4:
        draft.parts[up].b = True
    return up < 4


def lower_all(draft: Any) -> bool:
    """All switches, while some are up."""
    some = any(part.b for part in draft.parts)
    for part in draft.parts:
        part.b = False
    return some


class Raising(Flipping):
    rules = (Rule("raise", raise_one), Rule("lower", lower_all))


def test_ways_with_the_same_effect_are_one_command() -> None:
    """The switches that are up are always the first ones, so the first one tells whether any is."""
    text = to_promela(Raising(), {"few": lambda state: not state.parts[2].b})
    lower = " ".join(f"now.v_parts_{place}_b = 0;" for place in range(4))
    assert option(text, "lower") == ("rule_1", f"c_code {{ {lower} }}")
    test = "n0: switch (now.v_parts_0_b) { case 0: return effect = 0; default: return effect = 1; }"
    assert f"static int rule_1(void) {{\n  {test}\n}}" in text
    assert "  /* few */\n  :: c_expr { (violated_0()) } -> assert(false)\n" in text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["operations", "active-active"])
def test_short_conditions_say_what_the_rules_do_in_every_reached_state(name: str) -> None:
    scenario = read_model(Path(__file__).parents[3] / "models" / f"{name}.toml")
    rules = PairRules(PairModel(scenario.settings, scenario.environment))
    search = Search(CompiledChecker(rules, budget=0), [], Limits())
    search.run()
    reached = ReachedCodes.of(search.reachable)
    states = list(zip(*(column.tolist() for column in reached.columns), strict=True))
    assert len(states) == len(set(states)) == dict(scenario.expect)["states"]
    for tree in search.reachable.forest.trees:
        sizes = [len(leaf.slot.domain) for leaf in tree.shape.leaves]
        ways = [(writes, guard) for writes, guards in reached.decision(tree).guards(sizes) for guard in guards]
        for codes in states[::7]:
            result = tree.result(codes)
            taken = [writes for writes, demands in ways if all(codes[slot] in allowed for slot, allowed in demands)]
            if isinstance(result, Step):
                assert taken == [tuple((slot, code) for slot, code in result.writes if slot in reached.changing)]
            else:
                assert taken == []


@attrs.frozen
class Wheel:
    """A place of many, and a mark."""

    place: int = attrs.field(default=0, metadata={"domain": range(40)})
    mark: bool = False


def on(draft: Any) -> bool:
    """Seven places on; the mark is set from half of the places."""
    draft.mark = draft.place % 2 == 1
    draft.place = (draft.place + 7) % 40
    return True


def back(draft: Any) -> bool:
    """To where one of nine places says, without a look at the mark; from no other place."""
    if draft.place % 4:
        return False
    draft.place = draft.place // 4
    return True


class Turning:
    rules = (Rule("on", on), Rule("back", back))

    def initial_states(self) -> list[Wheel]:
        return [Wheel()]


def wrong(state: Wheel) -> bool:
    """False in one state that is reached."""
    return not (state.mark and state.place == 20)


def test_many_ways_and_many_effects_are_tables() -> None:
    text = to_promela(Turning(), {"wrong": wrong})
    assert "static const unsigned char rule_0_n0[] = {1, 2, 3, " in text
    assert "now.v_place = rule_0_effect_" in text and "now.v_mark = rule_0_effect_" in text
    assert option(text, "back") == ("rule_1", "c_code { now.v_place = rule_1_effect_0[effect]; }")


needs_spin = pytest.mark.skipif(
    shutil.which("spin") is None or shutil.which("gcc") is None, reason="spin or gcc is not installed"
)


@needs_spin
@pytest.mark.parametrize("table", [1, 8, 100])
def test_tables_do_what_the_rules_do(table: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without tables SPIN counts what is there."""
    monkeypatch.setattr("failover_fsm.checker.export.c_code.TABLE", table)
    model = random_model(2)
    for subject in (attrs.evolve(model, initial=model.initial[:1]), Turning()):
        text = to_promela(subject)
        result = CompiledChecker(subject).verify()
        assert spin(text, tmp_path) == (result.states, result.transitions, True)
    assert ("[] =" in text) == (table < 40)
    assert not spin(to_promela(Turning(), {"wrong": wrong}), tmp_path)[2]
    assert run("./pan -r | grep -A1 ^on$", tmp_path).startswith("on\n  1:\tproc  0 (rules)"), "a trail has the events"


@needs_spin
@pytest.mark.parametrize("longest", [1, 300])
def test_long_functions_come_in_parts(longest: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of one test, and of several: SPIN counts what is there, and reads no block that is longer."""
    monkeypatch.setattr("failover_fsm.checker.export.c_code.LONGEST_BLOCK", longest)
    text = to_promela(Reference(0), HOLDING)
    assert ("_from_n" in text and "_effect_1();" in text) or longest > 1
    assert spin(text, tmp_path) == (*COUNTS[0][:2], True)


def test_more_codes_than_fit_a_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    before = to_promela(Raising())
    monkeypatch.setattr("failover_fsm.checker.export.minimise.PACKED_BITS", 2)
    assert to_promela(Raising()) == before
