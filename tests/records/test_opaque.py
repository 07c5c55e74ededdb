"""What stands for an opaque leaf answers as its value does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.records import Shape, Tracer, ask


@attrs.frozen
class Rack:
    """A tuple that is queried."""

    ports: tuple[int, ...] = attrs.field(default=(), metadata={"whole": True})


SHAPE = Shape.of(Rack(), {"ports": [(), (1,), (1, 2)]})


def by_pattern(rack: Any) -> Any:
    match rack.ports:
        case (1, last):
            return last
        case ():
            return "none"
    return None


STYLES: dict[str, Callable[[Any], Any]] = {
    "pattern": by_pattern,
    "isinstance": lambda rack: isinstance(rack.ports, tuple),
    "repr": lambda rack: repr(rack.ports),
    "format": lambda rack: f"{rack.ports} {rack.ports!s}",
    "hash": lambda rack: hash(rack.ports),
    "key": lambda rack: {(1,): "one"}.get(rack.ports),
    "in": lambda rack: 2 in rack.ports,
    "member": lambda rack: rack.ports in [(1,), (3,)],
    "len": lambda rack: len(rack.ports),
    "truth": lambda rack: bool(rack.ports) or not rack.ports,
    "falsehood": lambda rack: "none" if not rack.ports else "some",
    "order": lambda rack: rack.ports < (1, 1),
    "sum": lambda rack: rack.ports + (3,),  # noqa: RUF005
    "slice": lambda rack: rack.ports[:1],
    "reversed": lambda rack: [*reversed(rack.ports)],
    "method": lambda rack: rack.ports.count(1),
    "record": lambda rack: (repr(rack), hash(rack), rack == Rack((1,)), attrs.asdict(rack) == {"ports": (1,)}),
    "query": lambda rack: ask(rack.ports, len),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("code", range(3))
def test_an_opaque_leaf_answers_as_its_value(style: str, code: int) -> None:
    def oracle(number: int) -> int:
        return SHAPE.read([code], number)

    assert STYLES[style](Tracer(SHAPE, oracle).before()) == STYLES[style](SHAPE.build([code]))
