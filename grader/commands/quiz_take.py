"""`grader quiz take`: a quiz at the terminal, one question at a time, by plain line prompts.

Every answer is saved at once, so that Ctrl-C or a closed pipe loses nothing and the next `take` goes on from there.
"""

import shutil
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import click

from grader.base.text import counted, plural
from grader.quiz.format.console import printable, rendered
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.score.feedback import feedback, fraction_text
from grader.quiz.score.scoring import AttemptResult, QuestionResult, judge, score_attempt
from grader.quiz.take.attempt import Mode, QuizAttempt, start_or_resume

HELP = """\
  Enter, s   go on, this question stays as it is
  c          clear the answer
  b          back to the question before
  r          review: see all answers and submit
  q          stop; what you answered is saved
  =          before an answer that is itself one of these, as =b"""


COMMANDS = {"": "next", "s": "next", "c": "clear", "b": "back", "r": "review"}


class Stopped(Exception):
    """The learner stopped before submitting; everything is saved."""


def take(quiz: Quiz, path: Path, learner: str, mode: Mode) -> AttemptResult | None:
    """Asks the questions, saves the answers in `path`, and shows the result where the quiz has its key.

    In practice mode the feedback comes after each question, in exam mode after submitting. Raises Stopped when the
    learner stops early, UsageError when no attempt is left or the file is not the quiz's.
    """
    quiz_attempt, note = start_or_resume(quiz, path, learner, mode)
    quiz = quiz_attempt.quiz
    width = min(100, shutil.get_terminal_size().columns)
    click.echo(click.style(quiz.title, bold=True))
    timing = "after each" if quiz_attempt.told_at_once else "at the end"
    practice = f"; right or wrong is told {timing}" if quiz.has_key else ""
    click.echo(f"{counted(len(quiz.questions), 'question')}{practice}; type ? for help.")
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
    return finish(quiz_attempt, width)


def ask(quiz_attempt: QuizAttempt, number: int, width: int) -> int:
    """Shows a question and takes an answer; gives the number of the question to go to (one past the last: review)."""
    question = quiz_attempt.questions[number]
    order, picks = quiz_attempt.order[question.id], quiz_attempt.picks.get(question.id, ())
    show(quiz_attempt, number, width)
    if quiz_attempt.told_at_once and picks:
        click.echo(feedback_at_once(question, number + 1, picks, width))
        return number + 1
    started = time.monotonic()
    reply = prompted(question, order)
    took = time.monotonic() - started
    if reply == "clear":
        quiz_attempt.pick(question, (), took)
        return number
    quiz_attempt.pick(question, picks if isinstance(reply, str) else reply, took)
    if isinstance(reply, tuple) and quiz_attempt.told_at_once:
        click.echo(feedback_at_once(question, number + 1, reply, width))
    return {"back": max(0, number - 1), "review": len(quiz_attempt.questions)}.get(str(reply), number + 1)


def feedback_at_once(question: Question, number: int, picks: tuple[str, ...], width: int) -> str:
    """Right or wrong, and why."""
    return "\n" + feedback(question, judge(question, picks), number, width, stem=False)


def prompted(question: Question, order: tuple[str, ...]) -> tuple[str, ...] | str:
    """The picks a learner types, or `next`, `back`, `review` or `clear`; raises Stopped."""
    prompts = question.prompts(order)
    lines: list[str] = []
    while True:
        line = typed(prompts[len(lines)])
        if line.lower() == "q":
            raise Stopped
        if line.lower() in COMMANDS:
            return COMMANDS[line.lower()]
        if line == "?":
            click.echo(f"  {question.help}\n{HELP}")
            continue
        lines.append(line.removeprefix("="))
        if len(lines) < len(prompts):
            continue
        try:
            return question.parsed(tuple(lines), order)
        except ValueError as error:
            click.echo(f"! {error}")
            lines = []


def typed(prompt: str) -> str:
    """One line of the learner's; shown when it comes from a pipe, so that what is printed reads as it was."""
    line = str(click.prompt(prompt, default="", show_default=False)).strip()
    if not sys.stdin.isatty():
        click.echo(printable(line))
    return line


def show(quiz_attempt: QuizAttempt, number: int, width: int) -> None:
    """A question, with what there is to choose from in the learner's order."""
    question = quiz_attempt.questions[number]
    head = f"Question {number + 1} of {len(quiz_attempt.questions)}"
    asked(question, head, quiz_attempt.order[question.id], quiz_attempt.picks.get(question.id, ()), width)


def asked(question: Question, head: str, order: tuple[str, ...], picks: tuple[str, ...], width: int) -> None:
    """The question under its head, and the answer so far."""
    click.echo("\n" + click.style(f"{head} ({points_text(question.points)}; {question.rule})", bold=True))
    click.echo(rendered(question.stem, width) + "\n")
    lines = question.lines(order, picks)
    for marker, text in lines:
        click.echo(rendered(text, width, " " * len(marker), marker))
    if picks:
        marked = any(marker.startswith("*") for marker, _ in lines)
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


def finish(quiz_attempt: QuizAttempt, width: int) -> AttemptResult | None:
    """Says what can be said after submitting; the result, with a key."""
    quiz = quiz_attempt.quiz
    answered = sum(bool(quiz_attempt.picks.get(question.id)) for question in quiz.questions)
    if not quiz.has_key:
        questions = counted(len(quiz.questions), "question")
        click.echo(f"\nSubmitted: {answered} of {questions} answered. Your instructor scores them.")
        click.echo(f"Your answers are in {quiz_attempt.path}.")
        return None
    result = score_attempt(quiz, quiz_attempt.number, quiz_attempt.picks, quiz_attempt.variants)
    pairs = list(zip(quiz_attempt.questions, result.questions, strict=True))
    for number, (question, judged) in enumerate(pairs, start=1):
        if not (quiz_attempt.told_at_once and judged.picks):
            click.echo("\n" + feedback(question, judged, number, width))
    possible = quiz.possible
    click.echo(f"\n{fraction_text(result.earned)} of {fraction_text(possible)} {plural(possible, 'point')}.")
    for line in read_again(pairs):
        click.echo(line)
    click.echo(f"Your answers are in {quiz_attempt.path}.")
    return result


def read_again(pairs: Sequence[tuple[Question, QuestionResult]]) -> list[str]:
    """The sections of the lessons that teach what was missed, each with its questions."""
    missed: dict[str, list[str]] = {}
    for number, (question, judged) in enumerate(pairs, start=1):
        if question.lesson and judged.status != "correct":
            missed.setdefault(question.lesson, []).append(str(number))
    named = [(section.partition("#"), numbers) for section, numbers in missed.items()]
    lines = [f"  {part[2].strip()} ({part[0].strip()}), for question {', '.join(numbers)}" for part, numbers in named]
    return ["\nRead again:", *lines] if lines else []
