"""From a fresh fork of the zygote to an examinee: its descriptors in their places, everything else closed (guest)."""

import os
import sys
from typing import Any

from . import wire
from .confine import Confinement
from .examinee import live
from .limits import Limits

assert sys.platform == "linux"

import fcntl

REQUEST, ANSWER = 3, 4


def arrange(request: int, answer: int, output: int, keep: tuple[int, ...]) -> None:
    """stdin empty, stdout and stderr to the capped pipe, request and answer at 3 and 4, everything else closed."""
    safe = [fcntl.fcntl(fd, fcntl.F_DUPFD, 100) for fd in (request, answer, output)]
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (safe[2], 1), (safe[2], 2), (safe[0], REQUEST), (safe[1], ANSWER)):
        os.dup2(source, target)
    low = ANSWER + 1
    for fd in sorted(fd for fd in keep if fd > ANSWER):
        os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, 65536)


def become(
    request: int, answer: int, output: int, confinement: Confinement, scratch: str, limits: Limits, seen: Any
) -> None:
    """Runs in the freshly forked child and never returns."""
    leave = os._exit
    try:
        os.setsid()
        arrange(request, answer, output, tuple(confinement.keep_fds))
        live(REQUEST, ANSWER, confinement, scratch, limits, seen)
    finally:
        leave(wire.BROKE_DOWN)
