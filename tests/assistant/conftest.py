"""A workspace with an own attempt, and `grader mcp` in it, asked by the official client."""

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError, StdioServerParameters, stdio_client

ATTEMPT = '''"""A first try."""

import torch


def cutmix(pictures, targets, alpha=1.0, generator=None):
    print("called with", tuple(pictures.shape))
    return pictures, targets, 0.5
'''


@dataclass
class Workspace:
    """A learner's folder, and the environment in which a warm process of its own runs."""

    root: Path
    environment: dict[str, str]

    @property
    def stub(self) -> Path:
        return self.root / "exercises" / "ex03_cutmix" / "cutmix.py"

    def grader(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "grader", *words]
        return subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)

    def converse(self, talk: Callable[[Any], Awaitable[None]], mode: str = "auto") -> None:
        """Starts `grader mcp` as an assistant program does, and lets the client talk to it."""
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "grader", "mcp"], cwd=self.root, env=self.environment
        )

        async def run() -> None:
            async with Client(stdio_client(server), mode=mode) as client:
                await talk(client)

        anyio.run(run)


async def said(client: Any, tool: str, arguments: dict[str, Any]) -> tuple[str, bool]:
    """What a tool answers, in whatever form, and whether it is a refusal."""
    try:
        result = await client.call_tool(tool, arguments)
    except MCPError as error:
        return str(error), True
    return "\n".join(one.text for one in result.content), result.is_error


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Two exercises as `grader init` lays them out, one of them begun."""
    root = tmp_path_factory.mktemp("learner") / "course"
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path_factory.mktemp("run"))}
    command = [sys.executable, "-m", "grader", "init", str(root), "ex03", "ex14", "quiz:r1"]
    subprocess.run(command, check=True, capture_output=True)
    found = Workspace(root, environment)
    found.stub.write_text(ATTEMPT, encoding="utf-8")
    yield found
    found.grader("stop")
