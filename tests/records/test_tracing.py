"""Shapes, packing and tracing drafts: what the compiled explorer sees of a state."""

from __future__ import annotations

import enum
import gc
import weakref
from typing import Any

import attrs
import pytest

from failover_fsm.records import (
    Assigned,
    DraftError,
    Journal,
    Packing,
    SchemaError,
    Shape,
    Tracer,
    answered,
    ask_of,
    edit,
    unchanged,
)


class Colour(enum.Enum):
    """Three values, two bits."""

    RED = 1
    GREEN = 2
    BLUE = 3


@attrs.frozen
class Lamp:
    """A record in a tuple."""

    on: bool = False
    colour: Colour = Colour.RED

    @property
    def shows_red(self) -> bool:
        """A property reads only what it needs."""
        return self.on and self.colour is Colour.RED

    def like(self, other: Lamp) -> bool:
        """A method compares two records."""
        return self == other


@attrs.frozen
class Box:
    """Everything a state may hold."""

    lamps: tuple[Lamp, ...] = (Lamp(), Lamp())
    main: Lamp = Lamp(on=True)
    level: int = attrs.field(default=0, metadata={"domain": range(5)})
    fixed: int = attrs.field(default=7, metadata={"domain": (7,)})
    flags: tuple[bool, ...] = (False, True)
    _hidden: bool = False


def box(code: int) -> Box:
    """A box whose fields depend on a number."""
    lamps = tuple(Lamp(on=bool(code >> bit & 1), colour=list(Colour)[code % 3]) for bit in (0, 1))
    return Box(lamps=lamps, level=code % 5, flags=(bool(code & 4), bool(code & 8)), hidden=bool(code & 2))


@pytest.mark.parametrize("word_bits", [3, 4, 7, 64])
def test_packing_is_undone_by_unpacking_for_any_size_of_word(word_bits: int) -> None:
    """States wider than a word take several; no slot is cut in two."""
    packing = Packing.of(Shape.of(Box()), word_bits=word_bits)
    assert (packing.words > 1) is (word_bits < 64)
    assert all(place.shift + place.width <= word_bits for place in packing.places)
    seen = set()
    for code in range(60):
        words = packing.pack(box(code))
        assert packing.unpack(words) == box(code)
        seen.add(words)
    assert len(seen) == len({box(code) for code in range(60)})


def test_a_slot_with_one_value_takes_no_bits() -> None:
    """It still comes back."""
    packing = Packing.of(Shape.of(Box()))
    widths = {leaf.slot.name: packing.places[leaf.number].width for leaf in packing.shape.leaves}
    assert widths["fixed"] == 0
    assert widths["level"] == 3


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (Box(level=5), "level cannot be 5; allowed: 0, 1, 2, 3, 4"),
        (Box(level=True), "level cannot be True"),
        (Box(lamps=(Lamp(),)), "lamps does not have 2 items"),
        (Box(main="lamp"), "main is not a Lamp: 'lamp'"),  # type: ignore[arg-type]
        (Box(lamps=(Lamp(), Lamp(colour=[]))), r"lamps\[1\].colour cannot be \[\]"),  # type: ignore[arg-type]
    ],
)
def test_a_record_that_does_not_fit_is_refused_by_field(broken: Box, message: str) -> None:
    """Wrong value, wrong type, wrong length, wrong record."""
    with pytest.raises(SchemaError, match=message):
        Shape.of(Box()).codes(broken)


def test_a_domain_with_a_value_twice_is_refused() -> None:
    """Two codes for one value would make equal states different."""

    @attrs.frozen
    class Twice:
        value: int = attrs.field(default=0, metadata={"domain": (0, 1, 0)})

    with pytest.raises(SchemaError, match="value has a value twice"):
        Shape.of(Twice())


def trace(rule: Any, state: Any) -> tuple[list[str], dict[str, Any], Any]:
    """Run a rule on a tracing draft that answers from a state: reads, writes, result."""
    shape = Shape.of(state)
    tracer = Tracer(shape, shape.codes(state).__getitem__)
    result = rule(tracer.draft())
    writes = {shape.name(slot): shape.leaves[slot].slot.domain[code] for slot, code in tracer.writes.items()}
    return [shape.name(slot) for slot in tracer.reads], writes, result


def test_reads_are_recorded_once_in_order_and_own_assignments_are_not_reads() -> None:
    """As the recording draft does it."""

    def rule(draft: Any) -> Any:
        draft.level = 3
        seen = draft.level, draft.main.shows_red, draft.main.on, draft.lamps[1].colour
        draft.lamps[1].colour = Colour.BLUE
        return (*seen, draft.lamps[1].colour)

    reads, writes, result = trace(rule, Box())
    assert reads == ["main.on", "main.colour", "lamps[1].colour"]
    assert writes == {"level": 3, "lamps[1].colour": Colour.BLUE}
    assert result == (3, True, True, Colour.RED, Colour.BLUE)
    journal = Journal()
    draft = edit(Box(), journal)
    assert rule(draft) == result
    assert list(dict.fromkeys(path for _, path, _ in journal.reads)) == [
        ("main", "on"), ("main", "colour"), ("lamps", 1, "colour")
    ]  # fmt: skip


def test_drafts_are_compared_by_what_they_hold() -> None:
    """Compared by identity, a rule would find two equal lamps different, and frozen records equal."""

    def rule(draft: Any) -> Any:
        return draft.lamps[0] == draft.lamps[1], draft.lamps[0].like(draft.main), draft.lamps[0] == Lamp()

    reads, _, result = trace(rule, Box())
    assert result == (True, False, True)
    assert reads == ["lamps[0].on", "lamps[1].on", "lamps[0].colour", "lamps[1].colour", "main.on"]
    assert rule(edit(Box())) == result
    assert rule(Box()) == result
    with pytest.raises(TypeError, match="unhashable"):
        hash(edit(Box()))


@pytest.mark.parametrize("assigned", [{}, {"level": 0}, {"level": 3}, {"main.on": True}])
def test_what_a_step_left_alone_is_not_read_to_be_compared(assigned: dict[str, Any]) -> None:
    """It is the same; what was assigned may be the same or not. Of records it is the same question."""
    shape = Shape.of(Box())
    slots = {shape.name(number): number for number in range(len(shape.leaves))}
    writes = {slots[name]: shape.leaves[slots[name]].codes[value] for name, value in assigned.items()}
    tracer, looked = Tracer(shape, lambda slot: shape.read(shape.codes(Box()), slot)), {}
    before, after = tracer.before(), tracer.after(Assigned(writes.items(), looked))
    expected = [assigned.get("level", Box().level) == Box().level, assigned.get("main.on", True) == Box().main.on]
    assert [unchanged(before, after, "level"), unchanged(before.main, after.main, "on")] == expected
    assert sorted(map(shape.base, tracer.reads)) == sorted(writes)
    assert not set(tracer.reads) & set(writes), "whether it is the value that was assigned, not which one it is"
    assert sorted(looked) == sorted([slots["level"], slots["main.on"]])
    codes = [writes.get(number, code) for number, code in enumerate(shape.codes(Box()))]
    assert unchanged(Box(), shape.build(codes), "level") is expected[0]


def test_a_tuple_of_values_is_read_as_a_whole_and_never_stale() -> None:
    """It holds no drafts, so it is made anew at each reading."""
    reads, _, result = trace(lambda draft: draft.flags, Box())
    assert result == (False, True)
    assert reads == ["flags[0]", "flags[1]"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (lambda draft: setattr(draft, "level", 9), "level cannot be 9; allowed: 0, 1, 2, 3, 4"),
        (lambda draft: setattr(draft.lamps[1], "colour", "red"), r"lamps\[1\].colour cannot be 'red'"),
        (lambda draft: setattr(draft, "levle", 1), "Box has no field 'levle'"),
        (lambda draft: draft.lamps[0].size, "'Lamp' object has no attribute 'size'"),
        (lambda draft: setattr(draft, "main", 3), "main cannot be 3; allowed: a Lamp"),
        (lambda draft: setattr(draft, "main", Lamp(colour="red")), "main.colour cannot be 'red'"),  # type: ignore[arg-type]
        (lambda draft: setattr(draft, "lamps", (Lamp(),)), "lamps cannot be .*; allowed: a tuple of 2"),
        (lambda draft: setattr(draft, "lamps", (Lamp(), 3)), r"lamps\[1\] cannot be 3; allowed: a Lamp"),
        (lambda draft: setattr(draft, "flags", (True, 1)), r"flags\[1\] cannot be 1; allowed: False, True"),
    ],
)
def test_what_the_state_does_not_have_is_refused_alike_by_both_drafts(rule: Any, message: str) -> None:
    """The tracing draft and the recording draft say the same."""
    with pytest.raises(AttributeError, match=message):
        trace(rule, Box())
    with pytest.raises(AttributeError, match=message):
        rule(edit(Box()))


BLUE = Lamp(colour=Colour.BLUE)

WHOLE: tuple[tuple[str, Any, Any], ...] = (
    ("main", lambda state: BLUE, "a new record"),
    ("main", lambda state: state.lamps[1], "another part"),
    ("lamps", lambda state: state.lamps[::-1], "parts that change places"),
    ("lamps", lambda state: (state.main, state.lamps[0]), "parts from elsewhere"),
    ("flags", lambda state: state.flags[::-1], "values that change places"),
)
"""Records and tuples that are assigned at once: the field, and what it is given."""


@pytest.mark.parametrize(("field", "given"), [each[:2] for each in WHOLE], ids=[each[2] for each in WHOLE])
def test_records_and_tuples_are_assigned_at_once_by_both_drafts(field: str, given: Any) -> None:
    def assign(draft: Any) -> None:
        setattr(draft, field, given(draft))

    for code in range(16):
        before = box(code)
        view = edit(before)
        assign(view)
        shape = Shape.of(before)
        tracer = Tracer(shape, shape.codes(before).__getitem__)
        assign(tracer.draft())
        codes = list(shape.codes(before))
        for slot, written in tracer.writes.items():
            codes[slot] = written
        assert view.freeze() == shape.build(codes) == attrs.evolve(before, **{field: given(before)})


def test_what_was_assigned_is_a_copy() -> None:
    """A later assignment to where it came from does not change it."""
    for view in (edit(Box()), Tracer(Shape.of(Box()), Shape.of(Box()).codes(Box()).__getitem__).draft()):
        view.main = view.lamps[0]
        view.lamps[0].on = True
        assert (view.main.on, view.lamps[0].on) == (False, True)


def test_predicates_cannot_assign() -> None:
    """Neither to the state before a step nor to the one after it."""
    shape = Shape.of(Box())
    tracer = Tracer(shape, shape.codes(Box()).__getitem__)
    tracer.draft().level = 2
    assert (tracer.before().level, tracer.after(tracer.writes).level) == (0, 2)
    for view in (tracer.before(), tracer.after(tracer.writes)):
        with pytest.raises(DraftError, match="level was assigned by a predicate; predicates only read"):
            view.level = 1


def test_a_view_stays_itself_and_shows_what_is_assigned_to_it_with_others() -> None:
    """Also where it was shown before, and whatever way it is assigned."""

    def rule(draft: Any) -> Any:
        main, lamps = draft.main, draft.lamps
        seen = main.on, draft.flags, lamps[0].on, main.shows_red
        draft.flags = (True, True)
        draft.main = Lamp(on=False, colour=Colour.BLUE)
        draft.lamps = (Lamp(on=True), Lamp())
        same = draft.main is main, draft.lamps[0] is lamps[0]
        return seen, same, (main.on, draft.flags, lamps[0].on, main.shows_red)

    _, _, found = trace(rule, Box())
    assert found == ((True, (False, True), False, True), (True, True), (False, (True, True), True, False))


class Mood(enum.Enum):
    """What a face shows."""

    GLAD = 1
    SAD = 2


def is_glad(mood: Mood) -> bool:
    """A query."""
    return mood is Mood.GLAD


@answered(glad="mood")
@attrs.frozen
class Face:
    """A record with a property that is answered from one field."""

    mood: Mood = Mood.GLAD
    other: Mood = Mood.GLAD

    @property
    def glad(self) -> bool:
        """Reads the answer only."""
        return ask_of(self, "mood", is_glad)


def test_an_answer_is_given_anew_once_its_field_is_assigned() -> None:
    """And once in a view that cannot be assigned to."""

    def rule(draft: Any) -> Any:
        seen = [draft.glad, draft.glad]
        draft.other = Mood.SAD
        seen.append(draft.glad)
        draft.mood = Mood.SAD
        seen.append(draft.glad)
        draft.mood = Mood.GLAD
        return [*seen, draft.glad]

    shape = Shape.of(Face())
    tracer = Tracer(shape, lambda slot: shape.read(shape.codes(Face()), slot))
    assert rule(tracer.draft()) == [True, True, True, False, True]
    assert [shape.name(slot) for slot in tracer.reads] == ["is_glad(mood; )"]
    looked: dict[int, None] = {}
    after = tracer.after(Assigned([(shape.leaves[0].number, 1)], looked))
    assert (after.glad, after.glad, tracer.before().glad) == (False, False, True) and list(looked) == [0]


def test_views_of_one_class_know_their_own_places() -> None:
    """There is a class for each record of the tree, and all of them are the record's class to whoever looks."""
    shape = Shape.of(Box())
    tracer = Tracer(shape, shape.codes(box(5)).__getitem__)
    state = tracer.before()
    first, second, main = *state.lamps, state.main
    assert (first.on, second.on, main.on) == (True, False, True)
    assert {type(first), type(second), type(main)} == {Lamp} and isinstance(main, Lamp) and main.__class__ is Lamp


def test_nothing_of_an_ended_run_is_left_to_the_garbage_collector() -> None:
    """Thousands of runs would otherwise be collected, while all that was learned is looked through."""
    shape = Shape.of(Box())
    gc.collect()
    gc.disable()
    try:
        tracer = Tracer(shape, shape.codes(Box()).__getitem__)
        seen = [tracer.draft().main.on, tracer.before().lamps[0].on, tracer.after({}).lamps[1].on]
        tracer.end()
        gone = weakref.ref(tracer)
        del tracer
        assert gone() is None and seen == [True, False, False]
    finally:
        gc.enable()
