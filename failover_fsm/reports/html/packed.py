"""The data of a page: JSON as text in which nothing can be taken for markup, compressed where there is much of it."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

__all__ = ["packed", "script_json", "unpacked"]


def script_json(data: Any) -> str:
    """JSON for a script element: ASCII, without characters that HTML could take for markup."""
    return _json(data).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def packed(data: Any) -> str:
    """Compressed JSON for a script element: letters, digits, `+`, `/` and `=` alone."""
    return base64.b64encode(zlib.compress(_json(data).encode("ascii"), 9)).decode("ascii")


def unpacked(text: str) -> Any:
    """The data of such a text, as the script of the page has it."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=True, separators=(",", ":"))
