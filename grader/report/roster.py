"""The class list: a CSV as the LMS exports it, and who of it stands behind a folder or file name.

Headers are known by their usual names (Canvas gradebook, Moodle participants or grading sheet, Gradescope, GitHub
Classroom, or plain `student,name,email`). Every column is kept, so that grades go back in the LMS's own terms.
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import UsageError
from grader.report.safe import line, visible

HEADERS = {
    "student": ("student id", "studentid", "student_id", "netid", "login", "sis login id", "username", "user name",
                "userid", "uid"),
    "sid": ("sid", "sis user id", "id number", "idnumber", "matriculation number", "matrikelnummer"),
    "email": ("email", "e-mail", "email address", "e-mail address", "mail"),
    "identifier": ("identifier",),
    "canvas_id": ("id", "canvas id", "canvas user id"),
    "github": ("github", "github username", "github_username"),
    "name": ("name", "full name", "fullname", "student name", "student", "display name", "sortable name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
}  # fmt: skip
CAP = 8 << 20


@dataclass(frozen=True)
class Claim:
    """Who handed something in, as a folder, a file name or the LMS's metadata tells it; nothing in it is proven."""

    label: str
    known: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Student:
    """One line of the gradebook. `fields` are what the roster knows, under our names; `columns` its own columns."""

    id: str
    name: str = ""
    email: str = ""
    enrolled: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)


class Roster:
    """The enrolled students by everything they may be called."""

    def __init__(self, students: list[Student]) -> None:
        self.students = students
        self.index: dict[tuple[str, str], list[Student]] = {}
        for student in students:
            for kind, value in names_of(student):
                holders = self.index.setdefault((kind, value), [])
                if student not in holders:
                    holders.append(student)

    def match(self, claim: Claim) -> Student | None:
        """The one student a claim fits; None if there is none, or more than one."""
        for kind, value in claim.known:
            kinds = ("canvas_id",) if kind == "canvas_id" else (kind, "any")
            for one in kinds:
                found = self.index.get((one, plain(value)), [])
                if len(found) == 1:
                    return found[0]
        return None


def plain(text: str) -> str:
    """Text as it is compared: composed, without case, spaces or punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def names_of(student: Student) -> list[tuple[str, str]]:
    """Every (kind, plain text) a student can be found by; kind `any` where a bare folder name may mean it."""
    found = []
    for kind, value in student.fields.items():
        found.append((kind, plain(value)))
        if kind in ("student", "sid", "email", "github", "identifier"):
            found.append(("any", plain(value)))
    if student.email:
        found.append(("any", plain(student.email.partition("@")[0])))
    words = [word for word in re.split(r"[\s,]+", student.name) if word]
    for order in (words, [words[-1], *words[:-1]] if words else [], [*words[1:], words[0]] if words else []):
        found += [("name", plain("".join(order))), ("any", plain("".join(order)))]
    return [(kind, value) for kind, value in dict.fromkeys(found) if value]


def read_roster(path: Path) -> Roster:
    """The roster of a CSV file (comma, semicolon or tab; UTF-8 with or without BOM). UsageError for anything else."""
    where = line(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(CAP + 1)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where, "check the path of the roster") from None
    if len(data) > CAP:
        raise UsageError(f"is larger than {CAP >> 20} MiB", where, "a roster has one line per student")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("is not UTF-8", where, "save it as 'CSV UTF-8'") from None
    return Roster(students_of(text, where))


def students_of(text: str, where: str) -> list[Student]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter))
    except csv.Error as error:
        raise UsageError(f"is not a CSV file: {error}", where, "export the roster from your LMS again") from None
    if not rows:
        raise UsageError("is empty", where, "the first line names the columns, e.g. student,name,email")
    header = [name.strip() for name in rows[0]]
    meaning = meanings([name.casefold() for name in header])
    if not {"student", "sid", "email", "identifier", "canvas_id", "name", "last"} & set(meaning):
        shown = ", ".join(line(name, 30) for name in header[:8])
        what = f"has no column that names a student (columns: {shown})"
        raise UsageError(what, f"{where}:1", "name one of them student, name or email")
    found: dict[str, tuple[int, Student]] = {}
    for number, row in enumerate(rows[1:], 2):
        student = student_of(header, meaning, row)
        if student is None:
            continue
        known = found.get(student.id.casefold())
        if known:
            what = f"student {line(student.id)} stands here and in line {known[0]}"
            raise UsageError(what, f"{where}:{number}", "keep one of the two")
        found[student.id.casefold()] = (number, student)
    if not found:
        raise UsageError("names no student", where, "it has a header line only")
    return [student for _, student in found.values()]


def meanings(header: list[str]) -> dict[str, int]:
    """Which column holds what. `student` alone is an id; beside Canvas's own id columns it is the name."""
    found = {}
    for kind, names in HEADERS.items():
        places = [header.index(name) for name in names if name in header]
        if places:
            found[kind] = places[0]
    if "student" in header and not {"id", "sis user id", "sis login id"} & set(header):
        found["student"] = header.index("student")
        if found.get("name") == found["student"]:
            del found["name"]
    return found


def student_of(header: list[str], meaning: dict[str, int], row: list[str]) -> Student | None:
    """One row's student; None for a blank row and for Canvas's row of possible points."""
    cells = [visible(value.strip()).replace("\n", " ") for value in row] + [""] * len(header)
    fields = {kind: cells[i] for kind, i in meaning.items() if cells[i]}
    name = fields.get("name") or " ".join(filter(None, (fields.get("first"), fields.get("last"))))
    if name.lower().startswith("points possible") or not fields:
        return None
    chosen = next(
        (fields[kind] for kind in ("student", "sid", "email", "identifier", "github", "canvas_id") if kind in fields),
        name,
    )
    columns = {visible(title): cells[i] for i, title in enumerate(header) if title}
    return Student(chosen, name, fields.get("email", ""), True, fields, columns)
