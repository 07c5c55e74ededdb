"""A configuration text as numbered lines of words, without what is not configuration.

Handles what real files bring along: a byte order mark, any line ends, prompts of a terminal session, comment lines
(`!`, `#`, `:`), the pager's `<--- More --->`, and the output of `show` commands other than the configuration, typed at
a prompt or as sections of `show tech-support`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.release import PRODUCTS
from failover_fsm.config.values.terminal import without_terminal

MAX_LINE = 4096

_LINE_END = re.compile("\r\n|\r|\n")
# A prompt has a host name, or a configuration mode in parentheses, or both; `/ctx(config)#` has lost its host name.
# Around a configuration mode there may be blanks, and in front of it any word: `[fw1] (config) #`.
_PROMPT = re.compile(
    r"(?:(?P<parts>[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*)(?:\((?P<mode>[\w-]+)\))?|"
    r"(?P<rest>[^\s()#>]*)\s?\((?P<bare>config[\w-]*)\)\s?)[#>]\s*"
)
# An output row such as `Failover LAN Interface: folink`; no configuration line starts like this.
_LABEL = re.compile(r"[A-Z][A-Za-z0-9 /_-]*:(\s|$)")
_VERSION = re.compile(rf"({'|'.join(PRODUCTS)}) Version ")
# The heading of a section of `show tech-support`.
_SECTION = re.compile(r"-{4,}\s*(?P<command>(?:show|sh|more|write)\s.*?)\s*-{4,}\s*$")
_EXEC = re.compile(r"(?P<verb>show|sho|sh|more|write|wr)\s+(?P<rest>.*)")
_RUNNING = re.compile(r"(?m)^(?!\s*[!:#]).*(\bsho?w?\s+run|more\s+system:running-config)", re.IGNORECASE)
# The answer of a device to a command that it does not take, in a session log.
_DEVICE_ERROR = re.compile(r"\s*(?:\^\s*$|ERROR:|% ?(?:Invalid|Ambiguous|Incomplete))")
# A key that a collector has taken away: rancid leaves a comment, oxidized a word of its own.
_REMOVED_KEY = re.compile(r"!?\s*failover\s+(?P<kind>key|ipsec\s+pre-shared-key)\s+<[\w ]+>\s*$")


@attrs.frozen(kw_only=True)
class Line:
    """One line: `number` from 1, its `words`, and its `indent`, in characters, beyond that of the whole text.

    `prompt` holds the parts of the prompt in front of it (`asa/act/con1#` gives three, `/con1(config)#` an empty one
    and `con1`, `(config)#` none), None without a prompt; `mode` is the configuration mode in it, such as `config-if`,
    empty outside configuration.
    `is_device_error` marks a device's answer that it does not take the command before it; it has no words.
    """

    number: int
    words: tuple[str, ...]
    indent: int = 0
    prompt: tuple[str, ...] | None = None
    mode: str = ""
    is_device_error: bool = False

    @property
    def indented(self) -> bool:
        """Whether the line begins with blanks."""
        return self.indent > 0


def read_lines(text: str, *, source: str) -> Iterator[Line]:
    """The lines of `text` that may be configuration, and every prompt, also one with nothing behind it.

    ConfigError for a text that is empty or binary, or a line of more than MAX_LINE characters.
    """
    if not text.strip("\ufeff \t\r\n"):
        raise ConfigError(source=source, line=1, what="empty file", allowed="an ASA configuration")
    startup_counts = _RUNNING.search(text) is None
    in_show = in_saved = False
    every = _LINE_END.split(text.removeprefix("\ufeff"))
    margin = min((len(raw) - len(raw.lstrip()) for raw in every if raw.strip()), default=0)
    for number, line_text in enumerate(every, start=1):
        _check_text(line_text, number, source)
        raw = line_text[margin:]
        section = _SECTION.match(raw.strip())
        if section is not None:
            in_show = not _prints_configuration(section["command"], startup_counts)
            in_saved = in_show and "startup" in section["command"]
            continue
        line = _read_line(without_terminal(raw), number)
        if line is None:
            continue
        if line.prompt is not None:
            in_show = _prints_something_else(line, startup_counts)
            in_saved = in_show and any("startup-config".startswith(word.lower()) for word in line.words[1:])
        elif _VERSION.match(raw) and not in_saved:
            in_show = False
        if not in_show or line.prompt is not None:
            yield attrs.evolve(line, words=()) if in_show else line


def count_lines(text: str) -> int:
    """How many lines `read_lines` numbers in a text."""
    return len(_LINE_END.split(text))


def _check_text(raw: str, number: int, source: str) -> None:
    if "\0" in raw:
        raise ConfigError(source=source, line=number, what="binary data", allowed="a text file")
    if len(raw) > MAX_LINE:
        raise ConfigError(
            source=source,
            line=number,
            what=f"line of {len(raw)} characters",
            allowed=f"at most {MAX_LINE} characters a line",
        )


def _read_line(raw: str, number: int) -> Line | None:
    if _DEVICE_ERROR.match(raw):
        return Line(number=number, words=(), is_device_error=True)
    stripped = raw.strip()
    removed = _REMOVED_KEY.match(stripped)
    if removed is not None:
        stripped = f"failover {removed['kind']} *****"
    if not stripped or stripped[0] in "!#:" or _LABEL.match(stripped):
        return None
    at_prompt = _PROMPT.match(stripped)
    if at_prompt is None:
        return Line(number=number, words=tuple(stripped.split()), indent=len(raw) - len(raw.lstrip()))
    rest = stripped[at_prompt.end() :]
    words = () if rest.startswith(("!", "#", ":")) else tuple(rest.split())
    shown = at_prompt["parts"] or at_prompt["rest"]
    parts = tuple(shown.split("/")) if shown else ()
    return Line(number=number, words=words, prompt=parts, mode=at_prompt["mode"] or at_prompt["bare"] or "")


def _prints_something_else(line: Line, startup_counts: bool) -> bool:
    """Whether a typed `show` prints anything but a configuration, so that its output must be passed over."""
    typed = " ".join(line.words).lower()
    return (
        typed.startswith("sh") and _EXEC.match(typed) is not None and not _prints_configuration(typed, startup_counts)
    )


def _prints_configuration(command: str, startup_counts: bool) -> bool:
    """Whether the output of a command is a configuration; a saved one counts where no running one is there."""
    found = _EXEC.match(command.lower())
    rest = found["rest"] if found else ""
    if found is None or "error" in rest:
        return False
    if found["verb"] in ("more", "write", "wr"):
        return "startup" not in rest or startup_counts
    wanted = rest.split(" ")[0]
    if not wanted:
        return False
    return "running-config".startswith(wanted) or ("startup-config".startswith(wanted) and startup_counts)
