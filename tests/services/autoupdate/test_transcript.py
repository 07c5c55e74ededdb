"""The lines of `debug auto-update client` are read as they are written, and the chapter's sample is what is printed."""

from __future__ import annotations

import re

import pytest

from failover_fsm.services.autoupdate import transcript
from failover_fsm.services.autoupdate.settings import BLOCK
from failover_fsm.services.autoupdate.states import Step
from tests.services.autoupdate.kit import Scene, machine
from tests.services.autoupdate.scenarios import FILES

SAMPLE = """\
Auto-update client: Sent DeviceDetails to /cgi-bin/dda.pl of server 192.168.0.21
Auto-update client: Processing UpdateInfo from server 192.168.0.21
  Component: asdm, URL: http://192.168.0.21/asdm.bint, checksum:
0x94bced0261cc992ae710faf8d244cf32
  Component: config, URL: http://192.168.0.21/config-rms.xml, checksum:
0x67358553572688a805a155af312f6898
  Component: image, URL: http://192.168.0.21/cdisk73.bin, checksum:
0x6d091b43ce96243e29a62f2330139419
Auto-update client: need to update img, act: yes, stby yes
name
ciscoasa(config)# Auto-update client: update img on stby unit...
"""
COPIES = "".join(
    f"auto-update: Fover copyfile, seq = 4 type = 1, pseq = {number}, len = 1024\n" for number in range(1, 9002, 500)
)


def test_the_sample_is_what_the_process_prints_at_that_step() -> None:
    scene = Scene(machine(files=FILES)).until(Step.IMAGE_UPDATE)
    sample = re.sub(r":\n0x", ": 0x", SAMPLE).replace("name\n", "").replace("ciscoasa(config)# ", "")
    assert scene.lines == (sample + COPIES).splitlines()


def test_the_sample_is_read_as_it_is_printed() -> None:
    found = list(transcript.read(SAMPLE + COPIES))
    assert [each.name for each in found[:7]] == [
        "sent", "processing", "component", "component", "component", "need", "copying",
    ]  # fmt: skip
    assert found[2].values == {
        "name": "asdm", "url": "http://192.168.0.21/asdm.bint", "checksum": "94bced0261cc992ae710faf8d244cf32",
    }  # fmt: skip
    assert found[5].values == {"active": True, "standby": True}
    assert [each.values["piece"] for each in found[7:]] == list(range(1, 9002, 500))
    lines = [transcript.TEMPLATES[each.name].write(**each.values) for each in found]
    assert lines == Scene(machine(files=FILES)).until(Step.IMAGE_UPDATE).lines


@pytest.mark.parametrize(("size", "lines"), [(1, 1), (500 * BLOCK, 1), (500 * BLOCK + 1, 2), (9500 * BLOCK, 19)])
def test_the_copy_prints_a_line_for_every_five_hundredth_piece(size: int, lines: int) -> None:
    assert len(list(transcript.copy_lines(size))) == 1 + lines


def test_other_lines_are_passed_over() -> None:
    assert list(transcript.read("show failover\nAuto-update client: need to update img, act: perhaps, stby no\n")) == []
