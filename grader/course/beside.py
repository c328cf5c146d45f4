"""What lies beside an exercise's file and belongs to it: modules that it imports, data files that it names."""

import re
from collections.abc import Iterable, Mapping

from grader.base.errors import SubmissionError

FILES = 50
BYTES = 8 << 20  # together, of one submission
ROUNDS = 4  # a helper may need a helper
DEEP = 3
SAFE = re.compile(r"[\w][\w .()+-]*")
IMPORTED = re.compile(r"(?:^|[\n;:])[ \t]*(?:from|import)[ \t]+([^\n;#]+)")
NO_DATA = (".py", ".pyw", ".ipynb", ".zip")


def needed(source: bytes, names: Iterable[str]) -> set[str]:
    """Those of the names, relative to the file's folder, that a source imports as modules or names as data files.

    Both are read off the text alone. A folder that is imported comes whole.
    """
    text = source.decode("utf-8", "replace")
    imported = {word for told in IMPORTED.findall(text) for word in re.split(r"[\W]+", told)}
    found = set()
    for name in names:
        parts = name.split("/")
        if name.endswith(".py"):
            if parts[0].removesuffix(".py") in imported:
                found.add(name)
        elif not name.casefold().endswith(NO_DATA) and (parts[-1] in text or parts[0] in imported and len(parts) > 1):
            found.add(name)
    return found


def candidates(folder: tuple[str, ...], files: Mapping[tuple[str, ...], object]) -> dict[str, tuple[str, ...]]:
    """The names relative to a folder of all files in it or below it that could travel, and their paths."""
    found = {}
    for parts in files:
        inner = parts[len(folder) :]
        if parts[: len(folder)] == folder and 0 < len(inner) <= DEEP and all(map(SAFE.fullmatch, inner)):
            found["/".join(inner)] = parts
    return found


def check_size(files: Mapping[str, bytes]) -> None:
    """SubmissionError where too much lies beside a file."""
    if len(files) > FILES:
        raise SubmissionError(f"needs more than {FILES} files beside it")
    if sum(map(len, files.values())) > BYTES:
        raise SubmissionError(f"needs more than {BYTES >> 20} MiB of files beside it")
