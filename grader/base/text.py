"""Learner-controlled text made harmless for each place it is shown in: terminal, spreadsheet, Markdown, file names.

HTML is escaped by the templates themselves; `visible` runs on every text that enters a report, so that no control,
reading-direction or invisible character reaches any output, whatever its format.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction

BLANK = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0]")
"""What Python calls printable and no font shows: letters and marks that only take up space."""
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
ESCAPE = re.compile(r"\\u[0-9a-f]{4}|\\[tbrf]")  # what JSON writes for characters that may not show themselves
PLAIN = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}(?<!\.)")
HASHED = re.compile(r"-[0-9a-f]{16}$")
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}  # on Windows
MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~&-])")


def visible(text: str) -> str:
    """The text with what does not show itself written as escapes; line ends stay, tabs become spaces."""
    if shows(text):
        return text
    text = text.replace("\r\n", "\n").replace("\t", "    ")
    return "".join(c if c == "\n" or shows(c) else ascii(c)[1:-1] for c in text)


def shows(text: str) -> bool:
    """Whether every character of a text shows itself."""
    return text.isprintable() and not BLANK.search(text)


def line(text: str, width: int = 200) -> str:
    """`visible` text on one line of at most `width` characters."""
    shown = visible(text).replace("\n", "\\n")
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def visible_data(text: str) -> Any:
    """The plain data of an ASCII JSON text with `visible` run over all of it; quick where nothing needs it."""
    value = json.loads(text)
    escapes = set(ESCAPE.findall(text))
    plain = "\x7f" not in text and all(len(one) > 2 and shows(chr(int(one[2:], 16))) for one in escapes)
    return value if plain else visible_tree(value)


def visible_tree(value: Any) -> Any:
    """`visible` on every text of plain data, keys too."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [visible_tree(item) for item in value]
    if isinstance(value, dict):
        return {visible(key): visible_tree(item) for key, item in value.items()}
    return value


def plural(number: "float | Fraction", one: str, many: str = "") -> str:
    """The noun that fits a number; `many` where it takes more than an s."""
    return one if number == 1 else many or f"{one}s"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 student`, `2 students`, `2 quizzes`."""
    return f"{number} {plural(number, one, many)}"


def named_list(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def cell(text: str) -> str:
    """A spreadsheet cell that no program takes for a formula: an apostrophe goes in front of one."""
    shown = visible(text).replace("\n", " ")
    return "'" + shown if shown.lstrip(" '").startswith(FORMULA) else shown


def inline(text: str) -> str:
    """Text inside a Markdown line, every character of Markdown's own escaped."""
    escaped = MARKDOWN.sub(r"\\\1", line(text))
    return re.sub(r"(?i)(https?|ftp|www)([:.])", r"\1\\\2", escaped)


def fence(text: str) -> str:
    """A fenced Markdown block that its text cannot leave."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}text\n{visible(text).rstrip()}\n{marks}"


def is_device(name: str) -> bool:
    """Whether Windows takes a file name for a device, whatever its ending: `con.py`."""
    return name.partition(".")[0].rstrip(" ").casefold() in DEVICES


def file_name(text: str) -> str:
    """A file name for a student's id, another one for each id on every system.

    An id stays itself if it is plain, in lower case, no device's name and does not end as a hashed name does; else its
    plain part gets a hash behind it.
    """
    if PLAIN.fullmatch(text) and not HASHED.search(text) and not is_device(text):
        return text
    plain = re.sub(r"[^a-z0-9_-]+", "_", text.casefold())[:40].strip("_")
    return f"{plain or 'student'}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
