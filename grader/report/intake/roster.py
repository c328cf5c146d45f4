"""The class list: a CSV as the LMS exports it, and who of it stands behind a folder or file name.

Headers are known by their usual names (Canvas gradebook, Moodle participants or grading sheet, Gradescope, GitHub
Classroom, or plain `student,name,email`). Every column is kept, so that grades go back in the LMS's own terms.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.base.errors import UsageError
from grader.base.text import line, visible
from grader.report.gradebook.classlist import ClassList
from grader.report.gradebook.submissions import Student
from grader.report.intake.roles import about, joined

HEADERS = {
    "student": ("student id", "studentid", "student_id", "netid", "login", "sis login id", "username", "user name",
                "userid", "uid"),
    "sid": ("sid", "sis user id", "id number", "idnumber", "matriculation number", "matrikelnummer"),
    "email": ("email", "e-mail", "email address", "e-mail address", "mail"),
    "identifier": ("identifier",),
    "canvas_id": ("id", "canvas id", "canvas user id"),
    "github": ("github", "github username", "github_username"),
    "name": ("name", "full name", "fullname", "student name", "student", "display name", "sortable name",
             "vollständiger name", "nom complet", "nombre completo", "nome completo"),
    "first": ("first name", "firstname", "given name", "vorname", "prénom", "nombre"),
    "last": ("last name", "lastname", "surname", "family name", "nachname", "nom de famille", "apellido(s)"),
}  # fmt: skip
PARTICIPANT = re.compile(r"[^\W\d][^\d@]*\d+")  # Moodle's identifier in any language: `Teilnehmer/in1001`
MAIL = re.compile(r"[^@\s]+@[^@\s]+")
LOOSE = re.compile(
    r"[\u0300-\u036f\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
"""Marks of no script: accents that did not compose, and choices of a glyph."""
NAMING = {"student", "sid", "email", "identifier", "canvas_id", "name", "last"}
ABOVE = 10
"""The header is one of this many first lines: a title or `sep=;` may stand above it."""
CAP = 8 << 20
NUMBERS = ("canvas_id", "identifier", "d2l_id")
"""Ids that are bare numbers, so that one means nothing among ids of another kind."""


@dataclass(frozen=True)
class Claim:
    """Who handed something in, according to a folder, a file name or the LMS's metadata; nothing in it is proven."""

    label: str
    known: tuple[tuple[str, str], ...] = ()

    @property
    def ids(self) -> tuple[tuple[str, str], ...]:
        """What is an id that the LMS gave, and no name."""
        return tuple(one for one in self.known if one[0] not in ("any", "name"))


class Roster:
    """The enrolled students by everything they may be called."""

    def __init__(self, students: list[Student]) -> None:
        self.students = [student for student in students if not student.role]
        self.staff = [student for student in students if student.role]
        self.remark = ""
        self.listed: ClassList | None = None
        self.index: dict[tuple[str, str], list[Student]] = {}
        for student in students:
            for kind, value in names_of(student):
                holders = self.index.setdefault((kind, value), [])
                if student not in holders:
                    holders.append(student)
        self.kinds = {kind for kind, _ in self.index}
        self.ids = {student.id.casefold(): student for student in students}

    def match(self, claim: Claim) -> Student | None:
        """The one student a claim fits, by the first of its names that fits one; None if there is no such name.

        A bare name that is spelled like one student's id is theirs, whatever else it may mean. Ids of two kinds that
        are two students' fit nobody.
        """
        if not claim.ids and (exact := self.ids.get(unicodedata.normalize("NFC", claim.label).casefold())):
            if ("any", claim.label) in claim.known:
                return exact
        found = [each[0] for each in self.fitting(claim) if len(each) == 1]
        if self.knows(claim) and any(one is not found[0] for one in found):
            return None
        return found[0] if found else None

    def candidates(self, claim: Claim) -> list[Student]:
        """The students that an ambiguous claim fits equally."""
        if self.match(claim) is not None:
            return []
        found = {student.id: student for each in self.fitting(claim) for student in each}
        return list(found.values())

    def knows(self, claim: Claim) -> bool:
        """Whether the roster holds ids of a kind that the claim has: then the id says who it is, and no name does."""
        return any(kind in self.kinds for kind, _ in claim.ids)

    def fitting(self, claim: Claim) -> Iterator[list[Student]]:
        for kind, value in claim.ids if self.knows(claim) else claim.known:
            for one in (kind,) if kind in NUMBERS else (kind, "any" if kind == "any" else "id"):
                yield self.index.get((one, plain(value)), [])

    def named(self, text: str) -> list[Student]:
        """Everybody whom a text of the instructor's may mean: an id, a number, a name or an e-mail of any kind."""
        kinds = ("any", *NUMBERS)
        found = {one.id: one for kind in kinds for one in self.index.get((kind, plain(text)), [])}
        return list(found.values())

    def calls(self, text: str) -> bool:
        """Whether a text that is no number of an LMS's may mean a student."""
        return ("any", plain(text)) in self.index


def plain(text: str) -> str:
    """Text as it is compared: composed, without case, spaces or punctuation.

    The vowel signs of many scripts are marks, and no punctuation: names may differ in nothing else.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum() or (unicodedata.category(c)[0] == "M" and not LOOSE.match(c)))


def names_of(student: Student) -> list[tuple[str, str]]:
    """Every (kind, plain text) a student can be found by: `id` for a user name, `any` where a bare name may mean it."""
    found = []
    for kind, value in student.fields.items():
        found.append((kind, plain(value)))
        if kind in ("student", "sid", "email", "github"):
            found.append(("id", plain(value)))
        if kind == "identifier" and (number := re.search(r"\d+$", value)):
            found.append((kind, number[0]))
        if kind == "identifier":
            found.append(("any", plain(value)))
    if student.email:
        found.append(("id", plain(student.email.partition("@")[0])))
    found += [("any", value) for kind, value in found if kind == "id"]
    words = [word for word in re.split(r"[\s,]+", student.name) if word]
    for order in (words, [words[-1], *words[:-1]] if words else [], [*words[1:], words[0]] if words else []):
        found += [("name", plain("".join(order))), ("any", plain("".join(order)))]
    return [(kind, value) for kind, value in dict.fromkeys(found) if value]


def read_roster(path: Path) -> Roster:
    """The roster of a CSV file, whatever program wrote it. UsageError for anything else.

    `Roster.remark` says where its encoding could only be guessed, `listed` is the file unchanged.
    """
    where = line(str(path))
    text, guessed = read_text(path, where, "the roster")
    roster = Roster(students_of(text, where))
    roster.listed = whole(text, path.name)
    if guessed:
        roster.remark = f"{where} is not UTF-8 and was read as {guessed}: look at the names, or save it as 'CSV UTF-8'"
    return roster


def read_text(path: Path, where: str, what: str) -> tuple[str, str]:
    """The text of a CSV file with Unix line ends, and the code page where that was guessed. UsageError."""
    try:
        with path.open("rb") as file:
            data = file.read(CAP + 1)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where, f"check the path of {what}") from None
    if len(data) > CAP:
        raise UsageError(f"is larger than {CAP >> 20} MiB", where, "a roster has one line per student")
    if data[:2] in (b"PK", b"\xd0\xcf"):  # Excel's own files, new and old
        raise UsageError("is no CSV file", where, "save it as 'CSV UTF-8'")
    text, guessed = decoded(data, where)
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n"), guessed


def decoded(data: bytes, where: str) -> tuple[str, str]:
    """The text, and the code page where the file does not determine it: Windows', or the old Mac's by its line ends."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:2]:
        unmarked = {0: "utf-16-be", 1: "utf-16-le"}.get(data[:2].find(b"\0"), "utf-16")
        try:
            return data.decode(unmarked), ""
        except UnicodeDecodeError:
            raise UsageError("is not whole UTF-16", where, "save it as 'CSV UTF-8'") from None
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    if b"\r" in data and b"\n" not in data:
        return data.decode("mac_roman"), "Mac Roman"
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "Latin-1"


def students_of(text: str, where: str) -> list[Student]:
    """The students of a roster's text. UsageError with the line of what is wrong."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    start, header, rows = table_of(text, where)
    meaning = meanings([name.casefold() for name in header], rows)
    found: dict[str, tuple[int, Student]] = {}
    for number, row in enumerate(rows, start + 1):
        student = student_of(header, meaning, row)
        if student is None:
            continue
        student = about(student, header, row)
        known = found.get(student.id.casefold())
        if known and known[1].fields != student.fields:  # the same person in two sections is one student
            what = f"student {line(student.id)} stands here and in line {known[0]}"
            raise UsageError(what, f"{where}:{number}", "keep one of the two")
        found[student.id.casefold()] = (number, joined(known[1], student) if known else student)
    if all(student.role for _, student in found.values()):
        raise UsageError("names no student", where, "it has a header line only")
    return [student for _, student in found.values()]


def whole(text: str, name: str) -> ClassList:
    """Every row of a roster with the id of its student, "" where it is nobody's."""
    _, header, rows = table_of(text, name)
    meaning = meanings([title.casefold() for title in header], rows)
    owned = ((student_of(header, meaning, row), row) for row in rows if any(row))
    return ClassList(name, tuple(header), tuple((who.id if who else "", tuple(row)) for who, row in owned))


def table_of(text: str, where: str) -> tuple[int, list[str], list[list[str]]]:
    """The number of the header's line, the header, and the rows below it."""
    declared = re.match(r"\s*\"?sep=([,;\t|])", text)
    top = "".join(text.splitlines(True)[:ABOVE])
    first: list[str] | None = None
    for delimiter in [declared[1]] if declared else sorted(",;\t|", key=top.count, reverse=True):
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        except csv.Error as error:
            raise UsageError(f"is not a CSV file: {error}", where, "export the roster from your LMS again") from None
        if not rows:
            raise UsageError("is empty", where, "the first line names the columns, e.g. student,name,email")
        first = first or rows[0]
        for at, row in enumerate(rows[:ABOVE]):
            header = [name.strip() for name in row]
            if NAMING & set(meanings([name.casefold() for name in header], rows[at + 1 :])):
                return at + 1, header, rows[at + 1 :]
    shown = ", ".join(line(name, 30) for name in (first or [])[:8])
    what = f"has no column that names a student (columns: {shown})"
    raise UsageError(what, f"{where}:1", "name one of them student, name or email")


def meanings(header: list[str], rows: list[list[str]]) -> dict[str, int]:
    """Which column holds what. `student` alone is an id; beside Canvas's own id columns it is the name.

    A Moodle worksheet in another language is known by what stands in its columns.
    """
    found = {}
    for kind, names in HEADERS.items():
        places = [header.index(name) for name in names if name in header]
        if places:
            found[kind] = places[0]
    if "student" in header and not {"id", "sis user id", "sis login id"} & set(header):
        found["student"] = header.index("student")
        if found.get("name") == found["student"]:
            del found["name"]
    mails = [at for at in range(1, len(header)) if full(rows, at, MAIL)]
    if (
        mails
        and "identifier" not in found
        and {k for k, at in found.items() if at == 0} <= {"canvas_id"}
        and full(rows, 0, PARTICIPANT)
    ):
        known = {kind: at for kind, at in found.items() if at != 0}
        found = {"name": 1, "email": mails[0]} | known | {"identifier": 0}
    return found


def full(rows: list[list[str]], at: int, pattern: re.Pattern[str]) -> bool:
    """Whether a column holds something of that pattern in every row that is not blank."""
    values = [row[at].strip() for row in rows if len(row) > at and any(row)]
    return bool(values) and all(pattern.fullmatch(value) for value in values)


def student_of(header: list[str], meaning: dict[str, int], row: list[str]) -> Student | None:
    """One row's student; None for a blank row and for Canvas's row of possible points."""
    cells = [visible(value.strip()).replace("\n", " ") for value in row] + [""] * len(header)
    fields = {kind: cells[i] for kind, i in meaning.items() if cells[i]}
    name = fields.get("name") or " ".join(filter(None, (fields.get("first"), fields.get("last"))))
    if name.lower().startswith("points possible") or not fields:
        return None
    identity = next(
        (fields[kind] for kind in ("student", "sid", "email", "identifier", "github", "canvas_id") if kind in fields),
        name,
    )
    columns = {visible(title): cells[i] for i, title in enumerate(header) if title}
    return Student(identity, name, fields.get("email", ""), True, fields, columns)
