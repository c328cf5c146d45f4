"""What learners get of a quiz: `practice` with the key in clear, or `graded` without it.

A graded release has no key, no feedback and nothing that betrays them: what there is to choose from has opaque ids (k1,
k2, ...) in an order made from the texts. The way back, the map, stays with the instructor in `quizzes/keys/`.
"""

import re
import shutil
from pathlib import Path
from typing import Literal

from grader.base import atomic
from grader.base.errors import UsageError
from grader.quiz.format import textfile
from grader.quiz.format.markup import all_spans
from grader.quiz.format.model import Quiz
from grader.quiz.format.vocabulary import Vocabulary
from grader.quiz.format.writer import quiz_text
from grader.quiz.score.keys import KeyMap, write_key

Mode = Literal["practice", "graded"]

_COMMENTS = {
    "practice": "For practice, not graded: this file holds the answers.",
    "graded": "Graded: this file holds no answers, your instructor scores yours.",
}


def release_quiz(quiz: Quiz, mode: Mode) -> tuple[Quiz, KeyMap | None]:
    """The quiz a learner gets, and for a graded one the map of its choice ids."""
    if mode == "practice":
        questions = tuple(question.replace(check=None) for question in quiz.questions)
        return quiz.replace(release=mode, questions=questions), None
    choices: dict[str, dict[str, str]] = {}
    questions = ()
    for question in quiz.questions:
        keyless, choices[question.id] = question.keyless()
        questions += (keyless,)
    released = Quiz(
        id=quiz.id, title=quiz.title, attempts=quiz.attempts, pools=quiz.pools, release=mode, questions=questions
    )
    return released, KeyMap(quiz=quiz.id, release=released.content_hash, content=quiz.content_hash, choices=choices)


def write_release(quiz: Quiz, mode: Mode, out: Path, folder: Path | None = None) -> Path:
    """Writes `out/quizzes/<id>.yaml` (and the images it shows) and gives its path.

    `folder` is the `quizzes/` the quiz comes from; a graded release needs it for the map, which never goes under `out`.
    Raises UsageError, before anything is written.
    """
    if quiz.release:
        raise UsageError(f"this is itself a {quiz.release} release", quiz.id, "Release the author's file.")
    target = out / "quizzes" / f"{quiz.id}.yaml"
    if target.exists() and not re.search(r"(?m)^release: (practice|graded)$", textfile.read_text(target)):
        raise UsageError("is not a release and would be overwritten", str(target), "Choose another --out.")
    vocabulary = Vocabulary.of(folder) if folder and mode == "practice" else None
    released, key = release_quiz(vocabulary.with_lessons(quiz) if vocabulary else quiz, mode)
    images = _images(released, folder)
    if key is not None:
        if folder is None:
            raise UsageError("a graded release needs a course folder to keep its map in", quiz.id)
        if folder.resolve().is_relative_to(out.resolve()):
            raise UsageError("the key would lie inside the release", str(out), "Choose an --out outside the course.")
        write_key(folder, key)
    atomic.write_text(target, quiz_text(released, _COMMENTS[mode]))
    for name, image in images.items():
        copy = target.parent / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(image, copy)
    return target


def _images(quiz: Quiz, folder: Path | None) -> dict[str, Path]:
    """The files of the images the quiz shows, by the name its texts use."""
    names = {span.target for question in quiz.questions for _, text in question.texts for span in all_spans(text)} - {
        ""
    }
    images = {}
    for name in sorted(names):
        path = image_file(folder, name) if folder else None
        if path is None:
            raise UsageError(f"there is no image `{name}`", quiz.id, f"See `grader quiz lint {quiz.id}`.")
        images[name] = path
    return images


def image_file(folder: Path, name: str) -> Path | None:
    """The image of that name in a `quizzes/` folder, None where it is missing or would lie elsewhere."""
    path = folder / name
    inside = not Path(name).is_absolute() and path.resolve().is_relative_to(folder.resolve())
    return path if inside and path.is_file() else None
