"""The face of the sandbox: `with Sandbox() as sandbox: sandbox.run(request, limits)`."""

import ast
import contextlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from grader.base.errors import SandboxError
from grader.sandbox.guest import wire
from grader.sandbox.guest.limits import Limits
from grader.sandbox.host.bytecode import compile_once
from grader.sandbox.host.pool import ProcessPool
from grader.sandbox.host.reply import NoProcess, Reply, Usage
from grader.sandbox.host.shared import Share
from grader.sandbox.host.tiers import best_launch
from grader.sandbox.tier import Tier

if TYPE_CHECKING:
    from grader.sandbox.host.sessions import Sessions

__all__ = ["Case", "Limits", "Reply", "Sandbox", "Share", "Usage", "run_trusted_checks", "shared_zygote"]


PAUSES = (0.1, 0.3, 1.0, 3.0, 6.0)  # seconds between tries when the machine has no process to give


Case = tuple[Sequence[Any], Mapping[str, Any]]
"""The positional and the named arguments of one call, in plain data."""


class Sandbox:
    """One warm zygote and whatever it takes to replace it.

    `early`, for a check of one file, serves questions before the warm-up, which begins when it is told or a question
    needs it; `device` is what the examinees may use. With a `share` of another process's zygote it is served by a copy
    of that one. A dead zygote is replaced by one of its own.
    """

    def __init__(self, device: str = "cpu", early: bool = False, share: Share | None = None) -> None:
        self.device = device
        self.share = share
        self.compiling = compile_once()
        self.launch = best_launch(os.environ.get("GRADER_TIER"))
        self.link = self.start(early)

    def start(self, early: bool = False) -> "Sessions":
        """A new warm process, of the kind that the tier wants."""
        if sys.platform == "linux" and self.launch.tier != "D":
            from grader.sandbox.host.client import ZygoteClient, ZygoteCopy

            if self.share is not None:
                with contextlib.suppress(OSError):
                    return ZygoteCopy(self.share)
                self.share = None
            return ZygoteClient(self.launch, self.device, early)
        return ProcessPool(self.launch, self.device, early)

    def warm_up(self) -> None:
        """Has an `early` one load the rest, too: many questions will come, or one that needs it."""
        self.link.warm_up()

    def replace(self) -> None:
        """Ends what serves now, and starts a zygote of its own."""
        self.share = None
        self.link.close()
        self.link = self.start()

    def wait_ready(self) -> dict[str, Any]:
        """Blocks until questions are served, and describes the confinement."""
        try:
            return self.link.wait_ready()
        except SandboxError:
            if self.share is None:
                raise
            self.replace()
            return self.link.wait_ready()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @property
    def tier(self) -> Tier:
        """The tier in force, A (strongest) to D."""
        tier: Tier = self.wait_ready()["tier"]
        return tier

    @property
    def practice(self) -> bool:
        """Whether a new examinee is a new process, which takes seconds, and no class is graded (tier D)."""
        return isinstance(self.link, ProcessPool)

    @property
    def description(self) -> dict[str, Any]:
        """What confines an examinee here, in plain data; torch's version comes from the zygote."""
        return self.wait_ready() | {"forced": self.launch.forced, "how": self.launch.how}

    def run(
        self,
        request: dict[str, Any],
        limits: Limits,
        needs: str = "pictures",
        session: str = "",
        imports: Sequence[str] = (),
    ) -> Reply:
        """One scenario in one examinee; if the zygote dies, once more with a new one, and then SandboxError.

        `needs` says what must be loaded: "torch", "optimizer" (its first step too) or "pictures" (torchvision and
        matplotlib too). Without it the answer is the same and takes longer. Questions of the same `session` may be put
        to the same examinee, one after the other, until `leave`; without one each has its own. `imports` are modules
        that the warm process imports once.
        """
        frame = wire.pack(request | {"stay": bool(session), "needs": needs})
        pauses = iter(PAUSES)
        deaths = 0
        while deaths < 2:
            self.wait_ready()
            try:
                self.link.switch(wait=needs != "torch" or bool(imports))
                return self.link.run(frame, limits, needs, session, imports)
            except NoProcess:
                pause = next(pauses, None)
                if pause is None:
                    raise
                time.sleep(pause)
            except SandboxError:
                deaths += 1
                self.replace()
        self.link.wait_ready()
        if not self.works():
            raise SandboxError("the sandbox's warm process dies at every question", next="run `grader doctor`")
        return Reply("crashed", message="the sandbox's warm process died twice at this question")

    def works(self) -> bool:
        """Whether a question without any submitted code is answered."""
        text = "def answer():\n    return 1\n"
        asked: dict[str, Any] = {"source": None, "file": "", "wants": "", "seed": 0, "function": "answer"}
        asked |= {"cases": [[[], {}]], "modules": [["health", "health.py", text]], "stay": False}
        try:
            self.link.switch(wait=False)
            return self.link.run(wire.pack(asked), Limits(seconds=30.0), "torch").ended == "answered"
        except SandboxError:
            return False

    def leave(self, session: str) -> Usage:
        """Ends what a session's examinees are still doing, and returns what they took, which replies leave open."""
        return self.link.leave(session)

    def close(self) -> None:
        if self.compiling is not None:
            self.compiling.poll()
        self.link.close()


@contextlib.contextmanager
def shared_zygote(device: str = "cpu") -> Iterator[Share | None]:
    """A zygote for several processes, as long as the context lasts; None where the tier has no zygotes."""
    launch = best_launch(os.environ.get("GRADER_TIER"))
    if sys.platform == "linux" and launch.tier != "D":
        from grader.sandbox.host.client import SharedZygote

        with contextlib.closing(SharedZygote(launch, device)) as zygote:
            yield zygote.share
    else:
        yield None


def run_trusted_checks(files: Sequence[Path], asked: Mapping[str, Sequence[Case]]) -> dict[str, list[Any] | str]:
    """Calls functions of an author's own files, once for each case; they share an examinee if they leave no trace.

    A function finds the first file loaded beside its own, as a module that it may import. Per name what the calls gave,
    a `wire.Raised` where one raised, or in words how the examinee ended before that.
    SandboxError if nothing can be confined here.
    """
    modules = [[path.stem, path.name, path.read_text(encoding="utf-8")] for path in files]
    homes = {name: module for module in reversed(modules) for name in functions_in(module[2])}
    results: dict[str, list[Any] | str] = {}
    with Sandbox() as sandbox:
        for name, cases in asked.items():
            request: dict[str, Any] = {"source": None, "file": "", "wants": "", "seed": 0, "function": name}
            request |= {"cases": [[[*args], dict(kwargs)] for args, kwargs in cases]}
            home = homes.get(name, modules[0])
            request |= {"modules": modules[:1] if home is modules[0] else [modules[0], home]}
            reply = sandbox.run(request, Limits(seconds=30.0, memory_mb=2048), session="checks")
            answers = reply.value.get("answers") if isinstance(reply.value, dict) else None
            if reply.ended != "answered" or not answers:
                results[name] = reply.message or "gave no answer (is there a function of this name?)"
            else:
                results[name] = list(answers)
    return results


def functions_in(text: str) -> list[str]:
    """The functions that a file defines at its top level; none where it is no Python, which running it will tell."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
