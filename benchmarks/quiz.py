"""How long the quiz commands take: `python -m benchmarks.quiz [ROUNDS]`, each against the time it may take.

Medians of the whole command, start of Python included; run it on a quiet machine.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.format.model import Quiz
from grader.quiz.format.writer import quiz_text

ROOT = Path(__file__).parent.parent
LEARNERS, ITEMS = 10_000, 40


def write_class(folder: Path) -> Path:
    """A course with a quiz of 40 items, a fifth of them multiple, and a class of 10,000 answers files."""
    draw = random.Random(0)
    questions = []
    for number in range(ITEMS):
        several = number % 5 == 0
        choices = [Choice(id=f"c{n}", text=f"Choice {n}", correct=n == 0 or (several and n == 1)) for n in range(4)]
        kind = "multiple" if several else "single"
        questions.append(ChoiceQuestion(id=f"q{number}", kind=kind, stem=f"Question {number}?", choices=choices))
    quiz = Quiz(id="big", title="Big", questions=questions)
    (folder / "quizzes").mkdir()
    (folder / "quizzes" / "big.yaml").write_text(quiz_text(quiz))
    order = {question.id: [choice.id for choice in question.choices] for question in questions}
    for learner in range(LEARNERS):
        skill = draw.random()
        picks = {}
        for question in questions:
            right = draw.random() < skill
            picks[question.id] = sorted(question.correct) if right else [draw.choice(question.choices).id]
        seconds = {question.id: round(60 * draw.random(), 1) for question in questions}
        attempt = {"attempt": 1, "hash": quiz.content_hash, "order": order, "picks": picks, "seconds": seconds}
        record = {"format": 1, "quiz": "big", "attempts": [{**attempt, "submitted": True}]}
        answers = folder / "class" / f"student{learner:05}" / "answers"
        answers.mkdir(parents=True)
        (answers / "big.json").write_text(json.dumps(record, indent=1))
    return folder


def spent(folder: Path, *arguments: str) -> float:
    """Wall seconds of one command that must succeed."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "grader", *arguments]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = write_class(Path(made))
        rows = [
            ("grader list", 0.25, ROOT, ["list"]),
            ("grader quiz list", 0.25, ROOT, ["quiz", "list"]),
            ("grader quiz lint --no-checks, the whole bank", 2.0, ROOT, ["quiz", "lint", "--no-checks"]),
            ("grader quiz lint, the whole bank", 3.0, ROOT, ["quiz", "lint"]),
            (
                f"grader quiz analyze, {LEARNERS} learners x {ITEMS} items",
                5.0,
                folder,
                ["quiz", "analyze", "big", "class"],
            ),
        ]
        for name, most, where, arguments in rows:
            times = [spent(where, *arguments) for _ in range(rounds)]
            sign = "✓" if statistics.median(times) <= most else "✗"
            print(f"{sign} {name}: {statistics.median(times):.2f} s (at most {most} s)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
