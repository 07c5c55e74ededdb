"""The mistakes that can be made in a module: each is one small change of its syntax tree."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import attrs

__all__ = ["KINDS", "Edit", "Part", "parts_of"]

ROOT = Path(__file__).parents[2]

KINDS = {
    "comparison": "another comparison: the bound is in or out, equal or not, the same or not, among them or not",
    "boolean": "one side of `and` or `or` missing, `not` missing, true for false, the answer turned round",
    "constant": "a number one more, another word or member of an enumeration, a difference for a sum, one fewer",
    "branch": "a condition that always holds, or never",
    "call": "a call or an assignment is left out, an argument has its default, `any` for `all`, `min` for `max`",
    "other unit": "the unit itself in place of its peer",
}
"""The kinds of mistakes."""

_ORDERS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
_OTHERS = {"any": "all", "all": "any", "min": "max", "max": "min"}
_NO_DECISIONS = ("strict", "rules", "says", "lemma")
"""Arguments that decide nothing: what a row or a promise cites and says, which the page of the rules is made of."""

_RULE = re.compile(r"[A-Z0-9]+-\d+")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@attrs.frozen(eq=False)
class Edit:
    """One mistake: a child of a node of the syntax tree, and what stands there instead.

    Attributes:
        kind: One of KINDS.
        verb: The mistake in words, with a gap for what stood there; empty where both are shown.
        lines: The first and the last line of what runs differently.
        parent: The node whose field changes.
        field: The name of the field.
        index: The position in it, None where the field is no list.
        old: What stands there.
        new: What stands there instead.
    """

    kind: str
    verb: str
    lines: tuple[int, int]
    parent: ast.AST
    field: str
    index: int | None
    old: ast.AST
    new: Any

    @property
    def says(self) -> str:
        """The mistake in words: `a < b → a <= b`, `if a → never`, `f(x) left out`."""
        if self.verb:
            return self.verb.format(_text(self.old))
        old, new = ast.unparse(self.old), ast.unparse(self.new)
        return f"{_short(old)} → {_short(new)}"

    def put(self, node: Any = None) -> None:
        """Makes the mistake in the tree, or puts back what stood there, if that is given."""
        new = self.new if node is None else node
        if self.index is None:
            setattr(self.parent, self.field, new)
        else:
            getattr(self.parent, self.field)[self.index] = new


@attrs.frozen(eq=False)
class Part:
    """A function of a module with its mistakes, or a statement beside its functions.

    Attributes:
        module: The path of the file from the root of the repository.
        name: `Class.function`, or what is assigned.
        digest: Of the syntax tree without docstrings and places, so that comments and lines around it do not count.
        is_function: False where the mistakes take effect when the module is imported.
        edits: The mistakes in the order of the text.
        node: What they are made in.
        classes: The names of the classes around it.
        imports: What its module imports, which decides how names are looked up.
    """

    module: str
    name: str
    digest: str
    is_function: bool
    edits: tuple[Edit, ...]
    node: ast.stmt
    classes: tuple[str, ...] = ()
    imports: tuple[ast.stmt, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Module and name, which no two have in common."""
        return self.module, self.name


@cache
def enumerations() -> Mapping[str, tuple[str, ...]]:
    """The members of each enumeration of the package, by its name."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.glob("failover_fsm/**/*.py"))]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = {node.name: [ast.unparse(base) for base in node.bases] for node in classes}
    direct = {name for name, above in bases.items() if any("Enum" in base for base in above)}
    found: dict[str, tuple[str, ...]] = {}
    for node in classes:
        if node.name in direct or not direct.isdisjoint(bases[node.name]):
            names = [each.targets[0] for each in node.body if isinstance(each, ast.Assign)]
            found[node.name] = tuple(each.id for each in names if isinstance(each, ast.Name) and each.id[0] != "_")
    return found


@cache
def defaults() -> Mapping[str, tuple[str, ...]]:
    """The fields with a default of each class of the package, by the name of the class."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(ROOT.glob("failover_fsm/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                fields = [each for each in node.body if isinstance(each, ast.AnnAssign) and each.value is not None]
                found[node.name] = tuple(each.target.id for each in fields if isinstance(each.target, ast.Name))
    return found


def parts_of(module: str, text: str | None = None) -> tuple[ast.Module, tuple[Part, ...]]:
    """The syntax tree of a module, and its parts that have mistakes; functions before what an import runs.

    Args:
        module: The path of the file from the root of the repository.
        text: Its source, if it is not the one in the file.
    """
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8") if text is None else text)
    found = [*_in_block(module, tree.body, ())]
    names: dict[str, int] = {}
    parts = []
    for part in sorted(found, key=lambda each: not each.is_function):
        names[part.name] = names.get(part.name, 0) + 1
        number = names[part.name]
        parts.append(part if number == 1 else attrs.evolve(part, name=f"{part.name} {number}"))
    imports = tuple(_imports(tree.body))
    return tree, tuple(attrs.evolve(part, imports=imports) for part in parts if part.edits)


def _imports(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """What a module imports, whether at once or on a condition."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If | ast.Try | ast.With):
            for field in ("body", "orelse", "finalbody"):
                yield from _imports(getattr(node, field, ()))


def _in_block(module: str, body: Sequence[ast.stmt], classes: tuple[str, ...]) -> Iterator[Part]:
    prefix = "".join(f"{each}." for each in classes)
    for node in body:
        if isinstance(node, _FUNCTIONS):
            name = prefix + node.name
            yield Part(module, name, _digest(node), True, tuple(_of_function(node)), node, classes)
            found = tuple(edit for each in _given(node.args) for edit in _Walk().edits(node.args, *each))
            yield Part(module, f"{name}()", _digest(node.args), False, found, node, classes)
        elif isinstance(node, ast.ClassDef):
            yield from _in_block(module, node.body, (*classes, node.name))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not _is_apart(node):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            edits = () if node.value is None else tuple(_Walk().edits(node, "value", None, node.value))
            yield Part(module, prefix + ast.unparse(target), _digest(node), False, edits, node, classes)


def _is_apart(node: ast.Assign | ast.AnnAssign) -> bool:
    """What is no decision: the names of the module, and the two tables, whose rows have an analysis of their own."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return ast.unparse(target) in ("__all__", "UNIT_TABLE", "GROUP_TABLE", "__slots__")


def _digest(node: ast.AST) -> str:
    return hashlib.sha256(_dumped(node).encode()).hexdigest()[:12]


def _dumped(node: Any) -> str:
    """The node as text, without places and without docstrings."""
    if isinstance(node, list):
        return ",".join(map(_dumped, node))
    if not isinstance(node, ast.AST):
        return repr(node)
    is_documented = isinstance(node, (*_FUNCTIONS, ast.ClassDef)) and ast.get_docstring(node) is not None
    inner = ((name, value[1:] if is_documented and name == "body" else value) for name, value in ast.iter_fields(node))
    return f"{type(node).__name__}({';'.join(f'{name}={_dumped(value)}' for name, value in inner)})"


def _given(arguments: ast.arguments) -> Iterator[tuple[str, int, ast.expr]]:
    for field in ("defaults", "kw_defaults"):
        for index, each in enumerate(getattr(arguments, field)):
            if each is not None:
                yield field, index, each


def _of_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Edit]:
    says_bool = isinstance(node.returns, ast.Name) and node.returns.id == "bool"
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    first = len(node.body) - len(body)
    for index, each in enumerate(body, start=first):
        yield from _Walk(says_bool).edits(node, "body", index, each)


class _Walk:
    """Finds the mistakes below a node."""

    def __init__(self, returns_bool: bool = False) -> None:
        self.returns_bool = returns_bool

    def edits(self, parent: ast.AST, field: str, index: int | None, node: Any) -> Iterator[Edit]:
        """The mistakes in the node that stands there, and below it."""
        for kind, verb, new in self._changes(parent, field, node):
            if not hasattr(new, "lineno"):  # what is part of the tree stays where it is
                ast.fix_missing_locations(ast.copy_location(new, node))
            yield Edit(kind, verb, _lines(node), parent, field, index, node, new)
        if isinstance(node, ast.JoinedStr | ast.Assert | ast.Raise):
            return  # words of a text are no decisions
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            for place, child in enumerate(value) if isinstance(value, list) else ((None, value),):
                if isinstance(child, ast.AST) and not (isinstance(child, ast.keyword) and child.arg in _NO_DECISIONS):
                    yield from self.edits(node, name, place, child)

    def _changes(self, parent: ast.AST, field: str, node: ast.AST) -> Iterator[tuple[str, str, ast.AST]]:
        """What may stand in place of a node: the kind of mistake, the mistake in words, the other node."""
        is_test = isinstance(parent, ast.If | ast.IfExp | ast.While) and field == "test"
        if isinstance(node, ast.expr):
            for kind, new in _of_expression(parent, node, is_test):
                yield kind, "", new
        if isinstance(node, ast.Return) and self.returns_bool and _may_be_turned(node.value):
            assert node.value is not None, "it is one that may be turned round"
            yield "boolean", "{} → the opposite", ast.Return(value=ast.UnaryOp(ast.Not(), node.value))
        if _may_be_left_out(node):
            yield "call", "{} left out", ast.Pass()
        if isinstance(parent, ast.comprehension) and field == "ifs":
            yield "branch", "if {} → always", ast.Constant(True)
        if is_test:
            yield "branch", "if {} → never", ast.Constant(False)
            if not isinstance(parent, ast.While):
                yield "branch", "if {} → always", ast.Constant(True)


def _lines(node: ast.AST) -> tuple[int, int]:
    first: int = getattr(node, "lineno", 0)
    return first, getattr(node, "end_lineno", None) or first


def _text(node: ast.AST) -> str:
    return _short(ast.unparse(node))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 100 else f"{text[:60]} ... {text[-35:]}"


def _may_be_turned(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call | ast.Name | ast.Attribute | ast.Subscript)


def _may_be_left_out(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom)
    if isinstance(node, ast.Assign):
        return all(isinstance(each, ast.Attribute | ast.Subscript) for each in node.targets)
    if isinstance(node, ast.AugAssign):
        return True
    return isinstance(node, ast.Raise | ast.Continue)


def _of_expression(parent: ast.AST, node: ast.expr, is_test: bool) -> Iterator[tuple[str, ast.expr]]:
    """Other expressions; a condition that is turned round is left to the one that always holds, or never does."""
    if isinstance(node, ast.Compare):
        orders = isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)
        if orders or len(node.ops) > 1 or not is_test:
            yield from (("comparison", new) for new in _other_comparisons(node))
        yield from (("constant", new) for new in _fewer_members(node))
    elif isinstance(node, ast.BoolOp):
        yield from (("boolean", new) for new in _fewer_sides(node))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        if not is_test:
            yield "boolean", node.operand
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "constant", node.operand
    elif isinstance(node, ast.Constant):
        yield from _other_constants(parent, node)
    elif isinstance(node, ast.Attribute):
        yield from _other_attributes(parent, node)
    elif isinstance(node, ast.BinOp):
        yield from (("constant", new) for new in _other_sums(node))
    elif isinstance(node, ast.Call):
        yield from (("call", new) for new in _other_calls(node))


def _other_comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    for index, op in enumerate(node.ops):
        for other in _ORDERS[type(op)]:
            yield ast.Compare(node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators)


def _fewer_members(node: ast.Compare) -> Iterator[ast.expr]:
    """`in (A, B)` with one of them missing."""
    op, members = node.ops[-1], node.comparators[-1]
    if isinstance(op, ast.In | ast.NotIn) and isinstance(members, ast.Tuple | ast.Set) and len(members.elts) > 1:
        for each in members.elts:
            rest = ast.Tuple([other for other in members.elts if other is not each], ast.Load())
            yield ast.Compare(node.left, node.ops, [*node.comparators[:-1], rest])


def _fewer_sides(node: ast.BoolOp) -> Iterator[ast.expr]:
    """One side missing; `and` for `or` differs wherever one of these does."""
    for each in node.values:
        rest = [other for other in node.values if other is not each]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _other_constants(parent: ast.AST, node: ast.Constant) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node.value, bool):
        yield "boolean", ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield "constant", ast.Constant(node.value + 1)
    elif isinstance(node.value, str) and not isinstance(parent, ast.Expr) and _decides(node.value):
        yield "constant", ast.Constant(node.value + "~")


def _decides(text: str) -> bool:
    """Whether a text is one word, and no id of a rule."""
    return " " not in text and _RULE.fullmatch(text) is None


def _other_attributes(parent: ast.AST, node: ast.Attribute) -> Iterator[tuple[str, ast.expr]]:
    if node.attr == "peer" and isinstance(node.ctx, ast.Load):
        yield "other unit", node.value
    is_compared = isinstance(parent, ast.Compare) and isinstance(parent.ops[0], ast.Is | ast.IsNot)
    base = node.value.id if isinstance(node.value, ast.Name) and not is_compared else ""
    members = enumerations().get(base, ())
    if node.attr in members and len(members) > 1:
        other = members[(members.index(node.attr) + 1) % len(members)]
        yield "constant", ast.Attribute(node.value, other, ast.Load())


def _other_sums(node: ast.BinOp) -> Iterator[ast.expr]:
    if isinstance(node.op, ast.BitOr):  # A | B of isinstance
        yield from (node.left, node.right)
    elif type(node.op) in _SUMS and not isinstance(node.left, ast.JoinedStr | ast.Constant):
        yield ast.BinOp(node.left, _SUMS[type(node.op)](), node.right)


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if isinstance(node.func, ast.Name) and name in _OTHERS:
        yield ast.Call(ast.Name(_OTHERS[name], ast.Load()), node.args, node.keywords)
    for each in node.keywords:
        if each.arg not in (None, *_NO_DECISIONS) and (name == "evolve" or each.arg in defaults().get(name, ())):
            rest = [other for other in node.keywords if other is not each]
            yield ast.Call(node.func, node.args, rest)
