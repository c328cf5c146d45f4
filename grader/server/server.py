"""The warm server, `grader.server.server PATH DEVICE IDLE`: one request at a time, a JSON message per event."""

from __future__ import annotations

import base64
import contextlib
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.base.atomic import write_text
from grader.base.isolation import limit_memory
from grader.engine.guard import Gone, guard
from grader.sandbox import Sandbox
from grader.server.channel import Door, receive, send, waits

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from grader.course.exercise import Exercise
    from grader.course.submission import Submission

EXAMINER_MB = 2048
ASK_SECONDS = 10.0  # from the hello to the request
PAUSE = 1.0  # seconds without a client before what not every check needs is loaded


class Leave(Exception):
    """The client is gone, or asked the server to stop."""


class Server:
    """Owns the door, one sandbox and one examiner."""

    def __init__(self, path: Path, device: str, idle: float) -> None:
        self.path = path
        self.device = device
        self.closed = False
        self.idle = idle
        write_text(path.with_suffix(".pid"), str(os.getpid()))
        self.door = Door(path)
        self.sandbox = Sandbox(device, early=True)
        from grader.engine.examiner import Examiner  # while the zygote imports torch on the other core

        limit_memory(EXAMINER_MB)
        self.examiner = Examiner(self.sandbox)

    def serve(self) -> None:
        """Answers until nobody has asked for the idle time, or a client says stop."""
        try:
            while True:
                with self.next() as connection:
                    self.answer(connection)
        except (TimeoutError, Leave):
            pass
        finally:
            self.close()

    def next(self) -> Connection[Any, Any]:
        """The next client; what not every check needs is loaded while none is there."""
        with contextlib.suppress(TimeoutError):
            return self.door.next(min(PAUSE, self.idle))
        self.sandbox.warm_up()
        return self.door.next(self.idle)

    def close(self) -> None:
        """Leaves nothing behind but a log that says something; the second time there is nothing to do."""
        if self.closed:
            return
        self.closed = True
        log = self.path.with_suffix(".log")
        self.door.close()
        with contextlib.suppress(OSError):
            self.path.with_suffix(".pid").unlink()
            if log.stat().st_size == 0:
                log.unlink()
        self.examiner.close()
        self.sandbox.close()

    def answer(self, connection: Connection[Any, Any]) -> None:
        def say(event: str, **parts: Any) -> None:
            send(connection, {"event": event, **parts})

        try:
            say("hello", pid=os.getpid())
            if not connection.poll(ASK_SECONDS):
                return
            asked = receive(connection)
            if asked.get("stop"):
                self.close()  # before the connection ends, so that whoever waits for it finds everything tidied
                raise Leave
            guard.wanted = lambda: waits(connection)
            self.serve_one(asked, say)
        except Gone:
            self.examiner.abandon()
        except (OSError, EOFError, ValueError):
            return  # the client went away

    def serve_one(self, asked: dict[str, Any], say: Any) -> None:
        from grader.base.errors import GraderError
        from grader.course.exercise import read_exercise
        from grader.course.submission import Submission
        from grader.engine.needs import needs_of_check

        files = [(name, base64.b64decode(data)) for name, data in asked["files"]]
        submission = Submission.of(base64.b64decode(asked["source"]), asked["path"], files)
        answer = {"verdicts": self.grade, "picture": self.draw, "comparison": self.compare}[asked["want"]]
        try:
            exercise = replace(read_exercise(Path(asked["exercise"])), packages=tuple(asked["packages"]))
            if needs_of_check(exercise, submission) != "torch":
                self.sandbox.warm_up()
            answer(exercise, submission, asked, say)
        except GraderError as error:
            say("error", **error.as_dict(), code=error.exit_code)

    def grade(self, exercise: Exercise, submission: Submission, asked: dict[str, Any], say: Any) -> None:
        from grader.engine.grade import grade

        def watch(name: str, verdict: Any) -> None:
            say("test", name=name, verdict=verdict.as_dict() if verdict else None)

        record = grade(
            exercise, submission, seed=asked["seed"], device=self.device, require_tier=asked["tier"],
            examiner=self.examiner, watch=watch, tests=asked["tests"],
        )  # fmt: skip
        say("record", record=record.as_dict())

    def draw(self, exercise: Exercise, submission: Submission, asked: dict[str, Any], say: Any) -> None:
        """The exercise's picture, the submission's output beside the solution's; null if it has none."""
        from grader.engine.picture import picture

        image = picture(self.examiner, exercise, submission, asked["seed"])
        say("picture", png=None if image is None else base64.b64encode(image).decode())

    def compare(self, exercise: Exercise, submission: Submission, asked: dict[str, Any], say: Any) -> None:
        """The submission beside the solution, question by question, with the picture."""
        from grader.engine.contrast import contrast

        say("comparison", contrast=contrast(self.examiner, exercise, submission, asked["seed"]))


def main() -> None:
    path, device, idle = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    server = Server(path, device, idle)

    def leave(*_: object) -> None:
        """At once: an exception would be the running test's."""
        server.close()
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    server.serve()


if __name__ == "__main__":
    main()
