"""A quiz from elsewhere as files of ours: its YAML, and its images beside it."""

from collections.abc import Mapping
from pathlib import Path

from grader.base import atomic
from grader.base.errors import UsageError
from grader.quiz.format.markup import all_spans
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import parse_source
from grader.quiz.format.writer import quiz_text
from grader.quiz.score.release import image_file


def write_import(quiz: Quiz, images: Mapping[str, bytes], out: Path, where: str) -> list[str]:
    """Writes the quiz to `out`, which names it, and says which images its texts show that are not there.

    Raises UsageError, before anything is written, where a file is in the way or the text would not be read back.
    """
    for path in (out, *(out.parent / name for name in images)):
        if path.exists():
            raise UsageError("there is a file already", str(path), "Choose another --out, or move it away.")
    questions = tuple(question.replace(check=None) for question in quiz.questions)
    text = quiz_text(quiz.replace(id=out.stem, release=None, questions=questions))
    parse_source(text, f"{where}, as YAML")
    for name, data in images.items():
        atomic.write_bytes(out.parent / name, data)
    atomic.write_text(out, text)
    return [
        f"`{question.id}`: the image `{name}`, which the file does not hold; put it beside the quiz"
        for question in quiz.questions
        for name in dict.fromkeys(span.target for _, text in question.texts for span in all_spans(text) if span.target)
        if image_file(out.parent, name) is None
    ]
