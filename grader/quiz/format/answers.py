"""A learner's answers: `answers/<quiz-id>.json`, as `grader quiz take` writes it, or `.yaml`, written by hand.

    {"format": 1, "quiz": "r1-early-stopping", "learner": "anna", "attempts": [
      {"attempt": 1, "hash": "9c0f...", "order": {"es-01": ["k2", "k1", ...]}, "picks": {"es-01": ["k2"]},
       "seconds": {"es-01": 12.5}, "submitted": true}]}

    picks:                              # by hand: one attempt, with the choice ids of the quiz file
      es-01: [e5]
      bn-train-mode: [batch-mean, run-upd]

The files are a learner's and are read with care. `learner` only seeds the order of the choices: who the student is
says the name of the folder or of the file (`student_of`), never a field inside.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.base import atomic
from grader.base.errors import UsageError
from grader.quiz.format import document, textfile
from grader.quiz.format.document import DocumentError
from grader.quiz.format.parameters import MOST
from grader.quiz.format.problems import problems

SUFFIXES = (".json", ".yaml")

_Word = Annotated[str, Field(max_length=60)]
_Answer = Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(strict=False, max_length=100)]
_Words = Annotated[tuple[_Word, ...], Field(strict=False, max_length=100)]
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Attempt(_Strict):
    """One attempt: the order in which choices were shown, what was ticked and how long each question took.

    `hash` is the content hash of the quiz that was answered, or its first digits; None in a hand-made file. `variants`
    says which draw of its parameters a question was shown with; one that is not there had the first. `mode` is
    `practice` where each answer was told right or wrong at once, and could not be changed after that.
    """

    attempt: Annotated[int, Field(ge=1, le=100_000)] = 1
    hash: _Hash | None = None
    order: dict[_Word, _Words] = {}
    picks: dict[_Word, _Answer] = {}
    seconds: dict[_Word, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    variants: dict[_Word, Annotated[int, Field(ge=0, lt=MOST)]] = {}
    mode: Literal["practice", "exam"] | None = None
    submitted: bool = False


class Answers(_Strict):
    """All attempts of one learner at one quiz."""

    format: Literal[1] = 1
    quiz: _Word
    learner: Annotated[str, Field(max_length=200)] = ""
    attempts: Annotated[tuple[Attempt, ...], Field(strict=False, max_length=1000)] = ()


class _ByHand(_Strict):
    """The hand-made form: one submitted attempt."""

    format: Literal[1] = 1
    quiz: _Word | None = None
    hash: _Hash | None = None
    picks: dict[_Word, _Answer]
    variants: dict[_Word, Annotated[int, Field(ge=0, lt=MOST)]] = {}


def read_answers(path: Path, quiz_id: str) -> Answers:
    """The answers of a file. Raises UsageError, with file and line, for anything but answers to that quiz."""
    text = textfile.read_text(path, follow=False)
    where = textfile.shown(str(path))
    answers = _from_json(text, where) if path.suffix == ".json" else _from_yaml(text, where, quiz_id)
    if answers.quiz != quiz_id:
        raise UsageError(f"these are answers to `{textfile.shown(answers.quiz)}`, not to `{quiz_id}`", where)
    return answers


def write_answers(path: Path, answers: Answers) -> None:
    """Writes the file in one step."""
    atomic.write_text(path, answers.model_dump_json(indent=1) + "\n")


def find_answers(folder: Path) -> list[Path]:
    """The answers files of a submission folder: answers/*.json and answers/*.yaml, by name; a quiz once only.

    Where both forms answer the same quiz, the .json that `grader quiz take` wrote counts.
    """
    found: dict[str, Path] = {}
    inside = folder / "answers"
    if inside.is_dir() and not inside.is_symlink():
        for path in _sorted(inside):
            if path.suffix in SUFFIXES and not path.name.startswith("."):
                found.setdefault(path.stem, path)
    return [found[stem] for stem in sorted(found)]


def collect(paths: Sequence[Path], quiz_id: str) -> Iterator[tuple[str, Path]]:
    """(student, file) for answers to one quiz, from files and from folders of any of these three shapes.

    DIR/anna.json; DIR/answers/<quiz-id>.json (or DIR/<quiz-id>.json), DIR being the student;
    DIR/anna/answers/<quiz-id>.json.
    """
    for path in paths:
        if path.suffix.casefold() == ".zip" and path.is_file():
            raise UsageError("is a zip", str(path), "unpack it, or give it to `grader report`, which reads it as it is")
        if not path.is_dir():
            yield student_of(path, quiz_id), path
            continue
        inside = _sorted(path)
        for folder in (path, *(folder for folder in inside if folder.is_dir())):
            for file in find_answers(folder):
                if file.stem == quiz_id:
                    yield student_of(file, quiz_id), file
        files = [file for file in inside if file.suffix in SUFFIXES and not file.name.startswith(".")]
        # a folder that has the quiz's own name in it is one student's, with answers to other quizzes beside
        for file in [file for file in files if file.stem == quiz_id] or files:
            yield student_of(file, quiz_id), file


def _sorted(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda path: path.name)


def student_of(path: Path, quiz_id: str) -> str:
    """Who answered: the file's name, or where that is the quiz's, the folder that holds it (or holds `answers/`)."""
    if path.stem != quiz_id:
        return path.stem
    folder = path.absolute().parent
    return folder.parent.name if folder.name == "answers" else folder.name


def _from_json(text: str, where: str) -> Answers:
    try:
        return Answers.model_validate_json(text)
    except ValidationError as error:
        syntax = next((detail for detail in error.errors() if detail["type"] == "json_invalid"), None)
        if syntax is None:
            # JSON is YAML: reading it once more, now as a document, tells the lines
            raise DocumentError(where, problems(error, document.parse(text), Answers)) from None
        reason, _, place = syntax["ctx"]["error"].partition(" at line ")
        raise DocumentError(where, [(int(place.split()[0]) if place else 1, f"this is not JSON: {reason}")]) from None


def _from_yaml(text: str, where: str, quiz_id: str) -> Answers:
    found = document.parse(text)
    if found.problems:
        raise DocumentError(where, found.problems)
    try:
        by_hand = _ByHand.model_validate(found.value)
    except ValidationError as error:
        raise DocumentError(where, problems(error, found, _ByHand)) from None
    attempt = Attempt(hash=by_hand.hash, picks=by_hand.picks, variants=by_hand.variants, submitted=True)
    return Answers(quiz=by_hand.quiz or quiz_id, attempts=(attempt,))
