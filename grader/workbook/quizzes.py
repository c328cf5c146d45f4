"""Quizzes in the browser: one question a screen, the same answers file as in the terminal, read anew each time."""

import getpass
import time
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from grader.base.errors import UsageError
from grader.quiz.format.answers import read_answers
from grader.quiz.format.model import Question, Quiz
from grader.quiz.format.reader import read_quiz
from grader.quiz.score.feedback import SIGNS, fraction_text
from grader.quiz.score.scoring import judge, require_key, score_attempt
from grader.quiz.take.attempt import QuizAttempt, start_or_resume
from grader.workbook import rendering
from grader.workbook.prose import prose
from grader.workbook.shelf import Shelf

LONGEST_SECONDS = 3600.0
MODES = ("practice", "exam")


class QuizPages:
    """The pages of all quizzes; the mode of an attempt is known as long as the workbook runs."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.modes: dict[str, str] = {}
        self.routes = [
            Route("/quiz/{name}", self.start),
            Route("/quiz/{name}/start", self.begin, methods=["POST"]),
            Route("/quiz/{name}/review", self.review),
            Route("/quiz/{name}/submit", self.submit, methods=["POST"]),
            Route("/quiz/{name}/result", self.result),
            Route("/quiz/{name}/{number:int}", self.question),
            Route("/quiz/{name}/{number:int}", self.answer, methods=["POST"]),
        ]

    def find(self, request: Request) -> tuple[Quiz, Path]:
        """The quiz that the address names, and its answers file."""
        path = self.shelf.quizzes.get(request.path_params["name"])
        if path is None:
            raise HTTPException(404)
        quiz = read_quiz(path)
        if quiz.has_key:
            require_key(quiz)
        return quiz, self.shelf.library.answers(quiz.id)

    def attempt(self, request: Request) -> tuple[QuizAttempt, str]:
        quiz, path = self.find(request)
        return start_or_resume(quiz, path, learner())

    def page(self, request: Request, template: str, **data: Any) -> Response:
        return HTMLResponse(rendering.page(template, nonce=request.scope["nonce"], **data))

    def told_at_once(self, quiz: Quiz) -> bool:
        return quiz.has_key and self.modes.get(quiz.id) == "practice"

    async def start(self, request: Request) -> Response:
        quiz, path = self.find(request)
        submitted = [one for one in read_answers(path, quiz.id).attempts if one.submitted] if path.exists() else []
        try:
            attempt, note = start_or_resume(quiz, path, learner())
        except UsageError as error:
            return self.page(request, "quiz_start.html", quiz=quiz, note=str(error), begun=0, taken=True, open=False)
        begun = sum(question.id in attempt.seconds for question in quiz.questions)
        return self.page(
            request, "quiz_start.html", quiz=quiz, note=note.removeprefix("! "), begun=begun, taken=bool(submitted),
            open=True,
        )  # fmt: skip

    async def begin(self, request: Request) -> Response:
        mode = (await form(request)).get("mode", ["exam"])[-1]
        attempt, _ = self.attempt(request)
        self.modes[attempt.quiz.id] = mode if mode in MODES else "exam"
        attempt.save()
        return RedirectResponse(place(attempt.quiz, attempt.next_unseen), 303)

    async def question(self, request: Request) -> Response:
        attempt, _ = self.attempt(request)
        quiz, number = attempt.quiz, request.path_params["number"]
        if not 1 <= number <= len(quiz.questions):
            raise HTTPException(404)
        question = quiz.questions[number - 1]
        picks = attempt.picks.get(question.id, ())
        told = feedback(question, picks) if self.told_at_once(quiz) and picks else None
        return self.page(
            request, "quiz_question.html", quiz=quiz, number=number, question=question, told=told,
            choices=choices(question, attempt.order[question.id], picks), steps=steps(attempt), now=int(time.time()),
            practice=self.told_at_once(quiz), stem=shown(question.stem),
        )  # fmt: skip

    async def answer(self, request: Request) -> Response:
        attempt, _ = self.attempt(request)
        quiz, number = attempt.quiz, request.path_params["number"]
        if not 1 <= number <= len(quiz.questions):
            raise HTTPException(404)
        question = quiz.questions[number - 1]
        given = await form(request)
        old = attempt.picks.get(question.id, ())
        fixed = bool(old) and self.told_at_once(quiz)
        known = set(given.get("pick", ())) & question.ids
        picks = old if fixed else tuple(pick for pick in attempt.order[question.id] if pick in known)
        if question.kind == "single" and len(picks) > 1:
            raise UsageError("this question takes one answer")
        attempt.pick(question, picks, spent(given.get("since", [""])[-1]))
        go = given.get("go", ["next"])[-1]
        if self.told_at_once(quiz) and picks and not fixed:
            return RedirectResponse(place(quiz, number - 1), 303)
        step = {"back": number - 2, "review": len(quiz.questions)}.get(go, number)
        return RedirectResponse(place(quiz, max(0, step)), 303)

    async def review(self, request: Request) -> Response:
        attempt, _ = self.attempt(request)
        return self.page(request, "quiz_review.html", quiz=attempt.quiz, steps=steps(attempt))

    async def submit(self, request: Request) -> Response:
        attempt, _ = self.attempt(request)
        attempt.save(submitted=True)
        self.modes.pop(attempt.quiz.id, None)
        return RedirectResponse(f"/quiz/{attempt.quiz.id}/result", 303)

    async def result(self, request: Request) -> Response:
        """The last attempt that was submitted."""
        quiz, path = self.find(request)
        submitted = [one for one in read_answers(path, quiz.id).attempts if one.submitted] if path.exists() else []
        if not submitted:
            return RedirectResponse(f"/quiz/{quiz.id}", 303)
        last = submitted[-1]
        told, earned = [], ""
        if quiz.has_key:
            scored = score_attempt(quiz, last.attempt, dict(last.picks))
            possible = sum((question.points for question in quiz.questions), Fraction(0))
            earned = f"{fraction_text(scored.earned)} of {fraction_text(possible)} points"
            told = [
                {"stem": shown(question.stem), "told": feedback(question, last.picks.get(question.id, ())),
                 "choices": choices(question, last.order.get(question.id, ()), last.picks.get(question.id, ()))}
                for question in quiz.questions
            ]  # fmt: skip
        answered = sum(bool(last.picks.get(question.id)) for question in quiz.questions)
        return self.page(
            request, "quiz_result.html", quiz=quiz, told=told, earned=earned, answered=answered, path=str(path)
        )


async def form(request: Request) -> dict[str, list[str]]:
    """The fields of a form that was sent; the guard has bounded its length."""
    return parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=200)


def learner() -> str:
    """Whose name decides the order of choices, as in `grader quiz take`."""
    try:
        return getpass.getuser()[:200]
    except (KeyError, OSError):
        return "learner"


def place(quiz: Quiz, at: int) -> str:
    """The address of a question, counted from 0; of the review one past the last."""
    return f"/quiz/{quiz.id}/{at + 1}" if at < len(quiz.questions) else f"/quiz/{quiz.id}/review"


def spent(since: str) -> float:
    """Seconds since the page was made."""
    return min(LONGEST_SECONDS, max(0.0, time.time() - int(since))) if since.isdigit() and len(since) < 12 else 0.0


def shown(text: str) -> Markup:
    return prose(text)


def choices(question: Question, order: tuple[str, ...], picks: tuple[str, ...]) -> list[dict[str, Any]]:
    """What to tick, in the learner's order, with what is said of each afterwards."""
    found = []
    for choice in filter(None, map(question.choice, order)):
        ticked = choice.id in picks
        why = choice.feedback if ticked or choice.correct else choice.if_not_chosen
        mark = "right" if choice.correct else "wrong" if ticked else ""
        found.append({"id": choice.id, "text": shown(choice.text), "ticked": ticked, "mark": mark, "why": shown(why)})
    return found


def feedback(question: Question, picks: tuple[str, ...]) -> dict[str, Any]:
    """Whether the answer was right, and the explanation."""
    judged = judge(question, picks)
    return {"status": judged.status, "sign": SIGNS[judged.status], "explanation": shown(question.explanation)}


def steps(attempt: QuizAttempt) -> list[dict[str, Any]]:
    """Each question's number, whether it is answered, and its stem's first words."""
    return [
        {"number": number, "answered": bool(attempt.picks.get(question.id)), "stem": shown(question.stem)}
        for number, question in enumerate(attempt.quiz.questions, start=1)
    ]
