"""How much of one student's is read at all: archives without end keep no class waiting."""

from collections.abc import Iterable

from grader.base.errors import SubmissionError

FILES = 200  # that exercises ask for, archives among them, of one student
MEMBERS = 20_000  # of all archives of one student
MB = 64  # of one student's files together


class Volume:
    """How much one student has handed in: what lies beyond is not read, so that intake ends soon, too."""

    def __init__(self) -> None:
        self.files: dict[str, int] = {}
        self.members: dict[str, int] = {}
        self.bytes: dict[str, int] = {}

    def add(self, students: Iterable[str], files: int = 0, members: int = 0, size: int = 0) -> None:
        """Counts more of these students' work; SubmissionError if one of them then has too much."""
        for student in students:
            for kind, count, cap, what in (
                (self.files, files, FILES, f"{FILES} files that exercises ask for"),
                (self.members, members, MEMBERS, f"{MEMBERS} files in archives"),
                (self.bytes, size, MB << 20, f"{MB} MiB"),
            ):
                kind[student] = kind.get(student, 0) + count
                if kind[student] > cap:
                    raise SubmissionError(f"is not read: this student handed in more than {what}")
