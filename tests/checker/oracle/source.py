"""A random model as the source of a Python file, as a user would write it.

The file defines records, rules and claims. Each rule stands there twice: as a function that assigns, for the engines,
and as a list of steps on frozen records, for the reference; both are made from the same conditions and expressions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import attrs

from tests.checker.oracle.styles import STYLES, Pool

__all__ = ["Written", "write"]

KINDS = ("always", "always", "always_step", "always_step", "sometimes", "sometimes", "when_settled", "can_recover",
         "converges", "leads_to", "leads_to", "leads_to", "leads_to", "deadlock", "eventually_always",
         "eventually_always")  # fmt: skip

PLAIN = ("compare", "comprehension")

RECORDS = """import attrs, copy, enum, functools, operator
import numpy as np

class Colour(enum.Enum):
    RED = 1
    GREEN = 2

@attrs.frozen
class Up:
    n: int

@attrs.frozen
class Down:
    n: int

class Base:
    __slots__ = ()
    KIND = "base"
    def inherited(self):
        return self.x > 0

@attrs.frozen({part_options})
class Part(Base):
    x: int = attrs.field(default=0, metadata={{"domain": range(3)}})
    flag: bool = False
    LIMIT = 2
    @property
    def hot(self):
        return self.x == 2 or self.flag
    @functools.cached_property
    def warm(self):
        return self.x - self.flag
    def is_hot(self, least):
        return self.hot and self.x >= least
    def early(self):
        if self.flag:
            return True
        return self.x == 1
    @staticmethod
    def double(number):
        return 2 * number
    @classmethod
    def limit(cls):
        return cls.LIMIT
    def __len__(self):
        return self.x
    def __contains__(self, number):
        return number == self.x
    def __iter__(self):
        return iter((self.x, self.flag))
    def __getitem__(self, index):
        return (self.x, self.flag)[index]
    def __int__(self):
        return self.x + self.flag
    def __add__(self, number):
        return self.x + number
    def __neg__(self):
        return -self.x
    def __call__(self, number):
        return self.x == number
{part_dunders}
@attrs.frozen({state_options})
class State:
    a: int = attrs.field(default=0, metadata={{"domain": range(3)}})
    flag: bool = False
    c: Colour = Colour.RED
    part: Part = Part()
    parts: tuple = (Part(), Part())
    bits: tuple = (False, False)
    opt: object = attrs.field(default=None, metadata={{"domain": (None, 0, 1)}})
    @property
    def both_hot(self):
        return all(part.hot for part in self.parts)
    @functools.cached_property
    def spread(self):
        return abs(self.parts[0].x - self.parts[1].x)
    def total(self):
        return self.a + sum(part.x for part in self.parts)
    @classmethod
    def named(cls, number):
        return len(cls.__name__) > 5 - number

LIMITS = {{Part: 1, State: 2}}

def remembered(part, known={{Part(1, False): 1, Part(1, True): 2}}):
    return known.get(part, 0)

@functools.singledispatch
def described(value):
    return 2

@described.register
def _(value: Part):
    return value.x
"""

DUNDERS = (
    "    def __bool__(self):\n        return self.flag\n",
    "    def __str__(self):\n        return f'<{self.x}>' if self.flag else 'off'\n",
    "    def __format__(self, spec):\n        return str(self.x) + spec\n",
    "    def __eq__(self, other):\n        if not isinstance(other, Part):\n            return NotImplemented\n"
    "        return (self.x, self.flag) == (other.x, other.flag)\n"
    "    def __hash__(self):\n        return hash((self.x, self.flag))\n",
    "    def __eq__(self, other):\n        return self.__class__ == other.__class__ and tuple(self) == tuple(other)\n"
    "    def __hash__(self):\n        return 3 * self.x + self.flag\n",
    "    def __eq__(self, other):\n        return type(self) is type(other) and self.x == other.x and"
    " self.flag == other.flag\n    def __hash__(self):\n        return 5\n",
)

TARGETS = {
    "a": "(s.a + 1) % 3", "flag": "not s.flag", "c": "Colour.GREEN if s.flag else Colour.RED",
    "part.x": "(s.part.x + 1) % 3",
    "part.flag": "s.a == 1", "parts.0.x": "s.part.x", "parts.1.x": "(s.parts[1].x + s.a) % 3",
    "parts.1.flag": "not s.parts[0].flag", "parts.0.flag": "s.opt is None", "opt": "None if s.flag else s.a % 2",
}  # fmt: skip


@attrs.frozen
class Written:
    """A model as source, and the styles in which its rules and its claims are written."""

    text: str
    rule_styles: tuple[str, ...]
    claim_styles: tuple[str, ...]


def write(seed: int) -> Written:
    """The model of a seed: the same on every machine."""
    chance = random.Random(seed)
    eq = chance.choice((None, None, None, *DUNDERS[3:]))
    dunders = [text for text in DUNDERS[:3] if chance.random() < 0.4] + ([eq] if eq else [])
    options = ["order=True"] if eq is None else ["order=True, eq=True"]
    if eq is not None:
        dunders.append("    def __lt__(self, other):\n        return self.x < other.x\n"
                       "    def __ge__(self, other):\n        return self.x >= other.x\n")  # fmt: skip
        options = ["eq=False"]
    if chance.random() < 0.3:
        options.append("slots=False")
    records = RECORDS.format(
        part_options=", ".join(options),
        part_dunders="".join(dunders),
        state_options="slots=False" if chance.random() < 0.3 else "",
    )
    functions: list[str] = []
    in_rules = Pool(chance, _styles(chance) if chance.random() < 0.5 else PLAIN, functions)
    in_claims = Pool(chance, _styles(chance), functions)
    rules = [_rule(chance, number, in_rules) for number in range(chance.randint(2, 6))]
    claims = [_claim(chance, number, in_claims) for number in range(len(KINDS))]
    text = "\n".join([records, *functions, *rules, "CLAIMS = []", *claims])
    names = ", ".join(f"RULE_{number}" for number in range(len(rules)))
    initial = ", ".join(("State()", *("State(a=1, flag=True)" for _ in range(chance.random() < 0.4))))
    return Written(f"{text}\nRULES = [{names}]\nINITIAL = [{initial}]\n", tuple(in_rules.used), tuple(in_claims.used))


def _styles(chance: random.Random) -> tuple[str, ...]:
    """All styles, or the plain ones and a few others: so that a fault of one style is not hidden by one of another."""
    if chance.random() < 0.2:
        return tuple(STYLES)
    return (*PLAIN, *chance.sample(list(STYLES), chance.choice((1, 1, 2, 3))))


def _rule(chance: random.Random, number: int, pool: Pool) -> str:
    """A rule that assigns, and its twin for the reference."""
    guard = pool.condition("s") if chance.random() < 0.8 else "True"
    no, yes = (
        chance.choice(("False", "False", "False", "None", "0", "np.bool_(False)")),
        chance.choice(("True", "True", "1", "np.bool_(True)")),
    )
    lines = [f"def rule_{number}(s):", f"    if not ({guard}):", f"        return {no}"]
    steps = [f"('guard', lambda s: {guard})"]
    for target in chance.sample(list(TARGETS), chance.choice((1, 1, 2))):
        value = TARGETS[target]
        place = "s." + target.replace(".0", "[0]").replace(".1", "[1]")
        if chance.random() < 0.4:
            when = pool.condition("s")
            lines += [f"    if {when}:", f"        {place} = {value}"]
            steps.append(f"('set', {target!r}, lambda s: {value}, lambda s: {when})")
        else:
            lines.append(f"    {place} = {value}")
            steps.append(f"('set', {target!r}, lambda s: {value}, lambda s: True)")
    lines.append(f"    return {yes}")
    event = f"{chance.choice(('Up', 'Down'))}({number})"
    record = f"RULE_{number} = ({event}, rule_{number}, {chance.random() < 0.7}, [{', '.join(steps)}])"
    return "\n".join([*lines, record])


def _predicate(chance: random.Random, pool: Pool, *, step: bool) -> str:
    """The source of a predicate of states, or of steps: a lambda, or the name of a function."""
    wrap = chance.choice(("bool", "bool", "int", "np.bool_"))
    if not step:
        text = pool.condition("s")
        if chance.random() < 0.5:
            return f"lambda s: {wrap}({text})"
        name = f"pred_{len(pool.functions)}"
        second = pool.condition("s")
        pool.functions.append(f"def {name}(s):\n    if {text}:\n        return True\n    return {wrap}({second})")
        return name
    terms = [pool.condition(chance.choice(("before", "after"))) for _ in range(2)]
    terms.append(chance.choice((
        "before == after", "before.part == after.part", "attrs.evolve(before, a=after.a) == after",
        "isinstance(event, Up)", "type(event) is Down", "before.parts != after.parts", "after.a >= before.a",
        "event.n == 1", "attrs.asdict(before)['part'] == attrs.asdict(after)['part']", "hash(before) == hash(after)",
        "repr(before.part) == repr(after.part)", "before.part.warm <= after.part.warm",
    )))  # fmt: skip
    chance.shuffle(terms)
    return f"lambda before, event, after: {wrap}({' or '.join(f'({term})' for term in terms)})"


def _within(chance: random.Random) -> str:
    return chance.choice(("None", "None", "lambda e: isinstance(e, Up)", "lambda e: e.n != 1", "lambda e: e.n % 2",
                          "lambda e: type(e) is Down", "lambda e: np.bool_(e.n < 3)", "lambda e: False"))  # fmt: skip


def _fairness(chance: random.Random, pool: Pool) -> str:
    items = ("lambda e: e.n == 0", "lambda e: isinstance(e, Up)", "lambda e: type(e)", "lambda e: e",
             "lambda e: e.n % 2",
             "lambda e: (e.n,) if isinstance(e, Down) else None")  # fmt: skip
    chosen = chance.sample(items, chance.choice((0, 0, 1, 1, 2)))
    guarded = (chance.random() < 0.3 for _ in chosen)
    return ", ".join(
        f"('in states', {item}, {_predicate(chance, pool, step=False)})" if only_there else item
        for item, only_there in zip(chosen, guarded, strict=True)
    )


def _arguments(chance: random.Random, kind: str, pool: Pool) -> Iterator[str]:
    step = kind == "always_step"
    if kind != "converges":
        yield f"predicate={_predicate(chance, pool, step=step)}"
    if kind == "leads_to" or (kind in ("always", "always_step", "when_settled") and chance.random() < 0.5):
        yield f"premise={_predicate(chance, pool, step=step)}"
    if kind in ("when_settled", "converges"):
        yield f"within={_within(chance).replace('None', 'lambda e: True')}"
    if kind in ("leads_to", "can_recover", "eventually_always"):
        yield f"within={_within(chance)}"
    if kind in ("leads_to", "eventually_always"):
        weak, strong = _fairness(chance, pool), _fairness(chance, pool)
        yield f"weak=({weak}{',' if weak else ''}), strong=({strong}{',' if strong else ''})"
        yield f"progress={chance.random() < 0.8}"
    if step and chance.random() < 0.4:
        yield f"events=({chance.choice(('Up', 'Down'))},)"


def _claim(chance: random.Random, number: int, pool: Pool) -> str:
    kind = KINDS[number]
    arguments = ", ".join(_arguments(chance, kind, pool))
    return f"CLAIMS.append(dict(kind={kind!r}, name='{kind} {number}', {arguments}))"
