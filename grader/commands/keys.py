"""Single keys of a terminal, without Enter and without echo; the terminal is as it was afterwards."""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def single_keys() -> Iterator[None]:
    """Makes each key readable at once; Ctrl-C still interrupts."""
    if sys.platform == "win32":  # where `read_key` needs no preparation
        yield
        return
    import termios
    import tty

    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    tty.setcbreak(number)
    try:
        yield
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


def read_key() -> str:
    """The next key, in lower case; empty when there will be none any more."""
    if sys.platform == "win32":
        import msvcrt

        return str(msvcrt.getwch()).lower()
    return os.read(sys.stdin.fileno(), 1).decode("utf-8", "replace").lower()


def hand_on(take: Callable[[str], object]) -> None:
    """Calls `take` with each key, in a thread that ends with the process."""

    def read() -> None:
        while key := read_key():
            take(key)
        take("q")

    threading.Thread(target=read, daemon=True).start()
