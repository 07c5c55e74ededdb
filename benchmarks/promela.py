"""The reference model in Promela, written by hand from its rules (not exported from ours), for k interfaces."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["promela"]

HEAD = """\
/* us: 0 DOWN 1 NEG 2 SYNC 3 READY;  gs[2u+g]: 0 STBY 1 ACT 2 FAIL;  pv: 0 NONE 1 LINK 2 DATA */
bit pw[2]; byte us[2]; byte gs[4] = 2; byte pv[2]; bit pt[2]; bit fl = 1; bit dp = 1;
"""


def alive(u: int) -> str:
    """Powered and booted."""
    return f"(pw[{u}] && us[{u}] != 0)"


def ready(u: int) -> str:
    """Fully up."""
    return f"(us[{u}] == 3)"


def comm(u: int) -> str:
    """Hears the peer on a channel that works."""
    return f"((pv[{u}] == 1 && fl) || (pv[{u}] == 2 && dp))"


def role(u: int, g: int) -> str:
    """The role of a unit in a group."""
    return f"gs[{2 * u + g}]"


def can(g: int) -> str:
    """Preemption of a group is possible."""
    p, q = g, 1 - g
    return f"({role(p, g)} == 0 && {role(q, g)} == 1 && {ready(p)} && {ready(q)} && {comm(p)})"


def healthy(u: int, k: int) -> str:
    """All interfaces of a unit are up; true without interfaces."""
    return "(" + (" && ".join(f"ifs[{u * k + i}]" for i in range(k)) or "fl <= 1") + ")"


def both(u: int, value: int) -> str:
    """Set both roles of a unit."""
    return f"{role(u, 0)} = {value}; {role(u, 1)} = {value}"


def of_units(k: int) -> Iterator[tuple[str, str]]:
    """Guard and effect of the rules that belong to one unit."""
    for u in (0, 1):
        v = 1 - u
        hears = f"{alive(u)} && {alive(v)}"
        yield f"pw[{u}]", f"pw[{u}] = 0; us[{u}] = 0; {both(u, 2)}; pv[{u}] = 0; pt[{u}] = 0"
        yield f"!pw[{u}]", f"pw[{u}] = 1"
        yield f"pw[{u}] && us[{u}] == 0", f"us[{u}] = 1; pv[{u}] = 0"
        yield f"{hears} && pv[{u}] != 1 && fl", f"pv[{u}] = 1"
        yield f"{hears} && pv[{u}] == 1 && !fl && dp", f"pv[{u}] = 2"
        yield f"{hears} && pv[{u}] == 0 && !fl && dp", f"pv[{u}] = 2"
        stand_in = " ".join(f"if :: {ready(u)} && {role(u, g)} == 0 -> {role(u, g)} = 1 :: else fi;" for g in (0, 1))
        yield f"{alive(u)} && pv[{u}] != 0 && ((!fl && !dp) || !{alive(v)})", f"pv[{u}] = 0; {stand_in}"
        yield f"us[{u}] == 1 && pv[{u}] == 1 && fl && {ready(v)}", f"us[{u}] = 2; {both(u, 0)}"
        yield f"us[{u}] == 1 && pv[{u}] != 1 && !(fl && {alive(v)})", f"us[{u}] = 3; {both(u, 1)}"
        result = f"if :: {healthy(u, k)} -> {both(u, 0)} :: else -> {both(u, 2)} fi"
        yield f"us[{u}] == 2 && fl && {ready(v)}", f"us[{u}] = 3; {result}"
        yield f"us[{u}] == 2 && !(fl && {ready(v)})", f"us[{u}] = 1; {both(u, 2)}"
        for i in range(k):
            yield f"ifs[{u * k + i}]", f"ifs[{u * k + i}] = 0"
            yield f"!ifs[{u * k + i}]", f"ifs[{u * k + i}] = 1"


def of_groups(k: int) -> Iterator[tuple[str, str]]:
    """Guard and effect of the rules that belong to one unit and one group."""
    for u in (0, 1):
        v = 1 - u
        for g in (0, 1):
            own, peer = role(u, g), role(v, g)
            contact = f"{ready(u)} && {ready(v)} && {comm(u)}"
            sick = f"!{healthy(u, k)} && {healthy(v, k)}"
            yield f"{own} == 1 && {peer} == 0 && {contact} && {sick}", f"{own} = 2; {peer} = 1; pt[{g}] = 0"
            disarm = f"; pt[{g}] = 0" if g == u else ""
            yield f"{own} == 0 && {ready(u)} && !{healthy(u, k)}", f"{own} = 2{disarm}"
            yield f"{own} == 2 && {ready(u)} && {healthy(u, k)}", f"{own} = 0"
            tie = "" if u == 0 else f" && !{ready(v)}"
            free = f"({peer} == 2 || ({peer} == 0{tie}))"
            yield f"{own} == 0 && {ready(u)} && {comm(u)} && {alive(v)} && {free}", f"{own} = 1"
            yield f"{own} == 0 && {ready(u)} && pv[{u}] == 0", f"{own} = 1"
            yield f"{own} == 0 && {peer} == 1 && {contact}", f"{own} = 1; {peer} = 0"
            yield f"{own} == 1 && {peer} == 0 && {contact}", f"{own} = 0; {peer} = 1"
            yield f"{own} == 2 && {ready(u)}", f"{own} = 0"


def of_the_pair(k: int) -> Iterator[tuple[str, str]]:
    """Guard and effect of the other rules."""
    heard = "pv[0] == 1 && pv[1] == 1 && fl"
    yield f"us[0] == 1 && us[1] == 1 && {heard}", f"us[0] = 3; {both(0, 1)}; us[1] = 2; {both(1, 0)}"
    for g in (0, 1):
        yield f"{role(0, g)} == 1 && {role(1, g)} == 1 && {ready(0)} && {ready(1)} && {heard}", f"{role(1, g)} = 0"
        yield f"!pt[{g}] && {can(g)} && {healthy(g, k)}", f"pt[{g}] = 1"
        yield f"pt[{g}] && {can(g)}", f"{role(g, g)} = 1; {role(1 - g, g)} = 0; pt[{g}] = 0"
        yield f"pt[{g}] && !{can(g)}", f"pt[{g}] = 0"
    for name in ("fl", "dp"):
        yield name, f"{name} = 0"
        yield f"!{name}", f"{name} = 1"


def promela(k: int) -> str:
    """The model as one process that loops over its rules; each is one indivisible step."""
    ports = f"bit ifs[{2 * k}] = 1;\n" if k else ""
    rules = [*of_units(k), *of_groups(k), *of_the_pair(k)]
    lines = "".join(f"  :: d_step {{ {guard} -> {effect} }}\n" for guard, effect in rules)
    return f"{HEAD}{ports}active proctype pair() {{\nend: do\n{lines}  od\n}}\n"
