"""Draws demonstrations in a process of its own, which stays warm: one at a time, remembered, and ended if it hangs."""

import asyncio
import contextlib
import json
from collections import OrderedDict

from grader.base.errors import CourseError, GraderError
from grader.base.isolation import environment, python
from grader.demo import Drawing, Failure, Value
from grader.demo.library import ONE_THREAD, Demo

SECONDS = 30.0
FIRST_SECONDS = 90.0  # of a new process, which imports torch and may train a network on a busy machine
REMEMBERED = 400
MOST_WAITING = 6
LONGEST = 32 << 20


class Studio:
    """Owns the process; belongs to one event loop."""

    def __init__(self) -> None:
        self.process: asyncio.subprocess.Process | None = None
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.memory: OrderedDict[str, Drawing] = OrderedDict()

    async def draw(self, demo: Demo, values: dict[str, Value], dark: bool = False) -> Drawing:
        """The figure of a demonstration.

        CourseError if it fails, GraderError if too much is waiting.
        """
        asked = json.dumps({"path": str(demo.path), "values": values, "dark": dark}, sort_keys=True)
        if asked in self.memory:
            self.memory.move_to_end(asked)
            return self.memory[asked]
        if self.waiting >= MOST_WAITING:
            raise GraderError("too many drawings are waiting", next="wait a moment")
        self.waiting += 1
        try:
            async with self.lock:
                answer = await self.answer(asked)
        finally:
            self.waiting -= 1
        if "error" in answer:
            raise CourseError(f"cannot be drawn: {answer['error']}", str(demo.path), "tell your instructor")
        self.memory[asked] = answer
        while len(self.memory) > REMEMBERED:
            self.memory.popitem(last=False)
        return answer

    async def answer(self, asked: str) -> Drawing | Failure:
        seconds = SECONDS
        if self.process is None or self.process.returncode is not None:
            seconds = FIRST_SECONDS
            self.process = await asyncio.create_subprocess_exec(
                *python("grader.demo.worker"), env=environment(ONE_THREAD), limit=LONGEST, cwd="/",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        process = self.process
        assert process.stdin is not None and process.stdout is not None
        done = False
        try:
            process.stdin.write(asked.encode() + b"\n")
            line = await asyncio.wait_for(process.stdout.readline(), seconds)
            done = bool(line)
            found: Drawing | Failure = json.loads(line) if line else {"error": "the drawing process ended"}
            return found
        except (TimeoutError, OSError):
            return {"error": f"no answer within {seconds:g} s"}
        finally:
            if not done:  # a late answer would be taken for that of the next question
                await self.close()

    async def close(self) -> None:
        """Ends the process."""
        process, self.process = self.process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()
