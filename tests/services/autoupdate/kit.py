"""A pair with its process, played step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from failover_fsm.config.asa.files import read_config
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Role, Unit
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.model import UpdateModel, update_model
from failover_fsm.services.autoupdate.promises import BEFORE_REPLY
from failover_fsm.services.autoupdate.runs import Ran, Runner
from failover_fsm.services.autoupdate.settings import UpdateOptions, UpdateSettings
from failover_fsm.services.autoupdate.states import Component, Content, Files, Process, Step
from failover_fsm.services.machine import Joint

ROOT = Path(__file__).parents[3]
PAIR = Settings.of(read_config(ROOT / "models" / "active-standby.cfg"))
PRIMARY, SECONDARY = Unit
FAULTS = ("power", "failover-link", "ports", "modules")
NEW = Files(flash=Content.NEW, running=Content.NEW, asdm=Content.NEW, configuration=Content.NEW)
OLD = Files()


def machine(*, options: UpdateOptions | None = None, first: Process | None = None, **settings: Any) -> AutoUpdate:
    """A process over the pair of models/active-standby.cfg."""
    chosen = UpdateSettings(pair=PAIR, options=options or UpdateOptions(), **settings)
    return AutoUpdate(settings=chosen, first=first or Process(), published=tuple(Component))


class Scene:
    """A run that a test drives.

    Attributes:
        model: The pair with its process.
        state: The present state.
        ran: The steps so far.
    """

    def __init__(self, process: AutoUpdate | None = None, *, secondary_active: bool = False, most: int = 2) -> None:
        self.model: UpdateModel = update_model(process or machine(), FAULTS, most)
        self.state: Joint[Process] = self.model.initial_states()[int(secondary_active)]
        self.runner = Runner(self.model)
        self.ran: list[Ran] = []

    def poll(self) -> Scene:
        """The next poll time, and the whole run after it."""
        return self._take(self.runner.after_poll(self.state).steps)

    def until(self, step: Step) -> Scene:
        """The next poll time, and the run until the process has come to a step."""
        run = self.runner.after_poll(self.state).steps
        reached = next(number for number, each in enumerate(run) if each.after.own.step is step)
        return self._take(run[: reached + 1])

    def go_on(self) -> Scene:
        """The run by itself, until it comes to rest."""
        return self._take(self.runner.advance(self.state).steps)

    def happen(self, *events: e.Event) -> Scene:
        """Events, each of which can happen."""
        for event in events:
            taken = self.runner.happens(self.state, event)
            assert taken is not None, f"{event} cannot happen"
            self._take((taken,))
        return self

    def _take(self, steps: tuple[Ran, ...]) -> Scene:
        for each in steps:
            if each.after.own.step in BEFORE_REPLY:
                assert each.after.own.announced is None and each.after.own.fetched is None, "nothing is known yet"
            if isinstance(each.event, u.LoadingFinished) and each.before.own.step is not Step.SECONDARY_LOADS:
                assert each.after.own.step is Step.EXCHANGE, "the update is over"
            if isinstance(each.event, u.ProcessBrokenOff):
                assert each.after.own.step is Step.REST and each.before.pair == each.after.pair, "broken off is rest"
        self.ran += steps
        if steps:
            self.state = steps[-1].after
        return self

    @property
    def step(self) -> Step:
        """Where the process is."""
        return self.state.own.step

    @property
    def refused(self) -> str:
        """Why the last poll time was refused; empty if it was not."""
        return [each.refused for each in self.ran if each.event.word() == "poll_time_reached"][-1]

    @property
    def words(self) -> list[str]:
        """The words of the events."""
        return [each.event.word() for each in self.ran]

    @property
    def steps(self) -> list[str]:
        """The numbers of the chapter's steps that the process went through, each once in a row."""
        numbers = [each.after.own.step.value.split()[0] for each in self.ran]
        return [number for at, number in enumerate(numbers) if at == 0 or numbers[at - 1] != number]

    @property
    def lines(self) -> list[str]:
        """What `debug auto-update client` printed."""
        return [line for each in self.ran for line in each.lines]

    def roles(self) -> tuple[Role, Role]:
        """The roles of primary and secondary."""
        primary, secondary = (self.state.pair.unit(unit).groups[0].role for unit in Unit)
        return primary, secondary

    def somebody_active(self) -> bool:
        """A unit was active, or a hand-over message on its way, after every step."""
        return all(self.model.view(each.after.pair).somebody_active for each in self.ran)

    def reloads(self) -> list[str]:
        """Who began to reload, in order; both together are one entry."""
        found = []
        for each in self.ran:
            gone = [u for u in Unit if each.before.pair.unit(u).powered and not each.after.pair.unit(u).powered]
            if gone and not isinstance(each.event, e.UnitFailed):
                found.append("+".join(unit.value for unit in gone))
        return found


def with_files(primary: Files = OLD, secondary: Files = OLD) -> Process:
    """The record at the start of a run, with these files."""
    return attrs.evolve(Process(), primary=primary, secondary=secondary)
