"""What lies beside an exercise's file and belongs to it: modules that it imports, data files that it names."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from grader.base.errors import SubmissionError
from grader.base.regular import read_regular

FILES = 50
BYTES = 8 << 20  # together, of one submission
ROUNDS = 4  # a helper may need a helper
DEEP = 3
SAFE = re.compile(r"[\w][\w .()+-]*")
IMPORTED = re.compile(r"(?:^|[\n;:])[ \t]*(?:from|import)[ \t]+([^\n;#]+)")
FILE_CAP = 4 << 20
NEVER = frozenset({"suite", "exercise.toml", "__pycache__", "__init__.py"})  # of a course's own folder; or by itself
QUOTED = re.compile(r"""["']([^"'\n]{1,255})["']""")
NO_DATA = (".py", ".pyw", ".ipynb", ".zip")


def needed(source: bytes, names: Iterable[str]) -> set[str]:
    """Those of the names, relative to the file's folder, that a source imports as modules or names as data files.

    Both are read off the text alone. A folder that is imported comes whole.
    """
    text = source.decode("utf-8", "replace")
    mentioned = {quoted.replace("\\", "/").rpartition("/")[2] for quoted in QUOTED.findall(text)}
    imported = {word for quoted in IMPORTED.findall(text) for word in re.split(r"[\W]+", quoted)}
    found = set()
    for name in names:
        parts = name.split("/")
        if name.endswith(".py"):
            if parts[0].removesuffix(".py") in imported:
                found.add(name)
        elif not name.casefold().endswith(NO_DATA) and (
            parts[-1] in mentioned or (parts[0] in imported and len(parts) > 1)
        ):
            found.add(name)
    return found


def travels(inner: tuple[str, ...]) -> bool:
    """Whether a path relative to the exercise's file is one that could travel: near, and with a plain name."""
    return 0 < len(inner) <= DEEP and all(map(SAFE.fullmatch, inner))


def check_size(files: Mapping[str, bytes]) -> None:
    """SubmissionError where too much lies beside a file."""
    if len(files) > FILES:
        raise SubmissionError(f"needs more than {FILES} files beside it")
    if sum(map(len, files.values())) > BYTES:
        raise SubmissionError(f"needs more than {BYTES >> 20} MiB of files beside it")


def read_beside(
    root: Path, folder: Sequence[str], main: str, source: bytes, asked: Mapping[str, bytes] | None = None,
    given: Collection[str] = (),
) -> tuple[tuple[str, bytes], ...]:  # fmt: skip
    """The files in the folder `folder` below `root` that a source needs, read without following a link.

    `asked` are those that the exercise asks for, which come along whatever the source says; `given` are its own.
    Raises SubmissionError where one of them cannot be read or they are too many.
    """
    place = root.joinpath(*folder)
    files = dict(asked or {})
    texts = [source, *files.values()]
    for _ in range(ROUNDS):
        text = b"\n".join(texts)
        names = [name for name in listed(place, text) if name != main and name not in files and name not in given]
        texts = []
        for name in sorted(needed(text, names)):
            try:
                files[name] = read_regular(root, (*folder, *name.split("/")), FILE_CAP)
            except SubmissionError as error:
                raise SubmissionError(f"needs {name} beside it, which {error.what}") from None
            except OSError as error:
                raise SubmissionError(f"needs {name} beside it, which cannot be read: {error.strerror}") from None
            texts += [files[name]] if name.endswith(".py") else []
        check_size(files)
        if not texts:
            break
    return tuple(sorted(files.items()))


def listed(place: Path, text: bytes) -> Iterator[str]:
    """The files in a folder, and in those subfolders that a text mentions, by relative path."""
    words = set(re.split(r"\W+", text.decode("utf-8", "replace")))
    todo: list[tuple[str, ...]] = [()]
    while todo:
        above = todo.pop()
        try:
            items = list(os.scandir(place.joinpath(*above)))
        except OSError:
            continue
        for item in items:
            inner = (*above, item.name)
            if item.name in NEVER and not above or not SAFE.fullmatch(item.name):
                continue
            if not item.is_dir(follow_symlinks=False):
                yield "/".join(inner)
            elif len(inner) < DEEP and (above or item.name in words):
                todo.append(inner)
