"""The data of a page, packed: JSON, compressed, as text in which nothing can be taken for markup."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

__all__ = ["packed", "unpacked"]


def packed(data: Any) -> str:
    """The text for a script element: letters, digits, `+`, `/` and `=` alone."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")


def unpacked(text: str) -> Any:
    """The data of such a text, as the script of the page has it."""
    return json.loads(zlib.decompress(base64.b64decode(text)))
