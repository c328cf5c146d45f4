"""How a check and the warm server meet: a Unix socket, on Windows a named pipe, and whole JSON messages.

Both ends prove that they know a key, which lies in a file that only the user can read. Nothing is ever unpickled.
"""

import contextlib
import hashlib
import json
import os
import queue
import secrets
import socket
import struct
import sys
import threading
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from grader.base.atomic import write_bytes

MESSAGE_CAP = 64 << 20
SEND_SECONDS = 60  # for a client that reads nothing


class Busy(Exception):
    """The server serves somebody else, or cannot be reached: grade without it."""


def place(path: Path) -> str:
    """What the system calls the server of this path."""
    if sys.platform == "win32":
        return rf"\\.\pipe\grader-{hashlib.sha256(str(path).encode()).hexdigest()[:32]}"
    return str(path)


def key_file(path: Path) -> Path:
    return path.with_suffix(".key")


class Door:
    """Listens, and lets in whoever knows the key; who waits is met one after another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        key = secrets.token_bytes(32)
        write_bytes(key_file(path), key, 0o600)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        old = os.umask(0o177)
        self.listener = Listener(place(path), backlog=8, authkey=key)
        os.umask(old)
        self.came: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self.let_in, daemon=True).start()

    def let_in(self) -> None:
        while True:
            try:
                self.came.put(self.listener.accept())
            except (AuthenticationError, EOFError, ConnectionError):
                continue  # somebody else, or somebody who thought better of it
            except OSError:
                return

    def next(self, seconds: float) -> "Connection[Any, Any]":
        """The next connection; TimeoutError if none comes."""
        try:
            connection: Connection[Any, Any] = self.came.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
        limit_sending(connection)
        return connection

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.close()
        for left in (self.path, key_file(self.path)):
            left.unlink(missing_ok=True)


def limit_sending(connection: "Connection[Any, Any]") -> None:
    """A client that is there and reads nothing must not hold the server; a named pipe has no such bound."""
    if sys.platform != "win32":
        with socket.socket(fileno=os.dup(connection.fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", SEND_SECONDS, 0))


def connect(path: Path, patience: float) -> "Connection[Any, Any] | None":
    """A connection that said hello, None if nobody listens; Busy if nobody answers in time."""
    try:
        key = key_file(path).read_bytes()
    except OSError:
        return None
    found: queue.Queue[Any] = queue.Queue()

    def call() -> None:  # the greeting waits for the other side as long as that likes
        try:
            found.put(Client(place(path), authkey=key))
        except (OSError, EOFError, AuthenticationError) as error:
            found.put(error)

    threading.Thread(target=call, daemon=True).start()
    try:
        connection = found.get(timeout=patience)
    except queue.Empty:
        raise Busy from None
    if isinstance(connection, FileNotFoundError | ConnectionRefusedError):
        return None
    if isinstance(connection, Exception):
        raise Busy
    with contextlib.suppress(OSError, EOFError, ValueError):
        if connection.poll(patience) and receive(connection).get("event") == "hello":
            there: Connection[Any, Any] = connection
            return there
    connection.close()
    raise Busy


def send(connection: "Connection[Any, Any]", message: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(message).encode())


def receive(connection: "Connection[Any, Any]") -> dict[str, Any]:
    """The next message; EOFError after the last one."""
    message: dict[str, Any] = json.loads(connection.recv_bytes(MESSAGE_CAP))
    return message


def waits(connection: "Connection[Any, Any]") -> bool:
    """Whether the other side still listens: it has no more to say, so what can be read is its end."""
    try:
        return not connection.poll(0)
    except OSError:
        return False
