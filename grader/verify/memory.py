"""What trials came to, remembered by their content: `grader verify` runs only what a change may have touched."""

import contextlib
import dataclasses
import hashlib
import json
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from grader.base.version import installed
from grader.course.exercise import PACKAGE, Exercise
from grader.course.packages import versions
from grader.verify.pool import Memory
from grader.verify.trial import Outcome, Trial

ROOMS = ("base", "course", "engine", "suite", "sandbox", "verify", "data")
PACKAGES = ("torch", "torchvision", "numpy", "matplotlib", "pytest")

TABLE = "create table if not exists outcomes (key text primary key, outcome text, used real)"
DAYS = 30  # what nobody asked for in this time is forgotten


def cache_folder() -> Path:
    """Where a user's caches lie: `GRADER_CACHE`, else the system's place."""
    if os.environ.get("GRADER_CACHE"):
        return Path(os.environ["GRADER_CACHE"])
    home = Path(os.path.expanduser("~"))
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "gradeloop"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "gradeloop" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "gradeloop"


@cache
def engine_digest() -> str:
    """A hash of all that decides an outcome on the machine's side: the engine's code and data, Python and packages."""
    about = (sys.version, platform.machine(), os.environ.get("GRADER_TIER"), *map(installed, PACKAGES))
    digest = hashlib.sha256(repr(about).encode())
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(PACKAGE)}:".encode() + path.read_bytes())
    return digest.hexdigest()


def content_of(exercise: Exercise) -> str:
    """The exercise's digest, and the versions of the packages that it names."""
    return " ".join((exercise.digest(), *versions(exercise.extra)))


def key_of(exercise_digest: str, trial: Trial) -> str:
    """The same for the same trial of the same suite and solution by the same engine."""
    about = (exercise_digest, engine_digest(), trial.kind, trial.name, trial.seed, trial.damage, trial.tests)
    beside = [(name, hashlib.sha256(data).hexdigest()) for name, data in trial.files]
    return hashlib.sha256(repr((*about, beside) if beside else about).encode() + trial.source).hexdigest()


def as_text(outcome: Outcome) -> str:
    """An outcome as JSON, without its trial."""
    parts = {field.name: getattr(outcome, field.name) for field in dataclasses.fields(Outcome) if field.name != "trial"}
    return json.dumps(parts, default=sorted)


def from_text(trial: Trial, text: str) -> Outcome:
    """The outcome of this trial that `as_text` wrote."""
    parts = json.loads(text)
    parts["tests"] = {name: tuple(pair) for name, pair in parts["tests"].items()}
    parts["asked"] = {name: frozenset(digests) for name, digests in parts["asked"].items()}
    for name in ("unchanged", "gates"):
        parts[name] = frozenset(parts[name])
    return Outcome(trial, **parts)


def lasting(outcome: Outcome) -> bool:
    """Whether the same would come again: a fault of ours, a timeout or a crash may be the machine's of that moment."""
    return not outcome.problem and all(what in ("passed", "failed", "error") for what, _ in outcome.tests.values())


class OutcomeMemory(Memory):
    """A file of outcomes by content, in the user's cache folder; without a place for it nothing is remembered."""

    def __init__(self, folder: Path | None = None) -> None:
        self.connection: sqlite3.Connection | None = None
        folder = folder or cache_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(folder / "verify.sqlite", timeout=10, isolation_level=None)
            self.connection.execute(TABLE)
            self.connection.execute("delete from outcomes where used < ?", (time.time() - DAYS * 86400,))
        except (OSError, sqlite3.Error):
            self.close()

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def recall(self, exercise: Exercise, trials: Iterable[Trial]) -> dict[Trial, Outcome]:
        """What is known of these trials."""
        found: dict[Trial, Outcome] = {}
        if self.connection is None:
            return found
        digest = content_of(exercise)
        try:
            for trial in trials:
                key = key_of(digest, trial)
                row = self.connection.execute("select outcome from outcomes where key = ?", (key,)).fetchone()
                if row:
                    found[trial] = from_text(trial, row[0])
            keys = [(time.time(), key_of(digest, trial)) for trial in found]
            self.connection.executemany("update outcomes set used = ? where key = ?", keys)
        except (sqlite3.Error, ValueError, TypeError, KeyError):
            return {}
        return found

    def remember(self, exercise: Exercise, outcomes: Iterable[Outcome]) -> None:
        """Keeps those that would come again."""
        if self.connection is None:
            return
        digest, now = content_of(exercise), time.time()
        rows = [(key_of(digest, one.trial), as_text(one), now) for one in outcomes if lasting(one)]
        with contextlib.suppress(sqlite3.Error):
            self.connection.executemany("insert or replace into outcomes values (?, ?, ?)", rows)
