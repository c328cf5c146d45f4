"""The course as files for any web host: lessons, exercise texts, practice quizzes and frames of the demonstrations.

No suite, no solution and no key in clear leaves the course: an answer to a quiz is compared by its hash, and the
explanation is readable only for whoever has the right answer.
"""

import asyncio
import base64
import hashlib
import json
import secrets
from functools import partial
from pathlib import Path
from typing import TypedDict

from markupsafe import Markup

from grader.base.atomic import write_bytes, write_text
from grader.base.errors import UsageError
from grader.course.course import Course
from grader.course.state import stub_text
from grader.demo import Value
from grader.demo.library import Demo, find_demos
from grader.demo.studio import Studio
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import read_quiz
from grader.workbook import rendering
from grader.workbook.demos import frames
from grader.workbook.prose import prose, python
from grader.workbook.shelf import Shelf, by_exercise, quiz_prose

MARK = ".workbook"
PAGE = {"static": True, "base": "../", "ext": ".html", "index": "index.html"}


def export(course: Course, out: Path) -> int:
    """Writes the pages and says how many. UsageError for a folder that holds something else."""
    if out.exists() and not (out.is_dir() and ((out / MARK).exists() or not any(out.iterdir()))):
        raise UsageError("is not an empty folder and no earlier export", str(out), "choose another one")
    write_text(out / MARK, "made by `grader open --export`; the next export overwrites what is here\n")
    shelf, demos = Shelf(course), find_demos(course.root)
    write_text(out / "static" / "style.css", rendering.style())
    write_text(out / "static" / "page.js", (rendering.TEMPLATES / "static.js").read_text(encoding="utf-8"))
    for name, path in shelf.figures.items():
        write_bytes(out / "figure" / name, path.read_bytes())
    pages = dict(texts(shelf, demos))
    pages |= {f"quiz/{name}.html": quiz_page(read_quiz(path)) for name, path in shelf.quizzes.items()}
    pages |= asyncio.run(demo_pages(demos, out))
    for name, html in pages.items():
        write_text(out / name, html)
    return len(pages)


def texts(shelf: Shelf, demos: dict[str, Demo]) -> dict[str, str]:
    """Course map, lessons, exercises."""
    heading = shelf.lessons["overview"].title if "overview" in shelf.lessons else "Course"
    listed = shelf.map(by_exercise(demos.values())) | {"now": None}
    found = {
        "index.html": rendering.page(
            "course.html", heading=heading, demos=list(demos.values()), **listed, **PAGE | {"base": ""}
        )
    }
    for lesson in shelf.lessons.values():
        title, text, contents = shelf.text(lesson.path, "../", ".html")
        found[f"lesson/{lesson.id}.html"] = rendering.page(
            "lesson.html", heading=title, text=text, contents=contents, **PAGE
        )
    for exercise in shelf.course.exercises.values():
        title, text, _ = shelf.text(shelf.readme(exercise), "../", ".html")
        stub = python(stub_text(exercise))
        found[f"exercise/{exercise.id}.html"] = rendering.page(
            "exercise.html", exercise=exercise, heading=title or exercise.title, text=text, stub=stub,
            demos=by_exercise(demos.values()).get(exercise.key, []), **PAGE,
        )  # fmt: skip
    return found


def quiz_page(quiz: Quiz) -> str:
    """A quiz whose ticked answers are checked in the page: choices with opaque ids, the key as a hash.

    Typed answers, of which more than one text is right, are left to `grader open`.
    """
    shown = partial(quiz_prose, base="../")
    questions = []
    for own in quiz.questions if quiz.has_key else ():
        if not isinstance(own, ChoiceQuestion):
            continue
        question = own.variant(0)
        released, ids = question.keyless()
        key = ",".join(sorted(opaque for opaque, name in ids.items() if name in question.correct))
        salt = secrets.token_hex(8)
        questions.append({
            "one": question.is_single, "rule": question.rule, "stem": shown(question.stem), "salt": salt,
            "choices": [{"id": one.id, "text": shown(one.text)} for one in released.choices],
            "digest": digest(salt, key, "key").hex(), "sealed": sealed(str(shown(question.explanation)), salt, key),
        })  # fmt: skip
    left_out = len(quiz.questions) - len(questions) if quiz.has_key else 0
    return rendering.page("static_quiz.html", quiz=quiz, questions=questions, left_out=left_out, **PAGE)


def digest(salt: str, key: str, what: str) -> bytes:
    return hashlib.sha256(f"{salt}|{key}|{what}".encode()).digest()


def sealed(text: str, salt: str, key: str) -> str:
    """The text under a stream of hashes that only the right answer gives, in base64."""
    data = text.encode("utf-8")
    stream = b"".join(digest(salt, key, str(at)) for at in range(-(-len(data) // 32)))
    return base64.b64encode(bytes(a ^ b for a, b in zip(data, stream, strict=False))).decode()


class Frame(TypedDict):
    """One setting of a demonstration with its numbers as HTML; the figure has its place in the list for a name."""

    values: dict[str, Value]
    numbers: str


async def demo_pages(demos: dict[str, Demo], out: Path) -> dict[str, str]:
    """The demonstrations, each parameter movable by itself; their frames are written beside the pages."""
    studio = Studio()
    found = {}
    try:
        for demo in demos.values():
            drawn: list[Frame] = []
            for number, values in enumerate(frames(demo)):
                one = await studio.draw(demo, values)
                write_bytes(out / "demo" / demo.id / f"{number}.svg", base64.b64decode(one["svg"]))
                drawn.append({"values": values, "numbers": rendering.part("numbers", one)})
            found[f"demo/{demo.id}.html"] = rendering.page(
                "static_demo.html", demo=demo, text=prose(demo.text), frames=json.dumps(drawn),
                first=Markup(drawn[0]["numbers"]), values=demo.defaults, **PAGE,
            )  # fmt: skip
    finally:
        await studio.close()
    return found
