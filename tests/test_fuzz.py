"""Whatever the parsers are given, they end in a value or in one of our errors, which is one line."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import fuzzing
from tests.patience import one_in

WEIRD = ("", "0", "-1", "255", "4294967296", "1" * 40, '"', "#", "=", "\x00", "\u2028", "é", "\ufeff", "no", " " * 9)

often = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@st.composite
def babble(draw: st.DrawFn, words: list[str]) -> str:
    """Lines of words that the language has, in no order."""
    chosen = st.lists(st.sampled_from((*WEIRD, *words)), max_size=7).map(" ".join)
    return "\n".join(draw(st.lists(chosen, max_size=25)))


CONFIG_WORDS, TRACE_WORDS = fuzzing.words_of(fuzzing.CONFIGS), fuzzing.words_of(fuzzing.TRACES)


def asked_of(parser: Callable[..., bool], inputs: st.SearchStrategy[object]) -> set[bool]:
    """What a parser made of its inputs: accepted, refused, or both."""
    answers: set[bool] = set()

    @often
    @given(inputs)
    def ask(text: object) -> None:
        answers.add(parser(text))

    ask()
    return answers


@pytest.mark.parametrize("name", fuzzing.READERS)
def test_damaged_inputs_are_read_or_refused(name: str) -> None:
    inputs = 20_000 // one_in(3)
    accepted, refused = fuzzing.fuzz(name, range(inputs * fuzzing.SHARES[name] // sum(fuzzing.SHARES.values())))
    assert accepted and refused, "inputs of both kinds are drawn"


def test_every_reader_has_its_share() -> None:
    assert fuzzing.SHARES.keys() == fuzzing.READERS.keys() and sum(fuzzing.SHARES.values()) == 100


def test_a_reader_that_fails_is_found_with_the_number_of_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes) -> bool:
        if b"core-a" not in data:
            raise KeyError("core-a")
        return True

    monkeypatch.setitem(fuzzing.READERS, "topology", attrs.evolve(fuzzing.READERS["topology"], read=fails))
    with pytest.raises(fuzzing.Failed) as failed:
        fuzzing.fuzz("topology", range(1000))
    assert isinstance(failed.value.__cause__, KeyError)
    assert fuzzing.READERS["topology"].input(failed.value.seed) == failed.value.data
    assert b"core-a" not in failed.value.data


@pytest.mark.parametrize(
    ("parser", "words"), [(fuzzing.config, CONFIG_WORDS), (fuzzing.trace, TRACE_WORDS)], ids=["config", "trace"]
)
def test_words_in_no_order_are_read_or_refused(parser: Callable[[str], bool], words: list[str]) -> None:
    assert False in asked_of(parser, babble(words))


@pytest.mark.parametrize("parser", [fuzzing.config_file, fuzzing.model], ids=["config", "model"])
def test_bytes_are_read_or_refused(parser: Callable[[bytes], bool]) -> None:
    assert False in asked_of(parser, st.binary(max_size=300))


def test_text_of_any_kind_is_read_or_refused() -> None:
    for parser in (fuzzing.config, fuzzing.trace):
        assert False in asked_of(parser, st.text(max_size=200))
