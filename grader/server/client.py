"""The learner's end of a warm server: find it or start it, hand in a submission, hear verdicts as they fall."""

import base64
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.base.errors import CourseError, GraderError
from grader.base.isolation import environment, python
from grader.engine.guard import stuck_place
from grader.server.address import NoPlace, address, folder, owner
from grader.server.channel import Busy, connect, receive, send

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["Busy", "connect", "end", "events", "start", "stop", "warm"]

HELLO_SECONDS = 0.5
START_SECONDS = 120.0
END_SECONDS = 3.0
LEFT = ("sock", "log", "pid", "key")
IDLE_SECONDS = 900.0
APART: dict[str, Any] = {"start_new_session": True}  # of the terminal, whose Ctrl-C is not meant for a server
if sys.platform == "win32":
    APART = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}


def start(path: Path, device: str) -> "Connection[Any, Any]":
    """Starts a server in the background and waits until it says hello; Busy if it dies."""
    log = path.with_suffix(".log").open("wb")
    process = subprocess.Popen(
        python("grader.server.server", str(path), device, str(IDLE_SECONDS)),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd="/",
        **APART,
    )
    log.close()
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            connection = connect(path, START_SECONDS)
        except Busy:
            break
        if connection is not None:
            return connection
        time.sleep(0.01)
    raise Busy


def events(
    exercise: Path,
    source: bytes,
    path: str,
    seed: int | None,
    device: str,
    tier: str | None,
    tests: tuple[str, ...] = (),
    files: tuple[tuple[str, bytes], ...] = (),
    packages: tuple[str, ...] = (),
    want: str = "verdicts",
    patience: float = HELLO_SECONDS,
) -> Iterator[dict[str, Any]]:
    """The verdicts of one submission as they fall, then its record; with `want` its `picture` or `comparison` alone.

    `patience` is how many seconds to wait for a server that serves somebody else. Busy if no server can be had.
    """
    where = address(device)
    connection = connect(where, patience) or start(where, device)
    with connection:
        asked = {
            "exercise": str(exercise),
            "source": base64.b64encode(source).decode(),
            "path": path,
            "seed": seed,
            "tier": tier,
            "tests": list(tests),
            "packages": list(packages),
            "files": [[name, base64.b64encode(data).decode()] for name, data in files],
            "want": want,
        }
        send(connection, asked)
        ended = False
        with contextlib.suppress(EOFError):
            while True:
                event = receive(connection)
                ended = event["event"] in ("record", "picture", "comparison", "error")
                yield event
        if not ended:
            log = where.with_suffix(".log")
            left = log.read_text(encoding="utf-8", errors="replace").strip() if log.exists() else ""
            if place := stuck_place(left, str(exercise)):
                raise CourseError("the suite is stuck in this line for good", place, "let it end, or let it do less")
            words = left.splitlines()
            raise GraderError(
                f"the warm process ended: {words[-1] if words else 'no message'}", next="try again with --no-keep-warm"
            )


def warm(device: str) -> None:
    """Starts a server if none listens yet, so that the first check finds it warm."""
    where = address(device)
    (connect(where, HELLO_SECONDS) or start(where, device)).close()


def end(path: Path) -> bool:
    """Ends the server of a socket that is too busy to be asked; False if there is none."""
    try:
        number = int(path.with_suffix(".pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            os.kill(number, signal.SIGTERM)
        return True
    if str(path) not in command_line(number):
        return False
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, sign)
        until = time.monotonic() + END_SECONDS
        while time.monotonic() < until and str(path) in command_line(number):
            time.sleep(0.02)
    path.unlink(missing_ok=True)
    return True


def command_line(number: int) -> str:
    """Of a process that lives; empty if there is none."""
    words = ["ps", "-ww", "-o", "command=", "-p", str(number)]
    return subprocess.run(words, capture_output=True, encoding="utf-8", errors="replace", check=False).stdout


def stop(everything: bool = False) -> int:
    """Ends the warm servers of this interpreter and installation, or all of this user; how many there were."""
    count = 0
    try:
        place = folder()
    except NoPlace:
        return 0
    mine = "*" if everything else f"{owner()}-*"
    for path in sorted(path.with_suffix(".sock") for path in place.glob(f"{mine}.pid")):
        try:
            connection = connect(path, 2.0)
        except Busy:
            count += end(path)
            continue
        if connection is None:
            path.unlink(missing_ok=True)
            continue
        with connection:
            send(connection, {"stop": True})
            with contextlib.suppress(EOFError, OSError):
                while True:
                    receive(connection)
        count += 1
    for left in (left for kind in LEFT for left in place.glob(f"{mine}.{kind}")):
        left.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # there are others
        place.rmdir()
    return count
