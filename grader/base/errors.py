"""The exceptions a user may meet; `grader.cli` is the only place that prints them and picks an exit code.

* GraderError                 exit 3: ours, or the machine's
  + UsageError                exit 2: a path or name the user gave is missing or wrong
  + CourseError               exit 3: a course file (exercise.toml, suite, course.toml) is broken
  + SubmissionError           exit 1: the submitted file itself cannot be graded
  + SandboxError              exit 3: the sandbox could not be set up; nothing was run
"""

from typing import TypedDict


class ErrorDocument(TypedDict):
    """An error as `--json` prints it."""

    what: str
    where: str
    next: str


class GraderError(Exception):
    """A problem in three parts: what is wrong, where, and what to do next."""

    exit_code = 3

    def __init__(self, what: str, where: str = "", next: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.next = next

    def as_dict(self) -> ErrorDocument:
        """The three parts."""
        return {"what": self.what, "where": self.where, "next": self.next}

    @property
    def sentence(self) -> str:
        """The three parts in one line, for a list of problems."""
        parts = (part for part in (self.where, self.what.rstrip("."), self.next) if part)
        words = " ".join(": ".join(parts).split())
        return words if words.endswith((".", "?")) else f"{words}."

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what, self.next]
        return "\n".join(part for part in parts if part)


class UsageError(GraderError):
    """A path or name the user gave does not exist or does not fit."""

    exit_code = 2


class CourseError(GraderError):
    """A file of the course is broken: the author must mend it, no learner loses points."""


class SubmissionError(GraderError):
    """The submitted file cannot be judged as it is."""

    exit_code = 1


class SandboxError(GraderError):
    """The sandbox could not be built; no submitted code was run."""
