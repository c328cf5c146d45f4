"""What belongs to the term: each path that was ever given is a delivery, and only `forget` takes anything out.

A delivery given again takes its own place: the very same bytes, or a folder that has grown. A file that is there
unchanged, in a folder or download of the same name, keeps its turn among the attempts; a changed one was handed in
later than all that came before.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace

from grader.report.gradebook.store import Gradebook, dumps
from grader.report.gradebook.submissions import Refusal, Work

BEFORE = "earlier runs"
"""The name of what a gradebook held before it knew deliveries."""


@dataclass(frozen=True)
class Delivery:
    """One path of the command: its name as it was given, a digest of its bytes ("" for a folder), and whose it is.

    `student` is the one that was asked for, "" where all were.
    """

    name: str
    fingerprint: str = ""
    student: str = ""


@dataclass(frozen=True)
class Known:
    """A work of an earlier delivery of the same name, and its place in the order of attempts."""

    delivery: int
    student: str
    unit: str
    number: int
    turn: int
    place: int
    file: tuple[str, str]
    """Its path and content."""


def deliver(book: Gradebook, one: Delivery, works: Iterable[Work], refusals: Iterable[Refusal], taken: str = "") -> int:
    """Adds what one path brought in, its works in the order of handing in; the delivery's number in the gradebook."""
    mine = list(works)
    run = book.connection.execute
    known = known_files(book, one.name)
    number, fresh = place_of(book, one, known, {(work.path, work.content) for work in mine})
    latest = {(k.file[0], k.student, k.unit): k for k in sorted(known, key=lambda k: (k.turn, k.place))}
    again = {k.file: k for k in latest.values()}
    owners: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for work in mine:
        owners.setdefault((work.path, work.content), set()).add((work.student, work.unit))
    old = run("SELECT number FROM deliveries WHERE name = ?", (BEFORE,)).fetchone()
    for k in known:
        stale = k.file in owners and (k.student, k.unit) not in owners[k.file]
        if k.delivery == number or stale or (k.file in owners and old == (k.delivery,)):
            row = (k.delivery, k.student, k.unit, k.number)
            run("DELETE FROM works WHERE (delivery, student, unit, number) = (?, ?, ?, ?)", row)
    run("DELETE FROM works WHERE delivery = ?", (number,))
    run("DELETE FROM refusals WHERE delivery = ?", (number,))
    run("INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?)",
        (number, one.name, one.student, one.fingerprint, taken))  # fmt: skip
    counts: dict[tuple[str, str], int] = {}
    for work in mine:
        count = counts[work.student, work.unit] = counts.get((work.student, work.unit), 0) + 1
        old = again.get((work.path, work.content))
        turn, place = (old.turn, old.place) if old else (fresh, count)
        data = dumps(asdict(replace(work, delivery=0)))
        run("INSERT INTO works VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, work.student, work.unit, count, turn, place, data, work.key))  # fmt: skip
    keep_refusals(book, number, one.name, mine, list(refusals))
    used = run("SELECT max(turn) FROM works WHERE delivery = ?", (number,)).fetchone()[0] or 0
    book.put("deliveries", max(number, used, book.setting("deliveries") or 0))  # no number is given twice
    return number


def known_files(book: Gradebook, name: str) -> list[Known]:
    """The works of all earlier deliveries of that name."""
    rows = book.connection.execute(
        "SELECT delivery, works.student, unit, works.number, turn, place, data FROM works JOIN deliveries ON"
        " deliveries.number = delivery WHERE name IN (?, ?) ORDER BY turn, place, delivery", (name, BEFORE),
    )  # fmt: skip
    found = []
    for delivery, student, unit, number, turn, place, data in rows:
        work = Work(**json.loads(data))
        if work.download == name:
            found.append(Known(delivery, student, unit, number, turn, place, (work.path, work.content)))
    return found


def place_of(
    book: Gradebook, one: Delivery, known: list[Known], files: set[tuple[str, str]]
) -> tuple[int, int]:  # fmt: skip
    """A delivery's number, and the turn of those of its files that are new in it."""
    run = book.connection.execute
    found = run("SELECT coalesce(max(number), 0) FROM deliveries").fetchone()[0]
    following = max(found, book.setting("deliveries") or 0) + 1
    if one.fingerprint:
        same = run("SELECT number FROM deliveries WHERE fingerprint = ? AND student = ?",
                   (one.fingerprint, one.student)).fetchone()  # fmt: skip
        if same:
            return int(same[0]), int(same[0])
    newest = run("SELECT max(number) FROM deliveries WHERE name = ? AND student = ?", (one.name, one.student))
    number = newest.fetchone()[0]
    held = {k.file for k in known if k.delivery == number}
    grown = bool(held) and held <= files and not one.fingerprint
    return (int(number) if grown else following), following


def keep_refusals(book: Gradebook, number: int, name: str, works: list[Work], refusals: list[Refusal]) -> None:
    """Lists what was not taken, in the place of what an earlier delivery of that name taken of the same files."""
    run = book.connection.execute
    taken = {(one.path, one.unit) for one in refusals} | {(w.path, unit) for w in works for unit in (w.unit, "")}
    earlier = run(
        "SELECT delivery, refusals.student, path, data FROM refusals JOIN deliveries ON number = delivery"
        " WHERE name IN (?, ?)", (name, BEFORE),
    ).fetchall()  # fmt: skip
    for delivery, student, path, data in earlier:
        if (path, Refusal(**json.loads(data)).unit) in taken:
            run("DELETE FROM refusals WHERE delivery = ? AND student = ? AND path = ?", (delivery, student, path))
    for one in refusals:
        row = (number, one.student, one.path, dumps(asdict(replace(one, delivery=0))))
        run("INSERT OR REPLACE INTO refusals VALUES (?, ?, ?, ?)", row)


def keys_of(book: Gradebook, numbers: Iterable[int]) -> set[str]:
    """The keys of all works of some deliveries."""
    run = book.connection.execute
    return {key for one in numbers for (key,) in run("SELECT key FROM works WHERE delivery = ?", (one,))}


def rekey(book: Gradebook, key_of: Callable[[str, str], str]) -> None:
    """Gives every work the key of the results it has under today's conditions, by its unit and content."""
    run = book.connection.execute
    rows = run("SELECT delivery, student, unit, number, data, key FROM works").fetchall()
    for *place, data, key in rows:
        work = Work(**json.loads(data))
        wanted = key_of(work.unit, work.content)
        if wanted != key:
            run("UPDATE works SET data = ?, key = ? WHERE (delivery, student, unit, number) = (?, ?, ?, ?)",
                (dumps(asdict(replace(work, key=wanted))), wanted, *place))  # fmt: skip


def move(book: Gradebook, old: str, new: str) -> None:
    """Gives one student's works and refusals to another name of the same student."""
    run = book.connection.execute
    for delivery, unit, turn, place, data, key in run(
        "SELECT delivery, unit, turn, place, data, key FROM works WHERE student = ?", (old,)
    ).fetchall():
        row = "SELECT coalesce(max(number), 0) + 1 FROM works WHERE delivery = ? AND student = ? AND unit = ?"
        number = run(row, (delivery, new, unit)).fetchone()[0]
        text = dumps(asdict(replace(Work(**json.loads(data)), student=new)))
        run("INSERT INTO works VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (delivery, new, unit, number, turn, place, text, key))
    for delivery, path, data in run("SELECT delivery, path, data FROM refusals WHERE student = ?", (old,)).fetchall():
        text = dumps(asdict(replace(Refusal(**json.loads(data)), student=new)))
        run("INSERT OR REPLACE INTO refusals VALUES (?, ?, ?, ?)", (delivery, new, path, text))
    for table in ("works", "refusals"):
        run(f"DELETE FROM {table} WHERE student = ?", (old,))
    run("DELETE FROM students WHERE id = ?", (old,))


def tidy(book: Gradebook, before: Iterable[str]) -> None:
    """Drops those of `before` who are on no roster and of whom nothing is left, and empty deliveries of old."""
    run = book.connection.execute
    gone = "DELETE FROM students WHERE id = ? AND NOT json_extract(data, '$.enrolled')"
    for table in ("works", "refusals"):
        gone += f" AND id NOT IN (SELECT student FROM {table})"
    for student in before:
        run(gone, (student,))
    run("DELETE FROM deliveries WHERE name = ? AND number NOT IN (SELECT delivery FROM works)"
        " AND number NOT IN (SELECT delivery FROM refusals)", (BEFORE,))  # fmt: skip
