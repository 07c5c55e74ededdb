"""The recipes of docs/howto/from-a-device.md run, against devices that answer from memory."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from tests.config.generator import generate
from tests.config.test_gaps import INSIDE, PRIMARY

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "from-a-device.md"
BLOCKS = re.findall(r"(?s)```python\n(.*?)```", PAGE.read_text(encoding="utf-8"))
SYSTEM = (
    PRIMARY
    + "admin-context admin\ncontext admin\n  allocate-interface g0/1\ncontext branch\n  allocate-interface g0/2\n"
)


class Device:
    """An ASA that answers the commands of the recipes."""

    def __init__(self, configurations: dict[str | None, str]) -> None:
        self.configurations = configurations
        self.context: str | None = None

    def send_command(self, command: str, **_options: Any) -> str:
        if command == "show mode":
            return f"Security context mode: {'multiple' if len(self.configurations) > 1 else 'single'} "
        if command.startswith("changeto"):
            self.context = None if command == "changeto system" else command.split()[-1]
            return ""
        return self.configurations[self.context] if command == "show running-config" else ""

    execute = send_command

    def enable(self) -> None:
        """Nothing to do."""

    connect = disconnect = lambda self, **_options: None


DEVICES = {
    "single": {None: PRIMARY + INSIDE},
    "multiple": {None: SYSTEM, "admin": INSIDE, "branch": INSIDE.replace("0/1", "0/2").replace("inside", "branch")},
}


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> Device:
    return Device(DEVICES[request.param])


def recipe(index: int, module: str, **contents: object) -> Callable[..., None]:
    """The function of a recipe, with a stand-in for the module that it imports."""
    stand_in = ModuleType(module)
    for name, value in contents.items():
        setattr(stand_in, name, value)
    names = module.split(".")
    parents = {".".join(names[:count]): ModuleType(".".join(names[:count])) for count in range(1, len(names))}
    space: dict[str, Any] = {}
    before = dict(sys.modules)
    sys.modules.update({**parents, module: stand_in})
    try:
        exec(compile(BLOCKS[index], str(PAGE), "exec"), space)
    finally:
        sys.modules.clear()
        sys.modules.update(before)
    found: Callable[..., None] = space["collect"]
    return found


def collected(folder: Path, device: Device) -> None:
    config = read_config(folder)
    assert config.gaps == ()
    names = [each.nameif for each in config.interfaces if each.nameif]
    assert names == (["inside"] if len(device.configurations) == 1 else ["inside", "branch"])


def test_the_recipe_with_netmiko(tmp_path: Path, device: Device) -> None:
    @contextmanager
    def handler(device_type: str, **_login: str) -> Iterator[Device]:
        assert device_type == "cisco_asa"
        yield device

    recipe(0, "netmiko", ConnectHandler=handler)(tmp_path / "pair", host="192.0.2.1")
    collected(tmp_path / "pair", device)


def test_the_recipe_with_pyats(tmp_path: Path, device: Device) -> None:
    class Testbed:
        devices = {"fw1": device}

    class Loader:
        @staticmethod
        def load(name: str) -> type[Testbed]:
            assert name == "testbed.yaml"
            return Testbed

    recipe(1, "pyats.topology", loader=Loader)(tmp_path / "pair", "testbed.yaml", "fw1")
    collected(tmp_path / "pair", device)


@pytest.mark.slow
def test_the_recipe_in_python(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(BLOCKS[2], str(PAGE), "exec"), {"text": PRIMARY + INSIDE})
    said = capsys.readouterr().out
    assert "GigabitEthernet0/1 ['inside'] False" in said
    assert "Verdict.HOLDS" in said


def test_a_directory_of_contexts_is_what_one_log_is(tmp_path: Path) -> None:
    """A log of a whole session, and the same cut into files, are the same configuration."""
    said = next(each for each in map(generate, range(200)) if each.multiple and "show running-config" in each.text)
    parts = re.split(r"(?m)^fw[0-9]+# changeto .*\n.*# show running-config\n", said.text)[1:]
    for name, part in zip(["system", *said.contexts], parts, strict=True):
        (tmp_path / f"{name}.cfg").write_text(part)
    assert read_config(tmp_path) == PairConfig.from_asa(said.text)
