"""Whatever the parsers are given, they end in a value or in one of our errors, which is one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import fuzzing

WEIRD = ("", "0", "-1", "255", "4294967296", "1" * 40, '"', "#", "=", "\x00", "\u2028", "é", "\ufeff", "no", " " * 9)

often = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@st.composite
def damaged(draw: st.DrawFn, files: list[Path], words: list[str]) -> str:
    """A shipped file with a few lines lost, doubled, moved, or with another word in them."""
    text = draw(st.sampled_from(files)).read_text(encoding="utf-8", errors="replace")
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        if not lines:
            break
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[draw(st.integers(0, len(lines) - 1))])
            case 2:
                lines[at] = draw(st.text(max_size=40))
            case 3:
                lines[at] = " ".join(draw(st.lists(st.sampled_from(words), min_size=1, max_size=6)))
            case _:
                parts = lines[at].split(" ")
                parts[draw(st.integers(0, len(parts) - 1))] = draw(st.sampled_from((*WEIRD, *words)))
                lines[at] = " ".join(parts)
    return "\n".join(lines) + draw(st.sampled_from(("", "\n", "\r\n")))


@st.composite
def babble(draw: st.DrawFn, words: list[str]) -> str:
    """Lines of words that the language has, in no order."""
    chosen = st.lists(st.sampled_from((*WEIRD, *words)), max_size=7).map(" ".join)
    return "\n".join(draw(st.lists(chosen, max_size=25)))


CONFIG_WORDS, TRACE_WORDS = fuzzing.words_of(fuzzing.CONFIGS), fuzzing.words_of(fuzzing.TRACES)
MODEL_WORDS = fuzzing.words_of(fuzzing.MODELS)


def asked_of(parser: Callable[..., bool], inputs: st.SearchStrategy[object]) -> set[bool]:
    """What a parser made of its inputs: accepted, refused, or both."""
    answers: set[bool] = set()

    @often
    @given(inputs)
    def ask(text: object) -> None:
        answers.add(parser(text))

    ask()
    return answers


@pytest.mark.parametrize(
    ("parser", "files", "words"),
    [
        (fuzzing.config, fuzzing.CONFIGS, CONFIG_WORDS),
        (fuzzing.trace, fuzzing.TRACES, TRACE_WORDS),
        (lambda text: fuzzing.model(text.encode("utf-8", "surrogatepass")), fuzzing.MODELS, MODEL_WORDS),
    ],
    ids=["config", "trace", "model"],
)
def test_a_damaged_file_is_read_or_refused(parser: Callable[[str], bool], files: list[Path], words: list[str]) -> None:
    assert asked_of(parser, damaged(files, words)) == {True, False}, "inputs of both kinds are drawn"


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
