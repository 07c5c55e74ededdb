"""A hook of the site: what pages link to outside `docs/` is taken along.

The sources keep the links that work in the repository (`../README.md`, `../models/README.md`). In the site such a page,
or a file that is no page, as a trace or a module, stands below `project/`. A link to a directory leads to its README.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PROJECT = "project/"
_LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\((?P<link>[^)#\s:]+)(?P<place>#[^)\s]*)?\)")


def source_of(uri: str) -> str:
    """The path in the repository of a file of the site."""
    return uri.removeprefix(PROJECT) if uri.startswith(PROJECT) else f"docs/{uri}"


def uri_of(source: str) -> str:
    """The other way round."""
    return source.removeprefix("docs/") if source.startswith("docs/") else PROJECT + source


def target_of(source: str, link: str) -> str | None:
    """The path in the repository that a link of a page leads to; None where nothing to be shown is there."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), link))
    if (ROOT / path).is_dir():
        path = posixpath.normpath(f"{path}/README.md")
    return path if not path.startswith("..") and (ROOT / path).is_file() else None


def _targets(source: str) -> Iterator[str]:
    for found in _LINK.finditer((ROOT / source).read_text(encoding="utf-8")):
        if (path := target_of(source, found["link"])) is not None:
            yield path


def on_files(files: Any, config: Any) -> Any:
    """Adds what pages link to outside docs/, and what the pages among that link to."""
    from mkdocs.structure.files import File

    waiting = [source_of(file.src_uri) for file in files.documentation_pages()]
    known = {source_of(file.src_uri) for file in files}
    while waiting:
        for path in _targets(waiting.pop(0)):
            if path not in known:
                known.add(path)
                files.append(File.generated(config, uri_of(path), abs_src_path=str(ROOT / path)))
                if path.endswith(".md"):
                    waiting.append(path)
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Points links at where files are in the site; what is not there, as a directory without a README, is no link."""
    source = source_of(page.file.src_uri)

    def link(found: re.Match[str]) -> str:
        path = target_of(source, found["link"])
        if path is None:
            return found["text"]
        target = posixpath.relpath(uri_of(path), posixpath.dirname(page.file.src_uri) or ".")
        return f"[{found['text']}]({target}{found['place'] or ''})"

    return _LINK.sub(link, markdown)
