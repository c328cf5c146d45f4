"""Quizzes in the browser: one question a screen, the same answers file as in the terminal, read anew each time."""

import getpass
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import parse_qs

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from grader.base.errors import UsageError
from grader.quiz.format.answers import Attempt, read_answers
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.pools import asked_in
from grader.quiz.format.reader import read_quiz
from grader.quiz.score.feedback import SIGNS, fraction_text
from grader.quiz.score.scoring import judge, require_key, score_attempt
from grader.quiz.take.attempt import Mode, QuizAttempt, start_or_resume
from grader.quiz.take.review import all_missed
from grader.quiz.take.schedule import note_missed
from grader.workbook import rendering
from grader.workbook.shelf import Shelf, quiz_prose

LONGEST_SECONDS = 3600.0


class QuizPages:
    """The pages of all quizzes; what a question looks like is asked of the question, whatever its kind."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
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

    def attempt(self, request: Request, mode: Mode = "exam") -> tuple[QuizAttempt, str]:
        quiz, path = self.find(request)
        return start_or_resume(quiz, path, learner(), mode if quiz.has_key else "exam")

    def asked(self, request: Request) -> tuple[QuizAttempt, Question, int]:
        """The attempt, and the question that the address names by its number."""
        attempt, _ = self.attempt(request)
        number = request.path_params["number"]
        if not 1 <= number <= len(attempt.questions):
            raise HTTPException(404)
        return attempt, attempt.questions[number - 1], number

    def page(self, request: Request, template: str, **data: Any) -> Response:
        return HTMLResponse(rendering.page(template, nonce=request.scope["nonce"], **data))

    async def start(self, request: Request) -> Response:
        quiz, path = self.find(request)
        taken = bool(submitted(quiz, path))
        try:
            attempt, note = self.attempt(request)
        except UsageError as error:
            return self.page(
                request, "quiz_start.html", quiz=quiz, note=str(error), begun=0, taken=taken, open=False, mode=None
            )
        begun = sum(question.id in attempt.seconds for question in quiz.questions)
        return self.page(
            request, "quiz_start.html", quiz=quiz, note=note.removeprefix("! "), begun=begun, taken=taken, open=True,
            mode=attempt.mode,
        )  # fmt: skip

    async def begin(self, request: Request) -> Response:
        practice = (await form(request)).get("mode", ["exam"])[-1] == "practice"
        attempt, _ = self.attempt(request, "practice" if practice else "exam")
        attempt.save()
        return RedirectResponse(place(attempt.quiz, attempt.next_unseen), 303)

    async def question(self, request: Request) -> Response:
        attempt, question, number = self.asked(request)
        return self.shown(request, attempt, question, number)

    def shown(
        self, request: Request, attempt: QuizAttempt, question: Question, number: int, trouble: str = "",
        lines: Sequence[str] = (),
    ) -> Response:  # fmt: skip
        """A question's page; with `trouble` the refused lines stand in it again."""
        picks, order = attempt.picks.get(question.id, ()), attempt.order[question.id]
        told = feedback(question, picks) if attempt.told_at_once and picks else None
        return self.page(
            request, "quiz_question.html", quiz=attempt.quiz, number=number, question=question, told=told,
            fields=fields(question, order, picks, lines), steps=steps(attempt), now=int(time.time()), trouble=trouble,
            stem=quiz_prose(question.stem), practice=attempt.told_at_once,
        )  # fmt: skip

    async def answer(self, request: Request) -> Response:
        attempt, question, number = self.asked(request)
        given = await form(request)
        old = attempt.picks.get(question.id, ())
        fixed = attempt.told_at_once and bool(old)
        try:
            picks = old if fixed else answered(question, attempt.order[question.id], given)
        except ValueError as error:
            return self.shown(request, attempt, question, number, str(error), given.get("typed", ()))
        attempt.pick(question, picks, spent(given.get("since", [""])[-1]))
        if attempt.told_at_once and picks and not fixed:
            return RedirectResponse(place(attempt.quiz, number - 1), 303)
        go = given.get("go", ["next"])[-1]
        step = {"back": number - 2, "review": len(attempt.questions)}.get(go, number)
        return RedirectResponse(place(attempt.quiz, max(0, step)), 303)

    async def review(self, request: Request) -> Response:
        attempt, _ = self.attempt(request)
        return self.page(request, "quiz_review.html", quiz=attempt.quiz, steps=steps(attempt))

    async def submit(self, request: Request) -> Response:
        attempt, _ = self.attempt(request)
        attempt.save(submitted=True)
        if attempt.quiz.has_key:
            result = score_attempt(attempt.quiz, attempt.number, attempt.picks, attempt.variants)
            note_missed(self.shelf.library.home, all_missed(attempt.quiz, result.questions), date.today())
        return RedirectResponse(f"/quiz/{attempt.quiz.id}/result", 303)

    async def result(self, request: Request) -> Response:
        """The last attempt that was submitted."""
        quiz, path = self.find(request)
        attempts = submitted(quiz, path)
        if not attempts:
            return RedirectResponse(f"/quiz/{quiz.id}", 303)
        last = attempts[-1]
        shown, told, earned = asked_in(quiz, last, str(path)), [], ""
        if quiz.has_key:
            scored = score_attempt(shown, last.attempt, dict(last.picks), last.variants)
            earned = f"{fraction_text(scored.earned)} of {fraction_text(quiz.possible)} points"
            asked = [question.variant(last.variants.get(question.id, 0)) for question in shown.questions]
            told = [(quiz_prose(one.stem), feedback(one, last.picks.get(one.id, ()))) for one in asked]
        count = sum(bool(last.picks.get(question.id)) for question in shown.questions)
        return self.page(
            request, "quiz_result.html", quiz=quiz, told=told, earned=earned, answered=count, path=str(path)
        )


class Tick(TypedDict):
    id: str
    text: Markup
    ticked: bool


class Fields(TypedDict):
    """The form of an answer: what to tick, `one` or several, or (marker, text) to read and (prompt, text) to type."""

    ticks: list[Tick]
    one: bool
    lines: list[tuple[str, Markup]]
    typed: list[tuple[str, str]]


class Feedback(TypedDict):
    """An answer's mark and explanation; `said` has sign, what it is about, the answer and why."""

    status: str
    sign: str
    explanation: Markup
    said: list[tuple[str, str, Markup, Markup]]


class Step(TypedDict):
    """One question in the row of numbers."""

    number: int
    answered: bool


def submitted(quiz: Quiz, path: Path) -> list[Attempt]:
    return [one for one in read_answers(path, quiz.id).attempts if one.submitted] if path.exists() else []


async def form(request: Request) -> dict[str, list[str]]:
    """The fields of a form that was sent; the guard has bounded its length."""
    body = (await request.body()).decode("utf-8", "replace")
    return parse_qs(body, keep_blank_values=True, max_num_fields=200)


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
    known = since.isascii() and since.isdigit() and len(since) < 12
    return min(LONGEST_SECONDS, max(0.0, time.time() - int(since))) if known else 0.0


def is_ticked(question: Question) -> bool:
    """Whether answers are ticked; all others are typed, as in a terminal."""
    return question.shown_in == "choices"


def fields(question: Question, order: tuple[str, ...], picks: tuple[str, ...], refused: Sequence[str] = ()) -> Fields:
    """What to tick, or what to read and the lines to type, in the learner's order, with the answer so far."""
    if is_ticked(question):
        texts = {name: text for name, text, _ in question.shown}
        ticks: list[Tick] = [{"id": name, "text": quiz_prose(texts[name]), "ticked": name in picks} for name in order]
        return {"ticks": ticks, "one": question.kind == "single", "lines": [], "typed": []}
    prompts = question.prompts(order)
    so_far = refused or (picks if len(prompts) > 1 else (question.typed(picks, order),))
    values = [so_far[at] if at < len(so_far) else "" for at in range(len(prompts))]
    return {
        "ticks": [], "one": True,
        "lines": [(marker.strip(" *"), quiz_prose(text)) for marker, text in question.lines(order, picks)],
        "typed": [(prompt.replace(", ?]", "]"), value) for prompt, value in zip(prompts, values, strict=True)],
    }  # fmt: skip


def answered(question: Question, order: tuple[str, ...], given: dict[str, list[str]]) -> tuple[str, ...]:
    """The picks of a form; none where nothing was ticked or typed. ValueError with what to do instead."""
    if is_ticked(question):
        picks = tuple(pick for pick in order if pick in given.get("pick", ()))
        if picks and question.refusal(picks):
            raise ValueError(f"This answer {question.refusal(picks)}.")
        return picks
    lines = tuple(line.strip() for line in given.get("typed", ()))
    if not any(lines):
        return ()
    if len(lines) != len(question.prompts(order)):
        raise ValueError("Fill in each line.")
    return question.parsed(lines, order)


def feedback(question: Question, picks: tuple[str, ...]) -> Feedback:
    """Whether the answer was right, the remarks on it, and the explanation."""
    judged = judge(question, picks)
    remarks = question.remarks(picks) if judged.status != "invalid" else []
    return {
        "status": judged.status, "sign": SIGNS[judged.status], "explanation": quiz_prose(question.explanation),
        "said": [(one.sign, one.about, quiz_prose(one.answer), quiz_prose(one.why)) for one in remarks],
    }  # fmt: skip


def steps(attempt: QuizAttempt) -> list[Step]:
    """Each question's number, and whether it is answered."""
    return [
        {"number": number, "answered": bool(attempt.picks.get(question.id))}
        for number, question in enumerate(attempt.questions, start=1)
    ]
