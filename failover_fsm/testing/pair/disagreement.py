"""The disagreement of a system with the model of a pair, as a scenario file and as a program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import Unit
from failover_fsm.testing.kit import disagreement
from failover_fsm.testing.kit.adapter import Act
from failover_fsm.testing.pair.failure import CONFIG_NAME, as_python
from failover_fsm.testing.pair.walk import TransitionSystem
from failover_fsm.text.words import state_word
from failover_fsm.trace.language import Config, Do, Expect, Settle, Statement, Trace, parse_trace
from failover_fsm.trace.statements import Option
from failover_fsm.trace.writer import format_trace, option_lines

__all__ = ["Disagreement", "acts_of", "program_of", "scenario_of"]


class Disagreement(disagreement.Disagreement):
    """The system shows something that the model does not allow.

    Attributes:
        transitions: The pair in its environment.
        acts: The plan up to the disagreement, from both units off.
        seen: What the system shows at the end.
        allowed: What the model allows there, in words.
        examples: The number of plans it took to find it.
        repeats: As in the kit for any model.
    """

    def __init__(
        self,
        transitions: TransitionSystem,
        acts: Sequence[Act],
        seen: str,
        allowed: Sequence[str],
        examples: int = 0,
        *,
        repeats: bool | None = None,
    ) -> None:
        self.transitions = transitions
        super().__init__(acts, seen, allowed, examples, repeats=repeats)

    @property
    def program(self) -> str:
        """A Python function of the adapter that plays the plan; the configuration is `pair.cfg`."""
        return program_of(self.transitions, self.acts, CONFIG_NAME, self.comments)

    @property
    def trace(self) -> str:
        """The plan as a scenario file, which `replay` reads too; its configuration is `pair.cfg`."""
        return scenario_of(self.transitions, self.acts, CONFIG_NAME, self.comments)

    def save(self, directory: str | Path, name: str = "disagreement") -> Path:
        """Writes the trace, the program and their configuration into a folder, under names that no file has yet.

        Returns:
            The path of the trace; beside it are a program of the same name and `pair.cfg`, with the same number.
        """
        transitions = self.transitions

        def files(mark: str) -> dict[str, str]:
            config = f"pair{mark}.cfg"
            return {
                f"{name}{mark}.trace": scenario_of(transitions, self.acts, config, self.comments),
                f"{name}{mark}.py": program_of(transitions, self.acts, config, self.comments),
                config: transitions.config.to_asa(),
            }

        return disagreement.write_new(Path(directory), files)


def scenario_of(transitions: TransitionSystem, acts: Sequence[Act], config: str, comments: Iterable[str] = ()) -> str:
    """A plan as a scenario file, with `settle` at each observation and the state of the model afterwards.

    Args:
        transitions: The pair in its environment.
        acts: The plan.
        config: The name of the configuration file.
        comments: Header lines.
    """
    state = transitions.start
    statements: list[Statement] = [Config((config,)), *option_lines(transitions.options)]
    for act in acts:
        statements.append(Do(act.event))
        choice = transitions.take(state, act.event)
        state = choice.after if choice else state
        if act.look:
            statements.append(Settle())
            while steps := transitions.own_steps(state):
                state = steps[0].after
    if len(transitions.start.primary.groups) == 1 and acts and acts[-1].look:
        statements += (Expect((("unit", unit.value), ("state", state_word(state.unit(unit))))) for unit in Unit)
    return format_trace(Trace(tuple(statements)), comments)


def acts_of(trace: str) -> tuple[tuple[Act, ...], Options]:
    """The plan of a scenario file and the options that it names; claims are left to `failover-fsm run`.

    Raises:
        TraceError: If it is none.
    """
    acts: list[Act] = []
    options: dict[str, Any] = {}
    for statement in parse_trace(trace, config_given=True).statements:
        if isinstance(statement, Do):
            acts.append(Act(statement.event, look=False))
        elif isinstance(statement, Settle) and acts:
            acts[-1] = attrs.evolve(acts[-1], look=True)
        elif isinstance(statement, Option):
            options[statement.name] = statement.value
    return tuple(acts), Options(**options)


def program_of(transitions: TransitionSystem, acts: Sequence[Act], config: str, comments: Iterable[str] = ()) -> str:
    """A Python function of the adapter that plays a plan, and raises Disagreement again.

    The arguments are those of `scenario_of`.
    """
    looks = ("" if act.look else ", look=False" for act in acts)
    lines = [
        "from failover_fsm import Options, PairConfig, Unit, events",
        "from failover_fsm.testing.pair import Act, conform_to",
        "",
        "",
        "def play(adapter):",
        *(f"    # {comment}" for comment in comments),
        f'    config = PairConfig.from_asa(open("{config}").read())',
        "    plan = [",
        *(f"        Act({as_python(act.event)}{look})," for act, look in zip(acts, looks, strict=True)),
        "    ]",
        f"    conform_to(adapter, config, plan, options={as_python(transitions.options)})",
    ]
    return "\n".join(lines) + "\n"
