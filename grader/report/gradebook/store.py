"""Everything a class report knows, in one SQLite file: copies of what was handed in, results, and who is who.

One process writes it at a time (an exclusive lock held for the whole run), and each result is committed as it arrives,
so that killing the process at any moment loses nothing that was finished. Results are found by content: the same bytes
graded under the same conditions are never graded twice.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.base.errors import GraderError, UsageError
from grader.base.text import line, visible_data
from grader.report.gradebook.records import Measured, Record
from grader.report.gradebook.schema import MIGRATIONS

FULL = "the disk is full; all finished results are kept"
AGAIN = "make room and run the same command again"
APPLICATION = 0x67726C70


class Gradebook:
    """The open gradebook; `with Gradebook.open(path) as book`. A database error inside leaves it as a GraderError."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    @staticmethod
    def open(path: Path) -> "Gradebook":
        """Opens or makes the file and takes its lock. UsageError if another process has it or it cannot be written.

        GraderError if the file is not a gradebook or was written by a newer grader.
        """
        where = line(str(path))
        while True:
            before = inode(path)
            connection = sqlite3.connect(path, isolation_level=None, timeout=0.5)
            book = Gradebook(connection, path)
            try:
                book.prepare(where)
            except sqlite3.Error as error:
                connection.close()
                raise as_grader_error(error, where) from None
            except GraderError:
                connection.close()
                raise
            # another run may have put a new file in place between looking and locking
            if before in (None, inode(path)):
                return book
            connection.close()

    def prepare(self, where: str) -> None:
        run = self.connection.execute
        run("PRAGMA locking_mode = EXCLUSIVE")
        version = run("PRAGMA user_version").fetchone()[0]
        application = run("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION and run("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise UsageError("is not a gradebook", where, "choose another --out folder")
        if version > len(MIGRATIONS):
            what = f"was written by a newer grader (gradebook version {version}, this one knows {len(MIGRATIONS)})"
            raise GraderError(what, where, "update this grader, or choose another --out folder")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        with self.transaction():
            for number in range(version, len(MIGRATIONS)):
                for statement in MIGRATIONS[number].split(";"):
                    run(statement)
                run(f"PRAGMA user_version = {number + 1}")
            run(f"PRAGMA application_id = {APPLICATION}")

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.connection.close()
        if isinstance(error, sqlite3.Error):
            raise as_grader_error(error, line(str(self.path))) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    # settings and small things remembered between runs

    def setting(self, name: str) -> Any:
        """A setting's value, None if it was never set."""
        found = self.connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if found is None else json.loads(found[0])

    def put(self, name: str, value: Any) -> None:
        self.connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, dumps(value)))

    def remembered(self, name: str) -> bytes | None:
        """What `remember` kept under a name."""
        found = self.connection.execute("SELECT value FROM memory WHERE name = ?", (name,)).fetchone()
        return None if found is None else found[0]

    def remember(self, name: str, value: bytes) -> None:
        self.connection.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (name, value))

    def forget(self, prefix: str, kept: Iterable[str]) -> None:
        """Drops what was remembered under names that start with `prefix` and are not in `kept`."""
        wanted = set(kept)
        names = self.connection.execute("SELECT name FROM memory WHERE name GLOB ?", (prefix + "*",)).fetchall()
        self.connection.executemany("DELETE FROM memory WHERE name = ?", [row for row in names if row[0] not in wanted])

    # what was handed in

    def keep_source(self, data: bytes) -> str:
        """Stores the bytes once; their sha256."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.connection.execute("INSERT OR IGNORE INTO sources VALUES (?, ?)", (sha256, data))
        return sha256

    def source(self, sha256: str) -> bytes:
        data: bytes = self.connection.execute("SELECT data FROM sources WHERE sha256 = ?", (sha256,)).fetchone()[0]
        return data

    def keep_notebook(self, sha256: str, module: str, lines: Any, left_out: Any) -> None:
        row = (sha256, module, dumps(lines), dumps(left_out))
        self.connection.execute("INSERT OR REPLACE INTO notebooks VALUES (?, ?, ?, ?)", row)

    def notebook(self, sha256: str) -> tuple[str, list[Any], list[Any]] | None:
        """The module's sha256, cell and line of each of its lines, and what was left out; None if never extracted."""
        found = self.connection.execute(
            "SELECT module, lines, left_out FROM notebooks WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return None if found is None else (found[0], json.loads(found[1]), json.loads(found[2]))

    # results

    def finished(self) -> set[str]:
        """Keys that need no grading: those with a result that is not ungraded."""
        rows = self.connection.execute("SELECT DISTINCT key FROM results WHERE outcome != 'ungraded'")
        return {key for (key,) in rows}

    def store(self, key: str, unit: str, sha256: str, record: Record, measured: Measured | None) -> None:
        """Commits one result. A unit graded again keeps its earlier results, unless those were ungraded."""
        with self.transaction():
            run = self.connection.execute
            run("DELETE FROM results WHERE key = ? AND outcome = 'ungraded'", (key,))
            number = run("SELECT coalesce(max(run), 0) + 1 FROM results WHERE key = ?", (key,)).fetchone()[0]
            kept = None if measured is None else dumps(measured)
            earned, possible = (str(Fraction(str(record["points"][name]))) for name in ("earned", "possible"))
            tier = record.get("tier", "") + (" (forced)" if record.get("forced") else "")
            tier += ", submissions kept root's user id without its capabilities" if record.get("as_root") else ""
            row = (key, number, unit, sha256, record["outcome"], tier, earned, possible, dumps(record), kept)
            run("INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def result(self, key: str) -> tuple[Record, Measured] | None:
        """The latest record under a key, its texts made visible, and what was measured with it."""
        found = self.connection.execute(
            "SELECT record, measured FROM results WHERE key = ? ORDER BY run DESC LIMIT 1", (key,)
        ).fetchone()
        return None if found is None else (visible_data(found[0]), json.loads(found[1]) if found[1] else {})

    def standings(self) -> dict[str, tuple[str, Fraction, Fraction]]:
        """Outcome, points earned and possible of the latest result under every key."""
        rows = self.connection.execute("SELECT key, outcome, earned, possible FROM results ORDER BY key, run")
        exact = lru_cache(maxsize=None)(Fraction)
        return {key: (outcome, exact(earned), exact(possible)) for key, outcome, earned, possible in rows}

    def tiers(self) -> list[str]:
        """The tiers of all results that works point to, each with `(forced)` where it was lowered on purpose."""
        rows = self.connection.execute("SELECT DISTINCT tier FROM results JOIN works USING (key) WHERE tier != ''")
        return sorted(tier for (tier,) in rows)

    def histories(self) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
        """Unit, sha256 and the outcome of each test in each run, for every file that was graded more than once."""
        rows = self.connection.execute(
            "SELECT unit, sha256, record FROM results JOIN (SELECT unit, sha256 FROM results GROUP BY unit, sha256"
            " HAVING count(*) > 1) USING (unit, sha256) ORDER BY unit, sha256, key, run"
        )
        for (unit, sha256), runs in groupby(rows, key=lambda row: row[:2]):
            tests = [json.loads(record).get("tests", ()) for _, _, record in runs]
            yield unit, sha256, [{test["name"]: test["outcome"] for test in run} for run in tests]

    def snapshot(self, path: Path) -> None:
        """A compact copy of the whole gradebook in a new file; the same content gives the same bytes."""
        self.connection.execute("VACUUM INTO ?", (str(path),))
        copy = sqlite3.connect(path, isolation_level=None)
        copy.execute("PRAGMA schema_version = 1")  # every VACUUM counts it up, and the next copy starts from this one
        copy.close()


def inode(path: Path) -> int | None:
    """Which file a path means; None if it means none."""
    try:
        return path.stat().st_ino
    except OSError:
        return None


def as_grader_error(error: sqlite3.Error, where: str) -> GraderError:
    """A database error as a sentence."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_BUSY"):
        return UsageError(
            "another `grader report` is writing here", where, "wait for it, or choose another --out folder"
        )
    if name.startswith("SQLITE_FULL"):
        return GraderError(FULL, where, AGAIN)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return UsageError("cannot be written", where, "choose an --out folder that you may write to")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return GraderError("is damaged or not a gradebook", where, "move it away; the next run grades everything anew")
    return GraderError(f"the gradebook could not be written ({error})", where, "check the disk and run it again")


def dumps(value: Any) -> str:
    """Canonical JSON: sorted keys, ASCII, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
