"""`grader review`: what was missed in quizzes and checks comes back, a few minutes a day."""

import shutil
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from grader.base.text import plural

if TYPE_CHECKING:
    from grader.quiz.format.library import Library
    from grader.quiz.take.review import Ask
    from grader.quiz.take.schedule import Memory


@click.command(short_help="A few minutes a day of what you missed.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day it is, as 2026-01-31. [default: today]")
def command(today: datetime | None) -> None:
    """Asks what you missed again after 1, 3, 7 and 21 days, as another question or with other numbers.

    At most five minutes a day; the state is in .grader/review.json. A wrong answer begins anew, four right ones end it.
    """
    from grader.commands.quiz_take import Stopped
    from grader.quiz.format.library import find_library
    from grader.quiz.take.schedule import Memory

    library = find_library()
    day = today.date() if today else date.today()
    memory = Memory.read(library.home)
    try:
        count = session(library, memory, day)
    except (click.Abort, KeyboardInterrupt, Stopped):
        click.echo("\nStopped; what you answered is saved.")
        return
    following = memory.next_day(day)
    left = len(memory.due(day))
    if left:
        due = f"{left} more {plural(left, 'is', 'are')} due and {plural(left, 'comes', 'come')} first"
        click.echo(f"\nThat is enough for today; {due} tomorrow.")
    elif following:
        click.echo(f"\n{'Done' if count else 'Nothing is due'}; the next is due on {following.isoformat()}.")
    else:
        click.echo("\nDone, nothing is left." if count else "Nothing to review: what you miss in a quiz comes here.")


def session(library: "Library", memory: "Memory", today: date) -> int:
    """Asks what is due until the day's minutes are used; gives how many were asked."""
    from grader.quiz.format.reader import read_quiz
    from grader.quiz.format.vocabulary import Vocabulary
    from grader.quiz.take.review import question_on

    if not memory.due(today):
        return 0
    quizzes = [quiz for quiz in map(read_quiz, library.paths) if quiz.has_key]
    vocabulary = Vocabulary.of(library.folder)
    names = vocabulary.mistakes if vocabulary else {}
    quizzes = [vocabulary.with_lessons(quiz) for quiz in quizzes] if vocabulary else quizzes
    count = 0
    for name in memory.due(today):
        found = question_on(names.get(name, name), quizzes, memory.cards[name].asked)
        if found is None:  # no question is about it any more
            del memory.cards[name]
            memory.save(library.home)
        elif found.question.seconds <= memory.left(today):
            count += 1
            right = answered(found, count, today)
            if right is not None:
                memory.answered(name, found.name, right, found.question.seconds, today)
                memory.save(library.home)
    return count


def answered(found: "Ask", number: int, today: date) -> bool | None:
    """Asks one question and gives feedback; None where it was skipped."""
    from grader.commands.quiz_take import asked, prompted, read_again
    from grader.quiz.format.order import shown_order
    from grader.quiz.score.feedback import feedback
    from grader.quiz.score.scoring import judge

    question, width = found.shown, min(100, shutil.get_terminal_size().columns)
    order = shown_order(question, found.quiz.id, f"review|{today.isoformat()}")
    reply: str | tuple[str, ...] = "clear"
    while reply == "clear":
        asked(question, f"Review {number}, from {found.quiz.id}", order, (), width)
        reply = prompted(question, order)
    if isinstance(reply, str):
        return None
    result = judge(question, reply)
    click.echo("\n" + feedback(question, result, number, width, stem=False))
    for line in read_again([(question, result)]):
        click.echo(line)
    return result.status == "correct"
