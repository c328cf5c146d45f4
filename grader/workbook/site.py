"""The workbook's addresses: each answers with a page, a part of one, or a stream of what changes."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypedDict

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from grader.base.errors import GraderError, UsageError
from grader.course.course import Course
from grader.course.exercise import Exercise
from grader.course.progress import hints_shown, note_hint
from grader.course.state import following, reset, stub_text
from grader.demo.library import find_demos
from grader.server import client
from grader.workbook import rendering
from grader.workbook.checking import Checker
from grader.workbook.demos import DemoPages
from grader.workbook.guard import Guard
from grader.workbook.prose import python
from grader.workbook.quizzes import QuizPages
from grader.workbook.shelf import FIGURES, Shelf, by_exercise

BEAT = 15.0  # seconds between signs of life on a silent stream


class Change(TypedDict, total=False):
    """What changes on a page: parts by name or one row, as HTML; all rows' names; whether a check runs."""

    parts: dict[str, str]
    rows: list[str]
    row: str
    html: str
    checking: bool


class Site:
    """The application and its state."""

    def __init__(self, course: Course, port: int) -> None:
        self.shelf = Shelf(course)
        self.course = course
        self.checker = Checker(course)
        self.demos = DemoPages(find_demos(course.root))
        routes = [
            Route("/", self.index),
            Route("/link", self.new_link, methods=["POST"]),
            Route("/static/{name}", self.static),
            Route("/lesson/{name}", self.lesson),
            Route("/figure/{name}", self.figure),
            Route("/exercise/{name}", self.exercise),
            Route("/exercise/{name}/events", self.events),
            Route("/exercise/{name}/{act}", self.act, methods=["POST"]),
            Route("/picture/{stamp}.png", self.picture),
            *self.demos.routes,
            *QuizPages(self.shelf).routes,
        ]
        app = Starlette(
            routes=routes,
            lifespan=self.lifespan,
            exception_handlers={GraderError: self.error_page, OSError: self.error_page, 404: self.missing},
        )
        self.guard = Guard(app, port)

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(one) for one in (self.checker.work(), self.checker.follow(), self.warm())]
        yield
        self.checker.cancel.set()
        await self.demos.studio.close()
        for task in tasks:
            task.cancel()

    async def warm(self) -> None:
        with contextlib.suppress(client.Busy, OSError):
            await asyncio.to_thread(client.warm, "cpu")

    def page(self, request: Request, template: str, status: int = 200, **data: Any) -> HTMLResponse:
        return HTMLResponse(rendering.page(template, nonce=request.scope["nonce"], **data), status)

    async def error_page(self, request: Request, error: Exception) -> Response:
        if isinstance(error, OSError):  # the workspace cannot be written to, or the disk is full
            return PlainTextResponse(f"{error.filename or 'the workspace'}: {error.strerror}\n", 500)
        return PlainTextResponse(f"{error}\n", 400)

    async def missing(self, request: Request, error: Exception) -> Response:
        return self.page(request, "missing.html", 404)

    def find(self, request: Request) -> Exercise:
        found = self.course.exercises.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return found

    async def index(self, request: Request) -> Response:
        heading = self.shelf.lessons["overview"].title if "overview" in self.shelf.lessons else "Course"
        demos = list(self.demos.demos.values())
        return self.page(request, "course.html", heading=heading, demos=demos, **self.shelf.map(by_exercise(demos)))

    async def new_link(self, request: Request) -> Response:
        host = request.headers["host"]
        return PlainTextResponse(f"http://{host}/?token={self.guard.token()} (works once, for ten minutes)")

    async def static(self, request: Request) -> Response:
        kept = {"cache-control": "private, max-age=31536000, immutable"}
        if request.path_params["name"] == "style.css":
            return Response(rendering.style(), media_type="text/css", headers=kept)
        if request.path_params["name"] == "page.js":
            return Response(rendering.script(), media_type="text/javascript", headers=kept)
        raise HTTPException(404)

    async def lesson(self, request: Request) -> Response:
        lesson = self.shelf.lessons.get(request.path_params["name"])
        if lesson is None:
            raise HTTPException(404)
        heading, text, contents = self.shelf.text(lesson.path)
        return self.page(request, "lesson.html", heading=heading, text=text, contents=contents)

    async def figure(self, request: Request) -> Response:
        path = self.shelf.figures.get(request.path_params["name"])
        if path is None:
            raise HTTPException(404)
        return Response(path.read_bytes(), media_type=FIGURES[path.suffix])

    async def picture(self, request: Request) -> Response:
        image = self.checker.drawn.get(request.path_params["stamp"])
        if image is None:
            raise HTTPException(404)
        return Response(image, media_type="image/png")

    async def exercise(self, request: Request) -> Response:
        exercise = self.find(request)
        self.checker.look(exercise.id)
        heading, text, _ = self.shelf.text(self.shelf.readme(exercise))
        return self.page(
            request, "exercise.html", exercise=exercise, heading=heading or exercise.title, text=text,
            report=self.checker.report(exercise.id), hints=hints_shown(self.course.root, exercise.id),
            solved=self.shelf.solved(exercise), next=following(self.course, exercise.id),
            stub=python(stub_text(exercise)), path=str(exercise.stub),
            demos=by_exercise(self.demos.demos.values()).get(exercise.key, []),
            in_vscode=rendering.vscode(exercise), in_pycharm=rendering.pycharm(exercise),
        )  # fmt: skip

    async def act(self, request: Request) -> Response:
        """What a button of an exercise's page does."""
        exercise = self.find(request)
        acts: dict[str, Callable[[Exercise], str]] = {
            "hint": self.hint, "check": self.check, "reset": self.reset, "edit": self.edit
        }  # fmt: skip
        act = acts.get(request.path_params["act"])
        if act is None:
            raise HTTPException(404)
        answer = act(exercise)
        if request.headers.get("x-part"):
            return PlainTextResponse(answer)
        return RedirectResponse(f"/exercise/{exercise.id}#check", 303)

    def hint(self, exercise: Exercise) -> str:
        shown = min(hints_shown(self.course.root, exercise.id) + 1, len(exercise.hints))
        note_hint(self.course.root, exercise, shown, "page")
        self.checker.tell(exercise.id, "hints")
        return ""

    def check(self, exercise: Exercise) -> str:
        self.checker.look(exercise.id, again=self.checker.report(exercise.id).phase != "checking")
        return ""

    def reset(self, exercise: Exercise) -> str:
        copy = reset(exercise, self.course.root)
        self.checker.look(exercise.id)
        return f"Done; your file is now {copy}" if copy else "It was the stub already."

    def edit(self, exercise: Exercise) -> str:
        """Opens the file with the program that the system has for it."""
        opener = {"darwin": ["open"], "win32": ["cmd", "/c", "start", ""]}.get(sys.platform, ["xdg-open"])
        try:
            subprocess.Popen(
                [*opener, str(exercise.stub.resolve())], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise UsageError(f"no program opens it: {error.strerror}", str(exercise.stub)) from None
        return ""

    async def events(self, request: Request) -> Response:
        """Server-sent events: first the whole state, then whatever changes."""
        exercise = self.find(request)
        queue = self.checker.listen(exercise.id)
        self.checker.look(exercise.id)

        async def stream() -> AsyncIterator[str]:
            try:
                yield event(self.state(exercise))
                while True:
                    try:
                        what = await asyncio.wait_for(queue.get(), BEAT)
                    except TimeoutError:
                        yield ": still here\n\n"
                        continue
                    yield event(self.changed(exercise, what))
            finally:
                self.checker.leave(exercise.id, queue)

        return StreamingResponse(stream(), media_type="text/event-stream")

    def state(self, exercise: Exercise) -> Change:
        """The whole panel."""
        report = self.checker.report(exercise.id)
        parts = {
            "status": rendering.part("status", exercise, report),
            "summary": rendering.part("summary", exercise, report),
            "picture": rendering.part("picture", exercise, report),
            "hints": rendering.part("hints", exercise, hints_shown(self.course.root, exercise.id), report),
            "after": rendering.part(
                "after", exercise, self.shelf.solved(exercise), following(self.course, exercise.id)
            ),
        }  # fmt: skip
        rows = [one.name for one in report.shown]
        return {"parts": parts, "rows": rows, "checking": report.phase == "checking"}

    def changed(self, exercise: Exercise, what: str) -> Change:
        """The part that `what` names."""
        report = self.checker.report(exercise.id)
        kind, _, name = what.partition(" ")
        if kind == "verdict":
            verdict = next((one for one in report.shown if one.name == name), None)
            if verdict is None:
                return {}
            opened = name == rendering.first_failed(report)
            return {"row": name, "html": rendering.part("verdict", exercise, verdict, opened)}
        if kind == "status":
            return {
                "parts": {"status": rendering.part("status", exercise, report)}, "checking": report.phase == "checking"
            }  # fmt: skip
        if kind == "picture":
            return {"parts": {"picture": rendering.part("picture", exercise, report)}}
        if kind == "hints":
            shown = hints_shown(self.course.root, exercise.id)
            return {"parts": {"hints": rendering.part("hints", exercise, shown, report)}}
        return self.state(exercise)


def event(data: Change) -> str:
    """One server-sent event."""
    return f"data: {json.dumps(data)}\n\n"


Handler = Callable[[Request], Awaitable[Response]]
