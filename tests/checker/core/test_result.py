"""A result is plain data with a digest that depends on what was found and on nothing else."""

from __future__ import annotations

import json

import pytest

from failover_fsm.checker import Checker, always, leads_to, sometimes
from tests.toys import FastToy, toy

MODEL = toy("a x b y a", "b z c")
CLAIMS = (
    always("no c", lambda s: s != "c", reason="c is bad"),
    leads_to("home", lambda s: s == "a", lambda s: s == "c"),
    sometimes("c", lambda s: s == "c"),
)


def test_to_dict_is_json_with_the_published_keys() -> None:
    result = Checker(MODEL).verify(*CLAIMS)
    told = json.loads(json.dumps(result.to_dict()))
    assert list(told) == [
        "verdict", "states", "transitions", "depth", "complete", "seconds", "promises", "digest",
    ]  # fmt: skip
    assert (told["verdict"], told["states"], told["transitions"], told["depth"]) == ("violated", 3, 3, 2)
    assert told["promises"][0] == {
        "id": "no c",
        "kind": "always",
        "verdict": "violated",
        "vacuous": False,
        "trace": ["'x'", "'z'"],
        "loop": None,
    }
    assert (told["promises"][1]["trace"], told["promises"][1]["loop"]) == (["'x'", "'y'"], 0)


def test_events_are_rendered_as_the_caller_likes() -> None:
    told = Checker(MODEL).verify(*CLAIMS).to_dict(render_event=str.upper)
    assert told["promises"][2]["trace"] == ["X", "Z"]


def test_findings_are_found_by_name() -> None:
    result = Checker(MODEL).verify(*CLAIMS)
    assert result.finding("no c").reason == "c is bad"
    with pytest.raises(KeyError, match="there are: no c, home, c"):
        result.finding("nonsense")


def test_the_digest_is_the_same_for_the_same_graph_and_differs_otherwise() -> None:
    digest = Checker(MODEL).verify(*CLAIMS).digest
    assert len(digest) == 64
    assert digest == Checker(MODEL).verify(*CLAIMS, clock=iter(range(9)).__next__).digest
    assert digest == Checker(FastToy(MODEL.edges)).verify(*CLAIMS).digest
    others = [
        Checker(MODEL).verify(*CLAIMS[:2]),
        Checker(toy("a x b y a", "b z c z c")).verify(*CLAIMS),
        Checker(toy("a x b y a", "b w c")).verify(*CLAIMS),
    ]
    assert len({digest, *(other.digest for other in others)}) == 4
