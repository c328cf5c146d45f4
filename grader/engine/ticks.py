"""A call per second in the main thread, between two steps of whatever Python code runs there."""

import _thread
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

TICK = 1.0


@contextlib.contextmanager
def ticking(tick: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Within it `tick` is called as a signal handler is; Windows has no timer's signal, so a thread stands in."""
    if sys.platform == "win32":
        with simulated(tick, signal.SIGBREAK):
            yield
        return
    handler = signal.signal(signal.SIGALRM, tick)
    delay, interval = signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, delay, interval)
        signal.signal(signal.SIGALRM, handler)


@contextlib.contextmanager
def simulated(tick: Callable[[int, FrameType | None], None], number: signal.Signals) -> Iterator[None]:
    """The same by a thread that pretends that a signal came; it wakes no call that waits."""
    handler = signal.signal(number, tick)
    over = threading.Event()

    def pretend() -> None:
        while not over.wait(TICK):
            _thread.interrupt_main(number)

    thread = threading.Thread(target=pretend, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        signal.signal(number, handler)
