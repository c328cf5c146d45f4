"""The running workbook of a workspace: its socket, its private file for a second `grader open`, its end."""

import hashlib
import json
import os
import socket
import urllib.request
from pathlib import Path

import uvicorn

from grader.base.atomic import write_text
from grader.base.errors import UsageError
from grader.course.course import Course
from grader.server.address import NoPlace, folder
from grader.workbook.site import Site


def note(root: Path) -> Path:
    """The private file that says where the workbook of a workspace listens. NoPlace if there is no private folder."""
    return folder() / f"workbook-{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]}.json"


def running(root: Path) -> str | None:
    """A new one-time link to the workbook that already runs for this workspace; None if none does."""
    try:
        desk = json.loads(note(root).read_text(encoding="utf-8"))
        request = urllib.request.Request(
            f"{desk['url']}token", method="POST", data=b"", headers={"Authorization": f"Bearer {desk['control']}"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=3) as answer:
            return f"{desk['url']}?token={answer.read().decode()}"
    except (NoPlace, OSError, ValueError, KeyError, TypeError):
        return None


class Desk:
    """A bound socket with the site behind it."""

    def __init__(self, course: Course, port: int = 0) -> None:
        """UsageError if the port is taken."""
        self.course = course
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self.socket.bind(("127.0.0.1", port))
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be had: {error.strerror}", next="leave --port out, and a free one is taken"
            ) from None
        self.socket.listen()  # the link may be followed before the server is up
        self.port: int = self.socket.getsockname()[1]
        self.site = Site(course, self.port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def link(self) -> str:
        """A one-time link."""
        return f"{self.url}?token={self.site.guard.token()}"

    def serve(self) -> None:
        """Answers until Ctrl-C."""
        path = None
        try:
            path = note(self.course.root)
            write_text(
                path, json.dumps({"url": self.url, "control": self.site.guard.control, "pid": os.getpid()}), 0o600
            )
        except (NoPlace, OSError):
            path = None  # a second `grader open` then starts a workbook of its own
        config = uvicorn.Config(
            self.site.guard, log_level="error", access_log=False, server_header=False, date_header=False,
            timeout_graceful_shutdown=1, ws="none", lifespan="on", limit_concurrency=256, proxy_headers=False,
        )  # fmt: skip
        try:
            uvicorn.Server(config).run([self.socket])
        finally:
            if path is not None:
                path.unlink(missing_ok=True)
