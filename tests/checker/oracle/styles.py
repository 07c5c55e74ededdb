"""Conditions on a state, in the styles in which people write them.

Each template is an expression over `{s}`, a state, with numbers drawn for `{n}` (0 to 2) and `{m}` (0 or 1), and a
truth value for `{b}`. A template with a `|` puts a function in front of the expression: its lines, then the expression,
where `{f}` is the name of the function.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import attrs

__all__ = ["HELD_TYPE", "STYLES", "UNHASHABLE", "Pool"]

STYLES: dict[str, tuple[str, ...]] = {
    "compare": (
        "{s}.a == {n}", "{s}.flag is {b}", "{s}.c is Colour.RED", "{s}.opt is None", "{s}.opt == {m}",
        "{s}.part.x >= {n}", "{s}.bits[{m}]", "0 <= {s}.a - {s}.part.x < 2", "{s}.a in (0, {n})", "not {s}.bits[0]",
    ),
    "comprehension": (
        "any(p.x == {n} for p in {s}.parts)", "all(p.flag is {b} for p in {s}.parts)",
        "sum(p.x for p in {s}.parts) < 3",
        "[p.x for p in {s}.parts] == [{m}, {n}]", "{{p.x for p in {s}.parts}} == {{{n}}}",
        "sorted(p.x for p in {s}.parts)[0] == {n}", "max({s}.parts, key=lambda p: p.x).x > {m}",
        "len([p for p in ({s}.part, *{s}.parts) if p.x == {n}]) == {m}", "dict(enumerate({s}.bits))[{m}]",
        "next((p.flag for p in {s}.parts if p.x), {b})", "sum(map(bool, {s}.bits)) == 1",
    ),
    "match": (
        "def {f}(v):\n match v:\n  case State(a={n}): return True\n  case State(flag={b}, a=0): return True\n"
        " return False|{f}({s})",
        "def {f}(v):\n match v:\n  case State(part=Part(x={n})): return False\n return True|{f}({s})",
        "def {f}(v):\n match v:\n  case Part({n}, {b}): return True\n  case Part(): return False\n"
        " raise LookupError|{f}({s}.part)",
        "def {f}(v):\n match v:\n  case (Part(x={n}), _): return True\n  case (_, Part(flag={b}) as p): return p.x > 0"
        "\n return False|{f}({s}.parts)",
        "def {f}(v):\n match v:\n  case object(a={n}): return True\n  case _: return False|{f}({s})",
        "def {f}(v):\n match v.opt:\n  case None: return True\n  case int(k) if k == {m}: return v.flag\n"
        " return False|{f}({s})",
    ),
    "isinstance": (
        "isinstance({s}, State) and {s}.a == {n}", "not (isinstance({s}, State) and {s}.a == {n})",
        "isinstance({s}.part, Part) and {s}.part.flag", "isinstance({s}.part, Base) and {s}.part.x == {n}",
        "not isinstance({s}.parts[0], (State, Part)) or {s}.a == {n}", "isinstance({s}.parts, tuple) and {s}.flag",
        "issubclass(type({s}), State) and {s}.a == {n}", "isinstance({s}.opt, int) and {s}.a != {n}",
        "{s}.__class__ is State and {s}.a == {n}", "{s}.__class__.__name__ == 'State' and {s}.flag",
    ),
    "type": (
        "type({s}) == State and {s}.a == {n}", "type({s}).__name__ == 'State' and {s}.a == {n}",
        "type({s}.part) in (Part, int) and {s}.part.x == {n}", "LIMITS[type({s}.part)] > {s}.part.x",
        "type({s}.part)({n}, {b}) == {s}.part",
        "len(attrs.fields(type({s}))) > 3 and {s}.flag",
    ),
    "held type": (
        "type({s}) is State and {s}.a == {n}", "type({s}.part) is type({s}.parts[0]) and {s}.a == {n}",
        "type({s}.part) is not Part or {s}.a == {n}",
        "def {f}(v):\n return type(v) is Part and v.x == {n}|{f}({s}.part)",
    ),
    "methods": (
        "{s}.part.is_hot({n})", "{s}.total() > {n}", "{s}.part.early()", "{s}.part.inherited()",
        "Part.is_hot({s}.part, {m})",
        "operator.methodcaller('early')({s}.parts[{m}])", "any(map(Part.early, {s}.parts))",
        "functools.partial(Part.is_hot, {s}.part)({n})", "(lambda v: v.part.early())({s})",
    ),
    "properties": (
        "{s}.part.hot", "{s}.both_hot", "{s}.part.warm == {n}", "{s}.parts[{m}].warm > 0", "{s}.spread == {n}",
        "operator.attrgetter('part.hot')({s})", "getattr({s}, 'both_hot')", "hasattr({s}, 'nope') or {s}.both_hot",
        "getattr({s}, 'nope', {s}.a) == {n}",
    ),
    "static and class": (
        "{s}.part.double({s}.a) == 2", "Part.double({s}.part.x) > {n}", "{s}.part.limit() > {s}.part.x",
        "{s}.part.LIMIT - {s}.a == {m}", "{s}.part.KIND == 'base' and {s}.flag", "{s}.named({n})",
    ),
    "dunder": (
        "len({s}.part) == {n}", "bool({s}.part)", "(True if {s}.part else False)", "{n} in {s}.part",
        "list({s}.part) == [{s}.a, {b}]", "{s}.part[0] == {n}", "{s}.part < {s}.parts[{m}]", "not {s}.parts[{m}]",
        "int({s}.part) > {n}", "{s}.part + 1 == {n}", "{s}.part({n})", "max({s}.part, {s}.parts[0]).x == {n}",
        "-{s}.part < 0", "all({s}.parts)", "{s}.parts[0] >= {s}.parts[1]",
    ),
    "attrs": (
        "attrs.asdict({s})['a'] == {n}", "attrs.asdict({s})['part']['x'] == {n}",
        "attrs.astuple({s}.part) == ({n}, {b})",
        "attrs.evolve({s}, a={n}) == {s}", "attrs.evolve({s}.part, x={n}) == {s}.part",
        "attrs.evolve({s}, a={n}, flag={b}) != {s}", "[getattr({s}, f.name) for f in attrs.fields(State)][0] == {n}",
        "attrs.has(type({s}.part)) and {s}.a == {n}", "attrs.evolve({s}, a={n}).part.x == {n}",
        "attrs.asdict({s}, recurse=False)['part'].x == {n}", "attrs.evolve({s}.part, flag={b}).early()",
    ),
    "text": (
        "repr({s}) != 'State(a={n})'", "repr({s}.part) == 'Part(x={n}, flag={b})'",
        "str({s}).startswith('State(a={n}')",
        "f'{{{s}.part}}' == str(Part({n}, {b}))", "'x={n}' in repr({s}.parts)",
        "format({s}.part) == format(Part({n}, {b}))",
        "'%s' % ({s}.part,) == str(Part({n}, {b}))", "len(repr({s})) % 2 == {m}",
    ),
    "hash": (
        "hash({s}.part) == hash(Part({n}, {b}))", "{s}.part in {{Part({n}, {b}), Part(0, False)}}",
        "len({{*{s}.parts}}) == 1", "{{Part({n}, {b}): 1}}.get({s}.part, 0) == {m}",
        "hash({s}) == hash(attrs.evolve({s}))",
        "{s} in {{State(a={n})}} or {s}.flag", "remembered({s}.part) == {n}",
        "frozenset({s}.parts) == {{Part({n}, {b})}}",
    ),
    "records": (
        "{s}.part == Part({n}, {b})", "Part({n}, {b}) == {s}.part", "{s}.part == {s}.parts[{m}]",
        "{s}.part != Part({n}, {b})", "{s} == State()", "State(a={n}) != {s}", "{s}.parts == (Part({n}, {b}), Part())",
        "{s}.parts[0] in (Part({n}, {b}), Part())", "{s}.parts.count(Part({n}, {b})) == {m}", "{s}.part in {s}.parts",
        "{s}.parts[::-1] == {s}.parts", "{s}.part == {n}", "{s}.part is not None and {s}.a == {n}",
        "[*{s}.parts] == [Part({n}, {b})] * 2", "{s}.part == None or {s}.flag",
    ),
    "copies": (
        "copy.copy({s}.part) == {s}.part and {s}.a == {n}", "copy.deepcopy({s}).a == {n}",
        "copy.copy({s}).part.early()",
        "'a' in dir({s}) and {s}.a == {n}",
    ),
    "control": (
        "def {f}(v):\n for p in v.parts:\n  if p.x == {n}: return p.flag\n return v.flag|{f}({s})",
        "def {f}(v):\n try:\n  return v.nope\n except AttributeError:\n  return v.a == {n}|{f}({s})",
        "def {f}(v):\n if (x := v.part.x) > 1: return True\n return x == v.a|{f}({s})",
        "def {f}(v):\n total = 0\n while total < v.a: total += 1\n return total == {n}|{f}({s})",
        "(False, {s}.flag, True)[{s}.a]", "{{0: True, 1: {s}.flag}}.get({s}.a, {b})", "described({s}.part) == {n}",
        "all(getattr({s}, name) != {n} for name in ('opt', 'a'))", "({s}.flag and {s}.a or 0) == {n}",
    ),
}  # fmt: skip

UNHASHABLE = "hash"
"""Refused in a rule: what it is given changes, and is no key."""

HELD_TYPE = "held type"
"""Refused in a rule: no stand-in for a record is of its very class."""


@attrs.define
class Pool:
    """Where the conditions of a model come from.

    styles: the names of the styles to draw from.
    functions: functions that conditions call, as source.
    used: the names of the styles drawn.
    """

    chance: random.Random
    styles: Sequence[str]
    functions: list[str]
    used: dict[str, None] = attrs.field(factory=dict)

    def condition(self, s: str) -> str:
        """A random condition on `s`."""
        chance, terms = self.chance, []
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
            style = chance.choice(self.styles)
            self.used[style] = None
            text = chance.choice(STYLES[style]).format(
                s=s,
                f=f"cond_{len(self.functions)}",
                n=chance.randrange(3),
                m=chance.randrange(2),
                b=chance.random() < 0.5,
            )
            if "|" in text:
                function, text = text.split("|")
                self.functions.append(function)
            terms.append(f"({text})" if chance.random() < 0.7 else f"(not ({text}))")
        return chance.choice((" and ", " or ")).join(terms)
