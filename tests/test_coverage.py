"""docs/coverage.md: whatever a row names exists, and nothing of the course is left out of the rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.quiz.format.reader import read_quiz

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "coverage.md"
TEXT = PAGE.read_text(encoding="utf-8")
TOPICS = (ROOT / "tests" / "coverage_topics.txt").read_text(encoding="utf-8").splitlines()
PLANNED = re.compile(r"^Not built yet[^:\n]*: (.*)$", re.MULTILINE)
EXERCISE, QUESTION = re.compile(r"ex\d\d"), re.compile(r"`([\w-]+:[\w-]+)`")
DEMO, PLACE = re.compile(r"demo `([\w-]+)`"), re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Row:
    """One topic, and the names in its three cells."""

    topic: str
    exercises: tuple[str, ...]
    questions: tuple[str, ...]
    demos: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """Everything that a row may name."""

    exercises: frozenset[str]
    questions: frozenset[str]
    demos: frozenset[str]


def rows(text: str) -> list[Row]:
    """The rows of all tables of the page."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "Topic":
            assert len(cells) == 4, f"a row has four cells: {line}"
            topic, exercises, questions, shown = cells
            names = (
                EXERCISE.findall(exercises),
                QUESTION.findall(questions),
                DEMO.findall(shown),
                PLACE.findall(shown),
            )
            found.append(Row(topic, *map(tuple, names)))
    return found


def planned(text: str) -> set[str]:
    """The exercises of the line `Not built yet: ...`; without the line, none."""
    line = PLANNED.search(text)
    return set(EXERCISE.findall(line[1])) if line else set()


@cache
def course_names() -> Names:
    quizzes = [read_quiz(path) for path in sorted((ROOT / "quizzes").glob("*.yaml"))]
    asked = [f"{quiz.id.partition('-')[0]}:{question.id}" for quiz in quizzes for question in quiz.questions]
    exercises = [name.partition("_")[0] for name in Course.load(ROOT).order]
    demos = [path.parent.name for path in (ROOT / "demos").glob("*/demo.py")]
    return Names(frozenset(exercises), frozenset(asked), frozenset(demos))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The headings of a page as links name them; code blocks have comments, no headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def exists(place: str) -> bool:
    """A place is a file and one of its headings: `file.md#heading`."""
    file, _, heading = place.partition("#")
    page = (PAGE.parent / file).resolve()
    return page.is_file() and heading in anchors(page)


def made_up(text: str, names: Names) -> Iterator[str]:
    """What the rows name and the course does not have."""
    known = names.exercises | planned(text)
    for row in rows(text):
        for kind, named, there in (
            ("exercise", row.exercises, known),
            ("question", row.questions, names.questions),
            ("demonstration", row.demos, names.demos),
        ):
            yield from (f"{row.topic}: there is no {kind} {name}" for name in named if name not in there)
        yield from (f"{row.topic}: there is no heading {place}" for place in row.places if not exists(place))
        if not (row.exercises or row.questions or row.demos or row.places):
            yield f"{row.topic}: the row names nothing"


def left_out(text: str, names: Names) -> Iterator[str]:
    """What the course has and no row names, each with what to do about it."""
    found = rows(text)
    quizzes = {name.partition(":")[0] for name in names.questions}
    for kind, there, named in (
        ("exercise", names.exercises, {name for row in found for name in row.exercises}),
        ("quiz", quizzes, {name.partition(":")[0] for row in found for name in row.questions}),
        ("demonstration", names.demos, {name for row in found for name in row.demos}),
    ):
        for name in sorted(there - named):
            yield f"no row of docs/coverage.md names the {kind} {name}: add it to the row of its topic, or add a row"


def unlisted(text: str) -> Iterator[str]:
    """Topics of the frozen list without a row, and rows whose topic it lacks."""
    there = [row.topic for row in rows(text)]
    yield from (f"{topic}: the row is gone from docs/coverage.md" for topic in TOPICS if topic not in there)
    yield from (f"{topic}: add it to tests/coverage_topics.txt" for topic in there if topic not in TOPICS)


def test_no_topic_is_taken_out() -> None:
    """Each topic of the course's outlines has its row, and the list of them knows each row."""
    assert list(unlisted(TEXT)) == []


def test_a_deleted_row_is_missed() -> None:
    """Without its row a topic is told by name, though others name the same; so is a topic that is not listed."""
    kept = "\n".join(line for line in TEXT.splitlines() if not line.startswith("| Cutout |"))

    assert list(unlisted(kept)) == ["Cutout: the row is gone from docs/coverage.md"]
    assert list(unlisted(f"{TEXT}\n| Tea | – | – | – |\n")) == ["Tea: add it to tests/coverage_topics.txt"]


def test_whatever_a_row_names_exists() -> None:
    """Every exercise, question, demonstration and heading of the page is in the course."""
    assert list(made_up(TEXT, course_names())) == []


def test_nothing_is_left_out() -> None:
    """Every exercise of course.toml, every quiz and every demonstration stands in a row."""
    assert list(left_out(TEXT, course_names())) == []


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("ex00 | – | –", "there is no exercise ex00"),
        ("– | `r1:es-tea` | –", "there is no question r1:es-tea"),
        ("– | `r2:es-tie` | –", "there is no question r2:es-tie"),
        ("– | – | demo `width-sweep`", "there is no demonstration width-sweep"),
        ("– | – | [R1](../exercises/lessons/r1_early_stopping.md#tea)", "there is no heading"),
        ("– | – | [R0](../exercises/lessons/r0.md#introduction)", "there is no heading"),
        ("– | – | [R1](../exercises/lessons/r1_early_stopping.md)", "there is no heading"),
        ("– | – | –", "the row names nothing"),
    ],
)
def test_a_made_up_name_is_found(cells: str, told: str) -> None:
    """A row that names what does not exist is told, and a row that names nothing."""
    problems = list(made_up(f"{TEXT}\n| Tea | {cells} |\n", course_names()))

    assert len(problems) == 1 and problems[0].startswith("Tea: ") and told in problems[0]


@pytest.mark.parametrize("name", ["ex22", "demo `augmentation`", "r5"])
def test_what_no_row_names_is_found(name: str) -> None:
    """Without its rows an exercise, a demonstration or a quiz is missed, in a sentence that says what to add."""
    kept = "\n".join(re.sub(r"`r5:[\w-]+`", "", line).replace(name, "") for line in TEXT.splitlines())
    problems = list(left_out(kept if name == "r5" else TEXT.replace(name, ""), course_names()))

    assert len(problems) == 1 and name.removeprefix("demo ").strip("`") in problems[0]
    assert "docs/coverage.md" in problems[0] and "add" in problems[0]


def test_a_new_exercise_needs_a_row() -> None:
    """An exercise that enters the course is missed until a row names it."""
    names = course_names()
    more = Names(names.exercises | {"ex98"}, names.questions, names.demos)

    assert [problem for problem in left_out(TEXT, more) if "the exercise ex98" in problem]
    assert not list(left_out(f"{TEXT}\n| Tea | ex98 | – | – |\n", more))


def test_a_planned_exercise_may_be_named_before_and_after_it_is_built() -> None:
    """Only what the list of planned exercises has may stand in a row without being in the course."""
    names = course_names()
    page = "Not built yet: ex98.\n\n| Tea | ex98 | – | – |\n"
    built = Names(names.exercises | {"ex98"}, names.questions, names.demos)

    assert not list(made_up(page, names)) and not list(made_up(page, built))
    assert list(made_up(page.replace("Not built yet: ex98.", ""), names)) == ["Tea: there is no exercise ex98"]
    assert planned(TEXT) <= {name for row in rows(TEXT) for name in row.exercises}


def test_the_page_stays_short() -> None:
    """The page is at most 120 lines, and no topic stands in it twice."""
    topics = [row.topic for row in rows(TEXT)]

    assert len(TEXT.splitlines()) <= 120
    assert len(topics) == len(set(topics)) > 60
