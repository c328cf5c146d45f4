"""One exercise: its folder, and `exercise.toml`, read key by key."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from grader.base.errors import CourseError
from grader.base.text import is_device
from grader.base.toml import key, read_toml
from grader.course.data import DataFile, check_names, read_data
from grader.course.digest import digest_of, files_in
from grader.course.mistakes import learner_note, mistake_files, mistake_paths

PACKAGE = Path(__file__).parents[1]
CARRIED = PACKAGE / "_course"


@dataclass(frozen=True)
class ExerciseLimits:
    """What one test (`seconds`) and one submission (`total_seconds`) may take, and what one examinee may use."""

    seconds: float = key("seconds on its own clock that one question of a test may take", 10.0, above=0, most=3600)
    total_seconds: float = key("seconds that all tests of a submission may take together", 60.0, above=0, most=86400)
    memory_mb: int = key("MiB that an examinee may allocate beside Python and torch", 1024, above=0)
    scratch_mb: int = key("MiB of files that it may write", 64, above=0)
    output_kb: int = key("KiB of printed text that are kept", 64, above=0)


@dataclass(frozen=True)
class Hint:
    """One step of `grader hint`."""

    text: str = key("what `grader hint` shows at this step")


@dataclass(frozen=True)
class Forbidden:
    """Names that a submission should not use."""

    names: tuple[str, ...] = key("functions and classes, as `nn.BatchNorm1d`, that a submission should not use", ())
    effect: str = key("whether their use is only named, or costs all points", "advice", choices=("advice", "zero"))


@dataclass(frozen=True)
class Tolerance:
    """What `close` takes where a test names nothing else: numbers within `atol + rtol * |expected|`."""

    rtol: float = key("share of the expected number that `close` lets pass", 1e-4, least=0, most=0.5)
    atol: float = key("absolute difference that `close` lets pass", 1e-5, least=0)


@dataclass(frozen=True)
class ExerciseFile:
    """`exercise.toml`."""

    format: int = key("version of this file's form", choices=(1,))
    title: str = key("one line for `grader list` and the report")
    file: str = key("the name of a Python file: the stub, and what a learner hands in", pattern=r"[A-Za-z_]\w*\.py")
    files: tuple[str, ...] = key(
        "names of Python files that are handed in beside `file`, each with a stub and a solution of its own",
        (),
        pattern=r"[A-Za-z_]\w*\.py",
    )
    data: tuple[DataFile, ...] = key("files of the course that lie read-only beside every submission", ())
    minutes: int = key("how long a learner takes", 20, above=0, most=1000)
    difficulty: int = key("stars in `grader list`", 1, least=1, most=4)
    needs: tuple[str, ...] = key("keys of exercises to do before, as `ex01`", ())
    device: str = key(
        "where it runs: on the CPU by design, on what the user chose, or on a GPU only",
        "cpu",
        choices=("cpu", "any", "gpu"),
    )
    limits: ExerciseLimits = key("what a submission may take", ExerciseLimits)
    tolerance: Tolerance = key("what `close` lets pass in this suite where a test names nothing else", Tolerance)
    hints: tuple[Hint, ...] = key("the steps of `grader hint`, at least three", ())
    forbid: Forbidden = key("what a submission should not use", Forbidden)
    packages: tuple[str, ...] = key(
        "packages beyond the core that suite or submission import, as `sklearn.linear_model`; imported once, ahead",
        (),
        pattern=r"[A-Za-z_]\w*(\.\w+)*",
    )
    source_kb: int = key("KiB that a submission may have", 1024, above=0, most=65536)
    suite_seconds: float = key("CPU seconds that the whole suite takes with the solution, at most", 1.0, above=0)
    notebook: bool = key("learners get a Jupyter notebook beside each stub, and may hand it in", False)
    released: bool = key("written by `grader release`: only the public tests are here, and no solution", False)


@dataclass(frozen=True)
class Exercise:
    """One exercise folder; everything but the suite itself, which only the examiner opens."""

    id: str
    folder: Path
    solution: Path
    title: str
    file: str
    minutes: int = 20
    difficulty: int = 1
    needs: tuple[str, ...] = ()
    device: str = "cpu"
    limits: ExerciseLimits = field(default_factory=ExerciseLimits)
    hints: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    forbid_effect: str = "advice"
    submission_cap: int = 1 << 20
    suite_seconds: float = 1.0
    released: bool = False
    packages: tuple[str, ...] = ()  # the only ones that a submission may import, whichever if there is none
    extra: tuple[str, ...] = ()  # packages beyond the core that are imported ahead
    files: tuple[str, ...] = ()  # what is handed in beside `file`
    data: tuple[DataFile, ...] = ()
    tolerance: Tolerance = field(default_factory=Tolerance)
    notebook: bool = False

    @property
    def key(self) -> str:
        """`ex03` of `ex03_cutmix`: what people type."""
        return self.id.partition("_")[0]

    @property
    def stub(self) -> Path:
        return self.folder / self.file

    @property
    def stubs(self) -> tuple[Path, ...]:
        """The learner's files, that one first which the suite asks."""
        return (self.stub, *(self.folder / name for name in self.files))

    @property
    def solutions(self) -> tuple[Path, ...]:
        """The files of the solution, in the same order."""
        return (self.solution, *(self.solution.parent / name for name in self.files))

    @property
    def solution_files(self) -> tuple[tuple[str, bytes], ...]:
        """What lies beside the solution's first file and belongs to it; a missing file is left out."""
        return tuple((path.name, path.read_bytes()) for path in self.solutions[1:] if path.exists())

    @cached_property
    def given(self) -> tuple[tuple[str, bytes], ...]:
        """The data files. CourseError for one that is missing, or where they are too large."""
        return read_data(self.folder, self.data)

    @property
    def suite(self) -> Path:
        return self.folder / "suite"

    @cached_property
    def mistakes(self) -> list[Path]:
        """Known wrong submissions, sorted by name."""
        return mistake_paths(self.solution.parent / "mistakes")

    def mistake(self, name: str) -> bytes:
        """The source of a known mistake. CourseError if there is none of this name, or it does not fit the solution."""
        return self.mistake_with_files(name)[0]

    def mistake_with_files(self, name: str) -> tuple[bytes, tuple[tuple[str, bytes], ...]]:
        """The source of a known mistake, and what lies beside it. CourseError as for `mistake`."""
        for path in self.mistakes:
            if path.stem == name:
                found = mistake_files(path, self.solutions)
                return found.pop(self.file), tuple(found.items())
        raise CourseError(f"has no mistake {name!r}", str(self.solution.parent / "mistakes"))

    @cached_property
    def variants(self) -> list[Path]:
        """Right submissions that look unlike the solution: a file in the place of the first, or a folder of files."""
        found = (self.solution.parent / "variants").glob("*")
        return sorted(path for path in found if path.suffix == ".py" or (path.is_dir() and path.name[0] not in "._"))

    def own_files(self, variant: Path) -> dict[str, Path]:
        """The files that a variant has of its own, by the name that they are handed in under."""
        if not variant.is_dir():
            return {self.file: variant}
        return {path.name: path for path in sorted(variant.iterdir()) if path.name[0] not in "._"}

    def learner_note(self, name: str) -> str:
        """What the author says to a learner whose file is like this known mistake; empty if nothing."""
        return next((learner_note(path) for path in self.mistakes if path.stem == name), "")

    def digest(self) -> str:
        """A hash of all that decides a verdict on the course's side: what lies in exercise's and solution's folder.

        Known mistakes, variants, the picture, README.md and what the learner edits do not count, nor do caches. In a
        released exercise the folder is the learner's: only suite, data and exercise.toml count.
        """
        files = dict(files_in(self.suite, "exercise/suite"))
        names = ["exercise.toml", *(one.file for one in self.data)]
        if not self.released:
            notebooks = [path.with_suffix(".ipynb").name for path in self.stubs]
            own = {path.name for path in self.stubs} | {"README.md", "picture.py", *notebooks}
            files |= files_in(self.folder, "exercise", own)
            files |= files_in(self.solution.parent, "solution", {"mistakes", "variants"})
        return digest_of((files | {f"exercise/{name}": self.folder / name for name in names}).items())


def read_exercise(folder: Path) -> Exercise:
    """One exercise folder; a learner's workspace has no `exercise.toml`, so the carried course's is taken there.

    CourseError, with file and line, for what is wrong in it.
    """
    path = folder / "exercise.toml"
    if not path.exists():
        carried = CARRIED / "exercises" / folder.name / "exercise.toml"
        path = carried if carried.exists() else PACKAGE.parent / "exercises" / folder.name / "exercise.toml"
    table = read_toml(path, ExerciseFile)
    names = [name.casefold() for name in (table.file, *table.files)]  # one file on macOS and Windows
    if twice := [name for at, name in enumerate(table.files, 1) if name.casefold() in names[:at]]:
        raise CourseError(
            f"`files` names {twice[0]} a second time", str(path), "name each file once, `file` not at all"
        )
    every = (table.file, *table.files, *(one.file for one in table.data))
    if devices := [name for name in every if any(is_device(part) for part in name.split("/"))]:
        raise CourseError(f"{devices[0]!r} is a device on Windows", str(path), "give it another name")
    check_names(table.data, (table.file, *table.files), str(path))
    return Exercise(
        id=folder.name,
        folder=folder,
        solution=folder.parents[1] / "solutions" / folder.name / table.file,
        title=table.title,
        file=table.file,
        minutes=table.minutes,
        difficulty=table.difficulty,
        needs=table.needs,
        device=table.device,
        limits=table.limits,
        hints=tuple(hint.text for hint in table.hints),
        forbid=table.forbid.names,
        forbid_effect=table.forbid.effect,
        submission_cap=table.source_kb << 10,
        suite_seconds=table.suite_seconds,
        released=table.released,
        extra=table.packages,
        files=table.files,
        data=table.data,
        tolerance=table.tolerance,
        notebook=table.notebook,
    )
