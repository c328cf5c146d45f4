"""Tier D's examinee: a process that waits with torch loaded, answers about one submission, and ends (guest).

No fork after torch, so that it works on every system. The examiner's lines and then its requests come in on what was
stdin; one line for each step of the start, and then the answers, go out on what was stdout.
"""

import contextlib
import importlib
import json
import os
from collections.abc import Sequence
from typing import Any

from .adapter import TorchAdapter, prepared
from .confine import Confinement

NEEDS = ("torch", "optimizer", "pictures")  # each includes the one before it


def main(config: dict[str, Any]) -> None:
    request, answer = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # a submission that asks for input gets none, and no question of ours
    os.dup2(2, 1)
    confinement = Confinement.prepare("D", [])
    adapter = prepared()
    loaded = Loaded(adapter)
    say(answer, {"ready": True, "torch": adapter.torch.__version__, **confinement.description})
    while True:
        asked = json.loads(read_line(request))
        loaded.reach(asked["needs"])
        if "limits" in asked:
            break
        say(answer, {"loaded": asked["needs"]})
    loaded.add(asked["imports"])
    from .examinee import live
    from .limits import Limits

    live(
        request,
        answer,
        confinement,
        asked["scratch"],
        Limits(**asked["limits"]),
        adapter,
        config["mark"].encode(),
        loaded.reach,
    )


class Loaded:
    """What has been paid for in this process."""

    def __init__(self, adapter: TorchAdapter) -> None:
        self.adapter = adapter
        self.steps = list(NEEDS[1:])

    def reach(self, needs: str) -> bool:
        """Loads what questions of this kind want; True if there was anything to load."""
        from .preload import load_optimizer, load_pictures

        load = {"optimizer": load_optimizer, "pictures": load_pictures}
        wanted = [step for step in self.steps if NEEDS.index(step) <= NEEDS.index(needs)]
        for step in wanted:
            self.steps.remove(step)
            load[step]()
        if wanted:
            self.adapter.names.note()
        return bool(wanted)

    def add(self, names: Sequence[str]) -> None:
        """Packages of an exercise; what cannot be imported the submission will find out by itself."""
        for name in names:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        self.adapter.names.note()


def say(answer: int, message: dict[str, Any]) -> None:
    os.write(answer, json.dumps(message).encode() + b"\n")


def read_line(fd: int) -> bytes:
    """One line, byte by byte, so that the request behind it stays in the pipe; the end of the pipe is ours."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(fd, 1)
        if not byte:
            os._exit(0)
        line += byte
    return line
