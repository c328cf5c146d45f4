"""`grader quiz take`: a quiz at the terminal, one question at a time, by plain line prompts.

Every answer is saved at once, so that Ctrl-C or a closed pipe loses nothing and the next `take` goes on from there.
"""

import shutil
import sys
import time
from fractions import Fraction
from pathlib import Path

import click

from grader.quiz.format.console import printable, rendered
from grader.quiz.format.model import Quiz
from grader.quiz.score.feedback import feedback, fraction_text
from grader.quiz.score.scoring import score_attempt
from grader.quiz.take.attempt import QuizAttempt, start_or_resume

HELP = """\
  Enter, s   go on, this question stays as it is
  c          clear the answer
  b          back to the question before
  r          review: see all answers and submit
  q          stop; what you answered is saved
  =          before an answer that is itself one of these, as =b"""


class Stopped(Exception):
    """The learner stopped before submitting; everything is saved."""


def take(quiz: Quiz, path: Path, learner: str) -> None:
    """Asks the questions, saves the answers in `path`, and after submitting tells what the key allows to tell.

    Raises Stopped when the learner stops early, UsageError when no attempt is left or the file is not the quiz's.
    """
    quiz_attempt, note = start_or_resume(quiz, path, learner)
    width = min(100, shutil.get_terminal_size().columns)
    click.echo(click.style(quiz.title, bold=True))
    click.echo(f"{len(quiz.questions)} questions; type ? for help.")
    if note:
        click.echo(note)
    number = quiz_attempt.next_unseen
    try:
        while number < len(quiz.questions):
            number = ask(quiz_attempt, number, width)
        while (again := review(quiz_attempt, width)) is not None:
            ask(quiz_attempt, again, width)
    except (click.Abort, KeyboardInterrupt):
        raise Stopped from None
    quiz_attempt.save(submitted=True)
    finish(quiz_attempt, width)


def ask(quiz_attempt: QuizAttempt, number: int, width: int) -> int:
    """Shows a question and takes an answer; gives the number of the question to go to (one past the last: review)."""
    question = quiz_attempt.questions[number]
    show(quiz_attempt, number, width)
    started = time.monotonic()
    order = quiz_attempt.order[question.id]
    prompts = question.prompts(order)
    lines: list[str] = []
    while True:
        line = typed(prompts[len(lines)])
        command = line.lower()
        took = time.monotonic() - started
        picks = quiz_attempt.picks.get(question.id, ())
        if command in ("", "s"):
            quiz_attempt.pick(question, picks, took)
            return number + 1
        if command == "c":
            quiz_attempt.pick(question, (), took)
            return number
        if command in ("b", "r"):
            quiz_attempt.pick(question, picks, took)
            return max(0, number - 1) if command == "b" else len(quiz_attempt.quiz.questions)
        if command == "q":
            raise Stopped
        if command == "?":
            click.echo(f"  {question.help}\n{HELP}")
            continue
        lines.append(line.removeprefix("="))
        if len(lines) < len(prompts):
            continue
        try:
            quiz_attempt.pick(question, question.parsed(tuple(lines), order), took)
        except ValueError as error:
            click.echo(f"! {error}")
            lines = []
        else:
            return number + 1


def typed(prompt: str) -> str:
    """One line of the learner's; shown when it comes from a pipe, so that what is printed reads as it was."""
    line = str(click.prompt(prompt, default="", show_default=False)).strip()
    if not sys.stdin.isatty():
        click.echo(printable(line))
    return line


def show(quiz_attempt: QuizAttempt, number: int, width: int) -> None:
    """A question, with what there is to choose from in the learner's order."""
    question = quiz_attempt.questions[number]
    picks, order = quiz_attempt.picks.get(question.id, ()), quiz_attempt.order[question.id]
    count = len(quiz_attempt.quiz.questions)
    head = f"Question {number + 1} of {count} ({points_text(question.points)}; {question.rule})"
    click.echo("\n" + click.style(head, bold=True))
    click.echo(rendered(question.stem, width) + "\n")
    for marker, text in question.lines(order, picks):
        click.echo(rendered(text, width, " " * len(marker), marker))
    if picks:
        marked = any(marker.startswith("*") for marker, _ in question.lines(order, picks))
        click.echo("(* is your answer so far)" if marked else f"(your answer so far: {question.typed(picks, order)})")


def review(quiz_attempt: QuizAttempt, width: int) -> int | None:
    """All answers at a glance; gives the question to change, or None to submit."""
    quiz = quiz_attempt.quiz
    click.echo("\n" + click.style("Your answers", bold=True))
    for number, question in enumerate(quiz_attempt.questions, start=1):
        picks = quiz_attempt.picks.get(question.id, ())
        answer = shortened(question.typed(picks, quiz_attempt.order[question.id]) or "blank", 16)
        stem = rendered(question.stem, 10_000).split("\n")[0]
        click.echo(f"  {number:2}. {answer:8} {shortened(stem, width - 8 - max(8, len(answer)))}")
    while True:
        line = typed("y submits, a number goes to that question, q stops").lower()
        if line in ("y", "yes"):
            return None
        if line == "q":
            raise Stopped
        if line.isascii() and line.isdigit() and len(line) < 6 and 1 <= int(line) <= len(quiz.questions):
            return int(line) - 1
        click.echo(f"! Type y, q or a number from 1 to {len(quiz.questions)}.")


def shortened(text: str, width: int) -> str:
    """The text without its styles, cut to the width."""
    text = click.unstyle(text)
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def points_text(points: Fraction) -> str:
    """The points of a question in words."""
    return "not scored" if not points else f"{fraction_text(points)} point" + ("" if points <= 1 else "s")


def finish(quiz_attempt: QuizAttempt, width: int) -> None:
    """What can be said after submitting."""
    quiz = quiz_attempt.quiz
    answered = sum(bool(quiz_attempt.picks.get(question.id)) for question in quiz.questions)
    if quiz.has_key:
        result = score_attempt(quiz, quiz_attempt.number, quiz_attempt.picks, quiz_attempt.variants)
        for number, (question, judged) in enumerate(
            zip(quiz_attempt.questions, result.questions, strict=True), start=1
        ):
            click.echo("\n" + feedback(question, judged, number, width))
        possible = sum((question.points for question in quiz.questions), Fraction(0))
        click.echo(f"\n{fraction_text(result.earned)} of {fraction_text(possible)} points.")
    else:
        click.echo(f"\nSubmitted: {answered} of {len(quiz.questions)} questions answered. Your instructor scores them.")
    click.echo(f"Your answers are in {quiz_attempt.path}.")
