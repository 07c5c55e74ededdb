"""Asymmetric routing and the failover key: scenarios, promises with wrong machines, and what model files refuse."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

from benchmarks.beside_mutation import ROOT, SUBJECTS, Subject, chosen, plays, trial
from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.analysis.session_model import beside_search, promises_beside
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Verdict
from failover_fsm.cli import main
from failover_fsm.pair.states import Role
from failover_fsm.pair.tables import Table
from failover_fsm.services.asymmetric import case as asr
from failover_fsm.services.asymmetric import events as a
from failover_fsm.services.keys import case as keys
from failover_fsm.services.keys.case import Side
from failover_fsm.services.keys.records import KeyEntered, KeysCompared
from failover_fsm.services.machine import MachinePromise
from failover_fsm.testing.pair.machine_mutation import MachineTrial, score
from failover_fsm.testing.pair.mutants import with_changed_row
from failover_fsm.trace.player import load, play
from tests.trace.wrong_claims import hold_every_claim_wrong

NAMES = tuple(SUBJECTS)
EACH = pytest.mark.parametrize("name", NAMES)
PATHS = [path for subject in SUBJECTS.values() for path in subject.traces]
PAGES = {"asr": "explanation/asymmetric-routing.md", "keys": "howto/failover-key.md"}


# -- scenarios ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_scenario_does_what_it_expects(path: Path) -> None:
    assert [str(failure) for failure in play(*load(path)).failures] == []


WRONG = {
    "yes": "no", "no": "yes", "primary": "secondary", "secondary": "primary", "dropped": "forwarded",
    "redirected": "dropped", "reinjected": "dropped", "forwarded": "dropped", "synchronized": "out-of-sync",
    "out-of-sync": "synchronized", "clear": "encrypted", "encrypted": "none", "none": "clear", "up": "failed",
    "failed": "up", "active": "off", "standby-ready": "off", "not-detected": "active",
}  # fmt: skip


def other(key: str, value: str) -> str:
    """A wrong value of a claim."""
    return "other" if key in ("key", "exposed", "via", "printed") else WRONG.get(value, "999")


@pytest.mark.parametrize("path", PATHS[::3], ids=lambda path: path.stem)
def test_every_wrong_expectation_fails(path: Path) -> None:
    hold_every_claim_wrong(path, other)


@cache
def tried(name: str) -> MachineTrial:
    """Everything that the scenarios ask."""
    return trial(SUBJECTS[name], search=False)


@EACH
def test_the_chapter_gives_at_least_ten_scenarios_which_take_every_row(name: str) -> None:
    subject = SUBJECTS[name]
    assert len(subject.traces) >= 10
    taken = []
    for scenario, asked in tried(name).asked.items():
        machine, step = tried(name).machine(scenario, subject.tables), tried(name).pair_step[scenario]
        taken += [row for each in asked for row in machine.answer(each.joint, each.event, step).rows]
    missing = [row.name for table in subject.tables.values() for row in table.rows if row not in taken]
    assert missing == []


@EACH
def test_a_sample_of_mutants_is_killed(name: str) -> None:
    mutants = chosen(SUBJECTS[name], ())
    verdicts = [tried(name).verdict(mutant) for mutant in mutants[:: len(mutants) // 8]]
    killed, survive, _ = score(verdicts)
    assert killed >= 6 and survive == 0


# -- promises ------------------------------------------------------------------------------------------


def without_copies(case: asr.PacketCase) -> None:
    """A session that the peer gets even where none crosses."""
    case.traffic = case.traffic.with_session(
        asr.Session(interface=case.interface, protocol=case.protocol, known=(True, True))
    )


def forgets(case: asr.PacketCase) -> None:
    """A packet that ends its session."""
    asr.forward(case)
    asr.end_session(case)


Change = tuple[str, Any, Any, dict[str, Any] | None]

WITNESSES: dict[str, Change] = {
    "asr-never-across-groups": ("lookup", a.PacketArrived, asr.is_in_no_asr_group, {"do": (asr.reinject,)}),
    "asr-sent-on-with-a-copy": ("lookup", a.PacketArrived, asr.is_active_member, {"do": (asr.redirect,)}),
    "asr-taken-by-the-owner": ("return", a.PacketRedirected, (Role.STANDBY_READY, Role.FAILED, Role.NONE),
                               {"do": (asr.take,)}),
    "asr-while-it-lives": ("session", a.SessionEnded, None, {"do": (lambda case: _ends_here_only(case),)}),
    "asr-dropped-without": ("lookup", a.PacketArrived, None, {"do": (asr.forward,)}),
    "asr-brought-back": ("lookup", a.PacketArrived, asr.is_known_to_the_group, {"do": (asr.drop,)}),
    "asr-put-back": ("lookup", a.PacketArrived, asr.is_active_member, {"do": (asr.drop,)}),
    "asr-own-first": ("lookup", a.PacketArrived, asr.is_known_here, {"do": (asr.reinject,)}),
    "asr-changes-nothing": ("lookup", a.PacketArrived, asr.is_known_here, {"do": (forgets,)}),
    "key-unseen-while-off": ("key", KeyEntered, (Side.OFF,), {"do": (keys.keep_here, keys.expose)}),
    "key-unseen-behind-a-key": ("key", KeyEntered, keys.reaches,
                                {"do": (keys.keep_here, keys.keep_there, keys.expose)}),
    "key-standby-keeps-it": ("key", KeyEntered, (Side.STANDBY,), {"do": (keys.keep_here, keys.keep_there)}),
    "key-active-replicates": ("key", KeyEntered, keys.reaches_in_clear, {"do": (keys.keep_here, keys.expose)}),
    "key-different-never-meet": ("link", KeysCompared, keys.link_works, {"do": (lambda case: None,)}),
}  # fmt: skip
"""By promise: the table and the row (its event, and its guard or states) that is wrong, and how."""


def _ends_here_only(case: asr.PacketCase) -> None:
    """The peer is not told of the end."""
    assert case.found is not None
    case.traffic = case.traffic.with_session(case.found.with_known(case.unit, False))


def subject_of(promise: str) -> Subject:
    """The machine that a promise is about."""
    return SUBJECTS["asr" if promise.startswith("asr") else "keys"]


@pytest.mark.slow
@pytest.mark.parametrize("promise", WITNESSES)
def test_a_wrong_machine_breaks_the_promise(promise: str) -> None:
    subject, (table, event, which, changes) = subject_of(promise), WITNESSES[promise]
    rows = [row for row in subject.tables[table].rows if row.event is event]
    row = next(each for each in rows if (each.states == which if isinstance(which, tuple) else each.when is which))
    changed = None if changes is None else attrs.evolve(row, **changes)
    tables: Mapping[str, Table[Any]] = {
        **subject.tables, table: with_changed_row(subject.tables[table], row, changed)
    }  # fmt: skip
    scenario = attrs.evolve(read_model(ROOT / "models" / subject.model), check=(promise,), expect=(), violated=())
    with subject.in_force(tables):
        _, _, result = beside_search(scenario, {"stop_at_first": True})
    assert result.finding(promise).verdict is Verdict.VIOLATED


def test_every_promise_that_can_be_broken_has_a_wrong_machine_or_is_a_finding() -> None:
    known = {**promises_beside("traffic"), **promises_beside("keys")}
    breakable = {name for name, promise in known.items() if promise.kind in ("step", "always")}
    assert breakable == {*WITNESSES, "key-unseen", "asr-http-stays"}  # the last stands alone below


def test_http_sessions_stay_unless_the_configuration_replicates_them() -> None:
    model = read_model(ROOT / "models" / "asymmetric-routing.toml")
    assert model.traffic is not None
    traffic = attrs.evolve(model.traffic, protocols=("http",), arrivals=("outsideISP-B",))
    still = attrs.evolve(model.environment, faults=())
    http = attrs.evolve(model, traffic=traffic, environment=still, check=("asr-http-stays",), expect=())
    assert verify(http).answer("asr-http-stays").word == "holds"
    session = SUBJECTS["asr"].tables["session"]
    row = next(each for each in session.rows if each.event is a.SessionOpened and each.when is None)
    leaks = with_changed_row(session, row, attrs.evolve(row, do=(without_copies,)))
    with SUBJECTS["asr"].in_force({**SUBJECTS["asr"].tables, "session": leaks}):
        assert verify(http).answer("asr-http-stays").verdict is Verdict.VIOLATED


# -- bad input ----------------------------------------------------------------------------------------

HEAD = 'title = "t"\nconfig = "{config}"\n[environment]\nfaults = []\noperator = []\n'


@pytest.mark.parametrize(
    ("config", "rest", "message"),
    [
        ("asymmetric-routing.cfg", '[traffic]\nsessions = ["outside"]\n', "sessions cannot be outside; allowed: outs"),
        ("asymmetric-routing.cfg", "[traffic]\narrivals = []\n", "arrivals cannot be empty"),
        ("asymmetric-routing.cfg", '[traffic]\nprotocols = ["udp"]\n', "protocols cannot be udp; allowed: tcp, http"),
        ("asymmetric-routing.cfg", "[traffic]\npackets = 3\n", "unknown key 'packets' in [traffic]"),
        ("asymmetric-routing.cfg", "[traffic]\nsessions = 3\n", "sessions must be a list of words"),
        ("failover-key.cfg", '[keys]\nenters = ["two words"]\n', "wrong failover key"),
        ("failover-key.cfg", "[keys]\nenters = []\n", "enters cannot be empty"),
        ("failover-key.cfg", "[keys]\nremoves = 1\n", "removes must be true or false"),
        ("failover-key.cfg", "[keys]\n[sessions]\n", "one of them"),
        ("failover-key.cfg", '[times]\nlink-delay = "fast"\n', "link-delay: wrong duration 'fast'"),
        ("failover-key.cfg", "[times]\nlink-delay = 10\n", "link-delay: wrong duration '10'"),
        ("failover-key.cfg", '[promises]\ncheck = ["key-unseen"]\n', "unknown promise 'key-unseen'"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused_in_one_line(tmp_path: Path, config: str, rest: str, message: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(HEAD.format(config=ROOT / "models" / config) + rest, encoding="utf-8")
    with pytest.raises(ModelFileError) as error:
        read_model(path)
    assert message in str(error.value) and re.match(rf"{re.escape(str(path))}:\d+: ", str(error.value))


def test_keys_are_not_explored_with_faults_of_the_failover_link(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    text = HEAD.format(config=ROOT / "models" / "failover-key.cfg").replace("[]", '["failover-link"]', 1)
    path.write_text(text + "[keys]\n", encoding="utf-8")
    with pytest.raises(ModelFileError, match="faults other than failover-link"):
        read_model(path)


def test_a_packet_of_a_session_of_no_interface_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.trace"
    config = ROOT / "tests" / "traces" / "asr" / "example.cfg"
    path.write_text(f"config {config}\npacket_arrived unit=primary interface=outsideISP-A session=dmz\n")
    assert main(["run", str(path)]) == 2
    assert "there is no interface `dmz`" in capsys.readouterr().err


# -- the pages ------------------------------------------------------------------------------------------


@EACH
def test_the_page_has_the_counts_of_the_model(name: str) -> None:
    page = (ROOT / "docs" / PAGES[name]).read_text(encoding="utf-8")
    pins = dict(read_model(ROOT / "models" / SUBJECTS[name].model).expect)
    assert f"{pins['states']:,} states" in page
    assert f"{len(chosen(SUBJECTS[name], ()))} mutants" in page


def test_plays_is_false_for_a_scenario_that_fails(tmp_path: Path) -> None:
    text = (ROOT / "tests" / "traces" / "keys" / "key-9-in-the-bootstrap.trace").read_text(encoding="utf-8")
    config = ROOT / "tests" / "traces" / "keys" / "key.cfg"
    path = tmp_path / "x.trace"
    path.write_text(text.replace("config key.cfg", f"config {config}").replace("exposed=none", "exposed=K1"))
    assert not plays(path)


# -- promises as values ----------------------------------------------------------------------------------------


def promise_beside() -> MachinePromise:
    """A promise with a premise that is made for one pair."""
    scenario = read_model(ROOT / "models" / "asymmetric-routing.toml")
    return next(each for each in promises_beside(scenario.beside).values() if each.premise is not None)


def test_a_promise_that_was_pickled_can_be_read_and_says_why_it_cannot_be_asked() -> None:
    promise = promise_beside()
    again = pickle.loads(pickle.dumps(promise))
    assert (again.id, again.says, again.rules, again.kind, again.events) == (
        promise.id,
        promise.says,
        promise.rules,
        promise.kind,
        promise.events,
    )
    for formula in (again.holds, again.premise):
        with pytest.raises(TypeError, match="pickled has no formula; allowed: ask one of a scenario"):
            formula("a state")
    bare = attrs.evolve(promise, premise=None)
    assert pickle.loads(pickle.dumps(bare)).premise is None


def test_a_promise_that_was_copied_keeps_its_formula() -> None:
    promise = promise_beside()
    assert copy.copy(promise) is promise
    assert copy.deepcopy(promise) is promise
