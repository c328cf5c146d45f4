"""The checked cell and the cells that it names, put together from what the kernel has run so far."""

from collections.abc import Sequence
from pathlib import Path

from grader.base.errors import UsageError
from grader.base.toml import nearest
from grader.course.exercise import Exercise
from grader.course.submission import Submission, asked_for
from grader.disposable.child.check_cell import name_of


def source_of(cell: str, names: Sequence[str], history: Sequence[str]) -> bytes:
    """The submission: the last run text of each named cell, then this cell. UsageError for a name that none bears."""
    named = {name_of(text): text for text in history if name_of(text)}
    for name in names:
        if name not in named:
            advice = nearest(name, named) or f"begin that cell with `# cell: {name}` and run it"
            raise UsageError(f"no cell that was run is called {name!r}", next=advice)
    texts = [*(named[name] for name in names), cell]
    return "".join(text.rstrip("\n") + "\n" for text in texts).encode("utf-8", "surrogatepass")


def handed_in(source: bytes, exercise: Exercise) -> Submission:
    """The cell, with the other files that the exercise asks for as cells wrote them into the working folder.

    SubmissionError names one that is not there.
    """
    return Submission.of(source, exercise.file, asked_for(Path.cwd(), (), exercise, {}).items())
