"""The example of a monitor reads polled `show failover` and says what happened."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from failover_fsm import Pair, PairConfig, Unit, events
from failover_fsm.device.commands import show
from failover_fsm.device.moment import Moment

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "examples"))
import monitor as example  # noqa: E402  # the examples are no package

CONFIG = ROOT / "models" / "active-standby.cfg"
HAPPENED = (
    events.UnitFailed(unit=Unit.SECONDARY),
    events.UnitRestored(unit=Unit.SECONDARY),
    events.NoFailoverActive(unit=Unit.PRIMARY),
    events.InterfaceLinkFailed(unit=Unit.PRIMARY, interface="outside"),
)


def polls() -> list[str]:
    """What the primary prints at the start and after each event."""
    config = PairConfig.from_asa(CONFIG.read_text(encoding="utf-8"))
    pair = Pair.cold(config)
    for unit in Unit:
        pair = pair.step(events.UnitRestored(unit=unit))[0]
    texts = []
    for event in (None, *HAPPENED):
        pair = (pair if event is None else pair.step(event)[0]).settle()[0]
        moment = Moment(state=pair.state, settings=pair.settings, config=config)
        texts.append(show("show failover", moment, Unit.PRIMARY))
    return texts


def test_the_monitor_names_what_happened_and_why_roles_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for number, text in enumerate(polls()):
        files.append(tmp_path / f"{number}.txt")
        files[-1].write_text(text, encoding="utf-8")
    assert example.main([str(CONFIG), *map(str, files)]) == 0
    said = capsys.readouterr().out.splitlines()
    causes = [line.split(" or ") for line in said if " is " not in line]
    assert len(causes) == len(HAPPENED), "the first poll is what the pair begins with"
    assert all(str(event) in cause for event, cause in zip(HAPPENED, causes, strict=True))
    assert causes[0][0] == "unit_failed unit=secondary"
    assert "secondary is active: Set by the config command" in said
    assert said[-1] == "primary is failed: Interface check"


def test_what_no_event_explains_and_what_is_no_poll_is_said() -> None:
    said: list[str] = []
    monitor = example.Monitor(PairConfig.from_asa(CONFIG.read_text(encoding="utf-8")), say=said.append)
    before = monitor.live.pair
    assert not monitor.take(polls()[0].replace("Primary - Active", "Primary - Cold Standby"))
    assert said == ["no single event explains what is shown"] and monitor.live.pair == before
    with pytest.raises(ValueError, match="no host in 'command not found'; allowed: the output of `show failover`"):
        monitor.take("command not found")


def test_watching_polls_until_there_is_no_more_and_waits_between() -> None:
    texts = iter(polls()[:2])
    waited: list[float] = []
    said: list[str] = []

    async def poll() -> str | None:
        return next(texts, None)

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    config = PairConfig.from_asa(CONFIG.read_text(encoding="utf-8"))
    monitor = example.Monitor(config, clock=lambda: 7.0, say=said.append)
    asyncio.run(example.watch(monitor, poll, period=30.0, sleep=sleep))
    assert waited == [30.0, 30.0]
    assert len(said) == 1 and said[0].startswith("unit_failed unit=secondary")


def test_too_few_arguments_are_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert example.main([]) == 2
    assert capsys.readouterr().err == "usage: monitor.py PAIR.cfg POLL.txt [POLL.txt ...]\n"
