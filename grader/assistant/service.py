"""The Model Context Protocol over stdin and stdout: five tools and nothing else, no resource, no prompt, no path."""

from __future__ import annotations

from functools import partial
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server

from grader.assistant.tutor import Tutor
from grader.base.errors import GraderError, SubmissionError, UsageError
from grader.base.version import installed

INSTRUCTIONS = """\
You help a learner with exercises that grade themselves. The learner is to find the solution; you never write it for
them, neither whole nor line by line. Ask what they expect, explain what a failed test saw, point at one line of their
own file, and give the next hint only where they are stuck. These tools know neither suite, solution, known mistakes nor
keys, and no argument makes them tell. Every hint is counted."""

EXERCISE = {"type": "string", "description": "an exercise, as ex03", "maxLength": 64}
TOOLS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "list_exercises": ("The exercises of the course, with the learner's progress.", {}, ()),
    "check_exercise": ("Check the learner's file of one exercise as it is now.", {"exercise": EXERCISE}, ("exercise",)),
    "explain_failure": (
        "What a failed test saw: words, numbers, the learner's own lines. Without a test, the first that failed.",
        {"exercise": EXERCISE, "test": {"type": "string", "description": "the test, as the check names it"}},
        ("exercise",),
    ),
    "next_hint": (
        "The author's next hint, only after a new attempt since the last one was checked.",
        {"exercise": EXERCISE},
        ("exercise",),
    ),
    "read_my_file": (
        "The learner's own file of one exercise, for an open question about it. Nothing else can be read.",
        {"exercise": EXERCISE, "question": {"type": "string", "description": "what the learner wants to know"}},
        ("exercise",),
    ),
}
LONGEST = 4000  # characters of an argument
FAULT = "a fault of the grader or of the course; the learner should run `grader check` in a terminal to see it"


def tool(name: str) -> types.Tool:
    """How a tool is announced."""
    meaning, properties, required = TOOLS[name]
    schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return types.Tool(name=name, description=meaning, input_schema=schema)


def checked(name: str, arguments: dict[str, Any] | None) -> dict[str, str]:
    """The arguments of a call, which fit the tool. UsageError, which repeats nothing of them."""
    if name not in TOOLS:
        raise UsageError("there is no such tool", next=f"there are {', '.join(TOOLS)}")
    _, properties, required = TOOLS[name]
    given = arguments or {}
    fits = set(required) <= set(given) <= set(properties)
    if not fits or not all(isinstance(one, str) and len(one) <= LONGEST for one in given.values()):
        takes = f"takes {', '.join(properties)}" if properties else "takes nothing"
        raise UsageError(f"{name} {takes}, as texts of at most {LONGEST} characters")
    return {key: str(one) for key, one in given.items()}


def reply(tutor: Tutor, name: str, arguments: dict[str, Any] | None) -> types.CallToolResult:
    """One answer; what is wrong is said in a sentence, and a fault of ours without a word of where it happened."""
    try:
        text, refused = tutor.answer(name, checked(name, arguments)), False
    except (UsageError, SubmissionError) as error:
        text, refused = ". ".join(filter(None, (error.what, error.next))), True
    except (GraderError, Exception):  # noqa: BLE001  its words may be those of a suite
        text, refused = FAULT, True
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=refused)


def server(tutor: Tutor) -> Any:
    """The server of one learner's course."""

    async def listed(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool(name) for name in TOOLS])

    async def called(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await anyio.to_thread.run_sync(partial(reply, tutor, params.name, params.arguments))

    return Server(
        "grader", version=installed("gradeloop"), instructions=INSTRUCTIONS, on_list_tools=listed, on_call_tool=called
    )


def serve(tutor: Tutor) -> None:
    """Answers on stdout what is asked on stdin, until that ends."""

    async def run() -> None:
        served = server(tutor)
        async with stdio_server() as (incoming, outgoing):
            await served.run(incoming, outgoing, served.create_initialization_options())

    anyio.run(run)
