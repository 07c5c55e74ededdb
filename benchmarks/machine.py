"""What the figures were measured on."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["machine"]


def machine() -> dict[str, str]:
    """Processor, cores, load, and the version of everything that was measured; what is absent is left out."""
    found = {"processor": _processor(), "cores": str(os.cpu_count()), "load": f"{os.getloadavg()[0]:.1f}"}
    found["Python"] = sys.version.split()[0]
    for package in ("numpy", "numba"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    commands = {
        "SPIN": ["spin", "-V"],
        "Rumur": ["rumur", "--version"],
        "gcc": ["gcc", "-dumpfullversion"],
        "Java": ["java", "--version"],
    }
    for name, command in commands.items():
        if shutil.which(command[0]) is not None:
            text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
            version = re.search(r"\d+(?:\.\d+)+", text)
            found[name] = version[0] if version is not None else "unknown"
    return found


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    model = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    return model[1] if model is not None else "unknown"
