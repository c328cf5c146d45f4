"""A quiz of which an attempt asks three of eight, and answers to it."""

from pathlib import Path

from grader.quiz.format.answers import Answers, Attempt, write_answers
from grader.quiz.format.model import Quiz


def single(number: int, fields: str = "", objective: str = "sums") -> str:
    return f"""  - id: q{number}
    kind: single
    objective: {objective}
    {fields}
    stem: "What is {number} + 1 here?"
    choices:
      - {{id: right, correct: true, text: "{number + 1} it is", feedback: "One more than the number."}}
      - {{id: wrong, text: "{number} it is", feedback: "That adds nothing at all.", misconception: adds-nothing}}
    explanation: "One more than {number}."
"""


HEAD = 'format: 1\nid: pooled\ntitle: "Three of eight"\npools: {sums: 3}\nquestions:\n'
TEXT = (
    HEAD
    + single(1)
    + "".join(single(number, "pool: sums\n    points: 2") for number in range(2, 10))
    + """  - id: typed
    kind: numeric
    stem: "Twice 4?"
    answer: 8
    feedback: "Two times four it is."
    known: [{id: four, value: 4, feedback: "That is the number itself.", misconception: adds-nothing}]
    explanation: "Twice."
"""
)


def ids(quiz: Quiz) -> list[str]:
    return [question.id for question in quiz.questions]


def saved(path: Path, **fields: object) -> Path:
    attempt = Attempt.model_validate({"submitted": True, **fields})
    write_answers(path, Answers(quiz="pooled", attempts=(attempt,)))
    return path


def right(quiz: Quiz) -> dict[str, tuple[str, ...]]:
    return {one.id: ("8",) if one.id == "typed" else ("right",) for one in quiz.questions}


def shown(quiz: Quiz) -> dict[str, tuple[str, ...]]:
    return {one.id: tuple(name for name, _, _ in one.shown) for one in quiz.questions}
