"""A value that nothing has is pointed out, and nothing else is."""

from __future__ import annotations

import importlib
import pkgutil
from functools import partial
from typing import Any

import pytest

from failover_fsm.checker import (
    Property,
    always,
    always_step,
    converges,
    in_states,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.checker.core.model import initial_states
from failover_fsm.checker.rules.spelling import doubts
from failover_fsm.vrrp import Vrrp
from tests import published
from tests.checker.richer import MODELS, Meeting, Member, SlidingWindow, Votes, Window
from tests.vrrp.cases import CASES


def compared(claim: Property) -> list[str]:
    """What is doubted of a claim about the sliding window: what never is what."""
    found = doubts(SlidingWindow(), Window(), [claim])
    return [each.partition(" compares ")[2].partition(", which it never is")[0] for each in found]


def is_late(window: Any) -> bool:
    return bool(window.base == 8)


def is_number(number: int, window: Any) -> bool:
    return window.wanted != 7 and bool(window.wanted == number)


@pytest.mark.parametrize(
    ("claim", "doubted"),
    [
        (always("p", lambda window: window.base != 7), ["base with 7"]),
        (always("p", lambda window: window.base == 7), ["base with 7"]),
        (always("p", lambda window: window.sent in (1, 5, 6)), ["sent with 5", "sent with 6"]),
        (always("p", lambda window: window.sent in {1, 5}), ["sent with 5"]),
        (always("p", lambda window: window.packets == (1, 2, 3)), ["packets with (1, 2, 3)"]),
        (always("p", lambda window: True, premise=lambda window: window.base == 7), ["base with 7"]),
        (sometimes("p", lambda window: [window for _ in "a" if window.base == 7]), ["base with 7"]),
        (sometimes("p", lambda window: is_late(window)), ["base with 8"]),
        (sometimes("p", partial(is_number, 3)), ["wanted with 7"]),
        (always_step("p", lambda before, event, after: event == "sent"), ["event with 'sent'"]),
        (always_step("p", lambda before, event, after: event[0] == "loose"), ["event[0] with 'loose'"]),
        (when_settled("p", lambda window: True, within=lambda event: event != "sent"), ["event with 'sent'"]),
        (
            leads_to("p", is_late, lambda window: True, strong=in_states(lambda event: event == "x", is_late)),
            ["base with 8", "event with 'x'"],
        ),
        # what is right, or not known
        (always("p", lambda window: window.base != 3 and window.packets != (1, 2) and window.sent in (1, 2)), []),
        (always("p", lambda window: len(window.packets) == 9 or window.base + 1 == 9), []),
        (always("p", lambda window: window.nothing == 9 or window.base < 9), []),
        (always_step("p", lambda before, event, after: event[0] == "lose" or event == "send"), []),
        (always_step("p", lambda before, event, after: event[70] == "x"), []),
    ],
)
def test_a_value_that_is_none_is_found(claim: Property, doubted: list[str]) -> None:
    assert compared(claim) == doubted


def test_the_line_says_where_and_what_is_allowed() -> None:
    (text,) = doubts(SlidingWindow(), Window(), [always("p", is_late)])
    assert text == (
        "property 'p' compares base with 8, which it never is; allowed: 0, 1, 2, 3 "
        f"(test_spelling.py:{is_late.__code__.co_firstlineno + 1})"
    )


def test_a_function_that_concerns_no_event_is_found() -> None:
    (text,) = doubts(SlidingWindow(), Window(), [converges("p", within=lambda event: False)])
    assert text.startswith("property 'p': `within` concerns no event of the model; these are: 'send', 'again', ")
    weak = leads_to("p", lambda window: True, lambda window: True, weak=lambda event: None)
    (text,) = doubts(SlidingWindow(), Window(), [weak])
    assert text.startswith("property 'p': a fairness item concerns no event of the model")


def test_the_fields_of_records_that_a_domain_holds_are_known() -> None:
    claim = sometimes("p", lambda meeting: meeting.motion is not None and meeting.motion.by == "ann")
    (text,) = doubts(Votes(), Meeting(), [claim])
    assert f"compares by with 'ann', which it never is; allowed: {', '.join(map(repr, Member))}" in text


def test_nothing_is_doubted_of_models_that_are_right() -> None:
    models: list[Any] = [*(make() for make in MODELS.values()), *(Vrrp(case.settings) for case in CASES)]
    for module in pkgutil.iter_modules(published.__path__):
        found = importlib.import_module(f"tests.published.{module.name}")
        models += [case.model for case in getattr(found, "CASES", ())]
    assert len(models) > 30
    for model in models:
        claims = getattr(model, "properties", ())
        assert doubts(model, initial_states(model)[0], claims) == ()


def test_a_model_whose_state_is_no_record_has_no_fields() -> None:
    class Three:
        def initial_states(self) -> list[int]:
            return [0]

    assert doubts(Three(), 0, [always("p", lambda state: state.real == 7, premise=lambda state: state == 9)]) == ()
