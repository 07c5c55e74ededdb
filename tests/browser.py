"""Chromium without a window for tests, and where the packages of npm are that some of them need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="no chromium and chromedriver here (apt install chromium-driver)"
)
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def started(profile: Path, *flags: str) -> Any:
    """A browser with an empty profile; its `quit` ends it.

    Args:
        profile: An empty folder.
        flags: More flags.
    """
    webdriver = pytest.importorskip("selenium.webdriver", reason="Selenium is not installed")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={profile}", *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(DRIVER, env={**os.environ, "SE_OFFLINE": "true"}))


def npm_file(name: str) -> Path:
    """A file of an installed npm package, such as `axe-core/axe.min.js`; skips the test where it is not there.

    The packages are looked for in `NODE_MODULES`, the path of a folder `node_modules`, and in the current folder.
    """
    for folder in (os.environ.get("NODE_MODULES"), "node_modules"):
        if folder and (found := Path(folder) / name).is_file():
            return found.resolve()
    package = name.partition("/")[0]
    pytest.skip(f"the npm package {package} is not here (npm install {package}; NODE_MODULES names its folder)")
