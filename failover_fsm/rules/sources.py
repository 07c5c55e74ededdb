"""Texts in Python files that may cite rules: docstrings, comments and strings, each with its owner."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import attrs

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@attrs.frozen(kw_only=True)
class SourceText:
    """A piece of text in a file.

    Attributes:
        owner: The class, function or top-level name around it, "" for the module itself.
        text: The text.
        is_code: True for a string in the code, False for a docstring or a comment.
    """

    owner: str
    text: str
    is_code: bool = False


def source_texts(path: Path) -> Iterator[SourceText]:
    """The docstrings and comments of a file, and its other strings."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    owners = _owners(tree)
    spoken: set[int] = set()
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            spoken.add(id(node.value))
            yield SourceText(owner=_owner(owners, node.lineno), text=node.value.value)
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield SourceText(owner=_owner(owners, node.lineno), text=node.value, is_code=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield SourceText(owner=_owner(owners, token.start[0]), text=token.string)


def _owners(tree: ast.Module) -> list[tuple[int, int, str]]:
    """First line, last line and name of every named definition, outer before inner."""
    found: list[tuple[int, int, str]] = []
    for statement in tree.body:
        found += _owned(statement, "")
    return found


def _owned(node: ast.stmt, prefix: str) -> Iterator[tuple[int, int, str]]:
    last = node.end_lineno or node.lineno
    if isinstance(node, Definition):
        name = f"{prefix}{node.name}"
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        yield first, last, name
        for inner in node.body:
            if isinstance(inner, Definition):
                yield from _owned(inner, f"{name}.")
    elif isinstance(node, ast.Assign | ast.AnnAssign) and not prefix:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name):
            yield node.lineno, last, target.id


def _owner(owners: list[tuple[int, int, str]], line: int) -> str:
    around = [name for first, last, name in owners if first <= line <= last]
    return around[-1] if around else ""
