"""A zip file of submissions, read by disposable children: first its list, then wanted members in batches."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from grader.base.errors import SubmissionError, UsageError
from grader.disposable import ask
from grader.disposable.child.options import Options
from grader.report.intake.folder import Entry, passed_over

BATCH_BYTES = 32 << 20  # as declared; where that is a lie and the reader dies, the batch is halved
BATCH = 1000


class Archive:
    """The files inside one zip, from a path or from bytes. A member that kills its reader is refused alone."""

    def __init__(self, origin: Path | bytes, name: str) -> None:
        self.origin = origin
        self.name = name
        self.checkouts: set[str] = set()
        self.is_checkout = False

    def open(self) -> IO[bytes]:
        if isinstance(self.origin, bytes):
            return io.BytesIO(self.origin)
        try:
            return self.origin.open("rb")
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}", self.name) from None

    def ask(self, options: Options) -> tuple[Any, bytes]:
        if isinstance(self.origin, bytes):
            return ask("archive", options, self.origin)
        with self.open() as file:
            return ask("archive", options, file=file)

    def entries(self) -> list[Entry]:
        """All members that are files, by path; SubmissionError if the archive cannot be read."""
        listed, _ = self.ask({"do": "list"})
        found = []
        passed: set[str] = set()
        for index, member in enumerate(listed):
            name = member["name"].replace("\\", "/")
            parts = name.split("/")
            if len(parts) > 2 and parts[1] == ".git":
                self.checkouts.add(parts[0])
            reasons = [passed_over(part, at < len(parts)) for at, part in enumerate(parts, 1)]
            first = next((at for at, reason in enumerate(reasons) if reason is not None), None)
            if first is not None:
                path = "/".join(parts[: first + 1])
                if reasons[first] and path not in passed:
                    passed.add(path)
                    found.append(Entry(path, index=index, passed=str(reasons[first])))
                continue
            found.append(
                Entry(name, local_time(member["time"]), member["problem"] or odd(parts), index, size=member["size"])
            )
        return sorted(found, key=lambda entry: (entry.path, entry.index))

    def read(self, entries: list[Entry], cap: int) -> Iterator[tuple[Entry, bytes | SubmissionError]]:
        """The bytes of each entry, or why they cannot be had."""
        sound = [entry for entry in entries if not entry.problem]
        yield from ((entry, SubmissionError(entry.problem)) for entry in entries if entry.problem)
        batch: list[Entry] = []
        size = 0
        for entry in sound:
            size += entry.size
            if batch and (size > BATCH_BYTES or len(batch) == BATCH):
                yield from self.batch(batch, cap)
                batch, size = [], entry.size
            batch.append(entry)
        if batch:
            yield from self.batch(batch, cap)

    def batch(self, entries: list[Entry], cap: int) -> Iterator[tuple[Entry, bytes | SubmissionError]]:
        try:
            lengths, raw = self.ask({"do": "read", "members": [entry.index for entry in entries], "cap": cap})
        except SubmissionError as error:
            if len(entries) == 1:
                yield entries[0], error
                return
            half = len(entries) // 2
            yield from self.batch(entries[:half], cap)
            yield from self.batch(entries[half:], cap)
            return
        start = 0
        for entry, length in zip(entries, lengths, strict=True):
            if isinstance(length, dict):
                yield entry, SubmissionError(str(length["refused"]))
                continue
            yield entry, raw[start : start + length]
            start += length


def odd(parts: list[str]) -> str:
    """Why a member's name is not taken: it would leave the folder, or could not be a file's name."""
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        return "has a path that leads out of the archive"
    if any(part == "" or len(part.encode("utf-8", "surrogatepass")) > 255 for part in parts) or len(parts) > 12:
        return "has a name that no folder could hold"
    return ""


def local_time(stamp: list[int]) -> float | None:
    """POSIX seconds of a zip's time, which has no zone: this machine's own is assumed."""
    try:
        return time.mktime((*stamp, 0, 0, -1))  # type: ignore[arg-type]
    except (ValueError, OverflowError, TypeError):
        return None
