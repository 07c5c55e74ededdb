"""The reference model in Murphi, for Rumur: the guards and effects of `promela.py` in another syntax."""

from __future__ import annotations

import re

from benchmarks.promela import of_groups, of_the_pair, of_units

__all__ = ["murphi"]


def expression(text: str) -> str:
    """A Promela condition as a Murphi one: flags are 0 or 1 there and need a comparison here."""
    text = re.sub(r"!(pw|pt|ifs)\[(\d+)\]", r"(\1[\2] = 0)", text)
    text = re.sub(r"!(fl|dp)\b", r"(\1 = 0)", text)
    text = re.sub(r"\b(pw|pt|ifs)\[(\d+)\](?! [<=])", r"(\1[\2] = 1)", text)
    text = re.sub(r"\b(fl|dp)\b(?! [<=])", r"(\1 = 1)", text)
    text = text.replace("==", "=").replace("&&", "&").replace("||", "|")
    return re.sub(r"!(?!=)", "! ", text)


def statement(text: str) -> str:
    """A Promela effect as Murphi statements."""
    branch = re.compile(r"if :: (.*?) -> (.*?) :: else(?: -> (.*?))? fi;?")

    def rewritten(found: re.Match[str]) -> str:
        condition, then, other = found.groups()
        tail = f" else {assignments(other)}" if other else ""
        return f"if {expression(condition)} then {assignments(then)}{tail} endif;"

    parts, place = [], 0
    for found in branch.finditer(text):
        parts.append(assignments(text[place : found.start()]))
        parts.append(rewritten(found))
        place = found.end()
    parts.append(assignments(text[place:]))
    return " ".join(part for part in parts if part)


def assignments(text: str) -> str:
    """Plain assignments, separated by semicolons."""
    return " ".join(f"{part.strip().replace(' = ', ' := ')};" for part in text.split(";") if part.strip())


def murphi(k: int) -> str:
    """The model as one rule an instance."""
    ports = f"  ifs: array [0..{2 * k - 1}] of 0..1;\n" if k else ""
    head = (
        "var\n  pw: array [0..1] of 0..1;\n  us: array [0..1] of 0..3;\n  gs: array [0..3] of 0..2;\n"
        "  pv: array [0..1] of 0..2;\n  pt: array [0..1] of 0..1;\n  fl: 0..1;\n  dp: 0..1;\n" + ports
    )
    start = ["fl := 1; dp := 1;"]
    start += [f"pw[{u}] := 0; us[{u}] := 0; pv[{u}] := 0; pt[{u}] := 0;" for u in (0, 1)]
    start += [f"gs[{index}] := 2;" for index in range(4)] + [f"ifs[{index}] := 1;" for index in range(2 * k)]
    text = [head, f'startstate "off" {" ".join(start)} endstartstate;']
    for number, (guard, effect) in enumerate([*of_units(k), *of_groups(k), *of_the_pair(k)]):
        text.append(f'rule "r{number}" {expression(guard)} ==> begin {statement(effect)} endrule;')
    return "\n".join(text) + "\n"
