"""Drawing of dot text by Graphviz, through the package graphviz: as a picture, or as an object that notebooks draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from failover_fsm.diagrams.style.theme import with_dark

if TYPE_CHECKING:
    import graphviz


class RenderError(RuntimeError):
    """The picture cannot be drawn; the text is one line with the remedy."""


def source(dot_text: str) -> graphviz.Source:
    """The diagram as an object of the package graphviz, which a notebook draws and `render` writes to a file.

    Args:
        dot_text: The diagram.

    Raises:
        RenderError: If the package is not installed.
    """
    try:
        import graphviz  # of the extra `diagrams`
    except ModuleNotFoundError:
        raise RenderError(
            "svg and png need the package graphviz, which is not installed: pip install 'failover-fsm[diagrams]';"
            " --format dot and --format mermaid need nothing"
        ) from None
    return graphviz.Source(dot_text)


def render(dot_text: str, format: Literal["svg", "png"]) -> bytes:
    """Draws dot text.

    Args:
        dot_text: The diagram.
        format: svg or png.

    Raises:
        RenderError: If the package graphviz or the program dot is not installed, or dot fails.
        ValueError: If the format is another one.
    """
    if format not in ("svg", "png"):
        raise ValueError(f"{format!r} cannot be rendered; allowed: svg, png")
    drawing = source(dot_text)
    import graphviz

    try:
        data: bytes = drawing.pipe(format=format)
    except graphviz.ExecutableNotFound:
        raise RenderError(
            f"{format} needs the program 'dot', which is not installed: install Graphviz (apt install graphviz,"
            " brew install graphviz, or graphviz.org); --format dot and --format mermaid need nothing"
        ) from None
    except graphviz.CalledProcessError as error:
        said = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        reason = said[0] if said else "it said nothing"
        raise RenderError(f"'dot' failed with status {error.returncode}: {reason}") from None
    except OSError as error:
        raise RenderError(f"'dot' cannot be run: {error.strerror}") from None
    if not data:
        raise RenderError("'dot' failed with status 0: it drew nothing")
    return with_dark(data.decode("utf-8")).encode() if format == "svg" else data
