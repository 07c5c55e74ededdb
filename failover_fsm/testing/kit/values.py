"""What a system shows: as words, compared with what a model shows, and checked for words that no state shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

import attrs

from failover_fsm.checker.core.model import one_line
from failover_fsm.records.steady import steady

__all__ = ["Form", "agrees", "is_empty", "is_whole", "words_of"]


def words_of(value: object) -> str:
    """A shown value in words: `active / standby` for a tuple, `a: active, b: standby` for a mapping."""
    if isinstance(value, Mapping):
        return ", ".join(f"{words_of(key)}: {words_of(each)}" for key, each in value.items()) or "nothing"
    if isinstance(value, tuple):
        return " / ".join(map(words_of, value)) or "()"
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(words_of, value))) + "}"
    if isinstance(value, Enum):
        return str(value.value)
    return one_line(str(value))


def agrees(shown: object, seen: object) -> bool:
    """True if a state that shows `shown` may be the one that was seen; keys that were left out were not seen."""
    if isinstance(shown, Mapping) and isinstance(seen, Mapping):
        return all(key in shown and agrees(shown[key], each) for key, each in seen.items())
    return bool(shown == seen)


def is_whole(shown: object, seen: object) -> bool:
    """True if an observation that agrees with `shown` leaves nothing of it out."""
    if isinstance(shown, Mapping) and isinstance(seen, Mapping):
        return all(key in seen and is_whole(each, seen[key]) for key, each in shown.items())
    return True


def is_empty(seen: object) -> bool:
    """True if an observation says nothing: a mapping without keys, or with nothing but such mappings."""
    return isinstance(seen, Mapping) and all(map(is_empty, seen.values()))


@attrs.define
class Form:
    """The form that shown values have, learned from those of a model: words, numbers, tuples, mappings, sets.

    Attributes:
        words: The single values in the order in which they were learned.
        items: For each length of a tuple the form of each place.
        keys: The form below each key of a mapping.
        members: The form of the members of a set, None where no set is shown.
    """

    words: dict[Any, None] = attrs.field(factory=dict)
    items: dict[int, tuple[Form, ...]] = attrs.field(factory=dict)
    keys: dict[Any, Form] = attrs.field(factory=dict)
    members: Form | None = None

    def learn(self, value: Any) -> None:
        """Adds a value that a state of the model shows.

        Raises:
            TypeError: If it cannot be hashed, mappings apart.
        """
        if isinstance(value, Mapping):
            for key, each in value.items():
                self.keys.setdefault(key, Form()).learn(each)
        elif isinstance(value, tuple):
            places = self.items.setdefault(len(value), tuple(Form() for _ in value))
            for place, each in zip(places, value, strict=True):
                place.learn(each)
        elif isinstance(value, frozenset):
            self.members = self.members or Form()
            for each in sorted(value, key=steady):
                self.members.learn(each)
        else:
            self.words.setdefault(value)

    def complaint(self, seen: Any, *, known: bool = True) -> str | None:
        """What is wrong with an observation, with what is allowed; None if nothing is.

        Args:
            seen: The observation.
            known: True if all words of the model were learned, so that any other word is wrong. A number that no state
                shows is left to the comparison with the model.
        """
        if isinstance(seen, Mapping) and self.keys:
            return next(self._wrong_parts(self.keys, seen.items(), "key", known), None)
        if isinstance(seen, tuple) and len(seen) in self.items:
            places = dict(enumerate(self.items[len(seen)]))
            return next(self._wrong_parts(places, enumerate(seen), "place", known), None)
        if isinstance(seen, frozenset) and self.members is not None:
            return next(
                (text for each in sorted(seen, key=steady) if (text := self.members.complaint(each, known=known))),
                None,
            )
        return self._wrong_word(seen, known)

    def _wrong_parts(
        self, forms: Mapping[Any, Form], parts: Iterable[tuple[Any, Any]], what: str, known: bool
    ) -> Iterator[str]:
        for key, each in parts:
            if key not in forms:
                yield f"{what} {_repr(key)}; allowed: {', '.join(map(_repr, forms))}"
            elif text := forms[key].complaint(each, known=known):
                yield f"at {what} {_repr(key)} {text}"

    def _wrong_word(self, seen: Any, known: bool) -> str | None:
        try:
            if seen in self.words:
                return None
        except TypeError:
            pass  # not hashable, so it is none of the words
        kinds = {type(word) for word in self.words}
        if type(seen) in kinds and (not known or type(seen) in (int, float)):
            return None
        return f"{_repr(seen)} ({type(seen).__name__}); allowed: {', '.join(self._allowed())}"

    def _allowed(self) -> Iterator[str]:
        yield from map(_repr, self.words)
        if self.keys:
            yield f"a mapping with the keys {', '.join(map(_repr, self.keys))}"
        for length in self.items:
            yield f"a tuple of {length}"
        if self.members is not None:
            yield "a frozenset"


def _repr(value: object) -> str:
    text = str(value) if isinstance(value, Enum) else steady(value)
    return one_line(text if len(text) <= 80 else f"{text[:77]}...")
