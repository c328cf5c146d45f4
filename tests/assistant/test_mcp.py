"""`grader mcp`, asked by the official client: what it says, when it gives a hint, and what switches it off."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import grader.assistant.tutor as tutor
import grader.commands.mcp as command
from grader.base.errors import CourseError, UsageError
from grader.course.course import AssistantRule, Course
from grader.course.progress import substance
from grader.release.handout import course_table, toml
from tests.assistant.conftest import ATTEMPT, Workspace, said

TOOLS = ["list_exercises", "check_exercise", "explain_failure", "next_hint", "read_my_file"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_finds_five_tools(workspace: Workspace, mode: str) -> None:
    """With the old handshake and the new one the client learns the tools and the tutor's rule, and can list."""

    async def talk(client: Any) -> None:
        assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
        assert "never write it for" in client.instructions
        text, refused = await said(client, "list_exercises", {})
        assert not refused and "ex03 (ex03_cutmix)" in text and "in progress" in text and "ex14" in text

    workspace.converse(talk, mode)


def test_hints_follow_attempts(workspace: Workspace) -> None:
    """A hint needs a checked attempt that is new in more than space and comments; each one given is logged."""

    async def talk(client: Any) -> None:
        async def ask(tool: str, **more: str) -> tuple[str, bool]:
            return await said(client, tool, {"exercise": "ex03", **more})

        assert await ask("next_hint") == (
            "cutmix.py as it is now was not checked. check it first, then ask for a hint",
            True,
        )
        told, refused = await ask("check_exercise")
        assert not refused and "0 of 12 points, failed" in told and "not passed" in told
        told, refused = await ask("explain_failure")
        assert not refused and "the code printed:" in told and "called with" in told and "hint" not in told
        assert (await ask("explain_failure", test="nothing like it"))[0].startswith("no failed test has that name")

        told, refused = await ask("next_hint")
        assert not refused and told.startswith("hint 1 of 3: There are two")
        assert (await ask("next_hint"))[0].startswith("no new attempt since the last hint")
        workspace.stub.write_text(ATTEMPT + "\n\n# please\n", encoding="utf-8")
        await ask("check_exercise")
        assert (await ask("next_hint"))[0].startswith("no new attempt since the last hint")
        workspace.stub.write_text(ATTEMPT.replace("0.5", "0.25"), encoding="utf-8")
        assert (await ask("next_hint"))[1]
        await ask("check_exercise")
        assert (await ask("next_hint"))[0].startswith("hint 2 of 3")
        workspace.stub.write_text(ATTEMPT, encoding="utf-8")
        await ask("check_exercise")
        assert (await ask("next_hint"))[0].startswith("no new attempt since the last hint")
        assert (await ask("read_my_file", question="why?")) == (ATTEMPT, False)

    workspace.converse(talk)
    assert "hint 3 of 3" in workspace.grader("hint", "ex03").stdout
    kept = json.loads((workspace.root / ".grader" / "progress.json").read_text(encoding="utf-8"))
    log = [(one["exercise"], one["level"], one["by"]) for one in kept["hint_log"]]
    assert log == [("ex03_cutmix", 1, "assistant"), ("ex03_cutmix", 2, "assistant"), ("ex03_cutmix", 3, "terminal")]


def test_a_release_without_tests_gives_hints_for_changes(tmp_path: Path) -> None:
    """Where nothing can be checked a changed file is an attempt; the next hint needs another change."""
    folder = tmp_path / "exercises" / "ex01_a"
    (folder / ".stub").mkdir(parents=True)
    toml = 'format = 1\nreleased = true\ntitle = "A"\nfile = "a.py"\nhints = [{text = "One."}, {text = "Two."}]\n'
    (folder / "exercise.toml").write_text(toml, encoding="utf-8")
    for stub in (folder / "a.py", folder / ".stub" / "a.py"):
        stub.write_text("def a(): ...\n", encoding="utf-8")
    mine = tutor.Tutor(tmp_path)
    asked = {"exercise": "ex01"}
    with pytest.raises(UsageError, match="not started"):
        mine.answer("next_hint", asked)
    (folder / "a.py").write_text("def a(): return 1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no public tests"):
        mine.answer("check_exercise", asked)
    assert mine.answer("next_hint", asked) == "hint 1 of 2: One."
    with pytest.raises(UsageError, match="no new attempt"):
        mine.answer("next_hint", asked)
    (folder / "a.py").write_text("def a(): return 2\n", encoding="utf-8")
    assert mine.answer("next_hint", asked) == "hint 2 of 2: Two."
    assert mine.answer("next_hint", asked) == "ex01: all 2 hints were given"


def test_what_counts_as_the_same_attempt() -> None:
    """Space and comments do not make a file another one; a changed word does."""
    assert substance(b"x = 1  # one\n\n") == substance(b"x  = 1\n# two\n")
    assert substance(b"x = 1\n") != substance(b"x = 2\n")


def test_what_is_not_started_is_neither_checked_nor_hinted(workspace: Workspace) -> None:
    """The stub as it came gets a sentence; so does an exercise that nobody has."""

    async def talk(client: Any) -> None:
        for tool in ("check_exercise", "explain_failure", "next_hint"):
            told, refused = await said(client, tool, {"exercise": "ex14"})
            assert refused and told.startswith("ex14 is not started")
        told, refused = await said(client, "check_exercise", {"exercise": "ex99"})
        assert refused and "no exercise of this name" in told

    workspace.converse(talk)


def test_a_file_behind_a_link_is_not_read(workspace: Workspace, tmp_path: Path) -> None:
    """A stub or a folder that leads elsewhere is refused, so that no link makes another file the learner's own."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mixup.py").write_text("TREASURE = 1\n", encoding="utf-8")
    folder = workspace.root / "exercises" / "ex14_mixup"
    folder.rename(tmp_path / "kept")
    folder.symlink_to(tmp_path / "elsewhere")
    try:
        with pytest.raises(Exception, match="reached by a link"):
            tutor.Tutor(workspace.root).answer("read_my_file", {"exercise": "ex14"})
    finally:
        folder.unlink()
        (tmp_path / "kept").rename(folder)
    assert "def mixup" in tutor.Tutor(workspace.root).answer("read_my_file", {"exercise": "ex14"})


def test_the_course_switches_it_off(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """`[assistant] allow = false` refuses the command and a running server; the installed course's counts too."""
    path = workspace.root / "exercises" / "course.toml"
    before = path.read_text(encoding="utf-8")
    one = tutor.Tutor(workspace.root)
    assert "ex03" in one.answer("list_exercises", {})
    path.write_text(before + "\n[assistant]\nallow = false\n", encoding="utf-8")
    try:
        done = workspace.grader("mcp")
        assert done.returncode == 2 and tutor.OFF in done.stderr and not done.stdout
        with pytest.raises(UsageError, match="switched the assistant off"):
            one.answer("list_exercises", {})
        path.write_text(before + "\n[assistant]\nalow = false\n", encoding="utf-8")
        with pytest.raises(CourseError, match="unknown key `assistant.alow`"):
            Course.load(workspace.root)
    finally:
        path.write_text(before, encoding="utf-8")
    monkeypatch.setattr(tutor, "carried_course", lambda: Course(Path(), {}, assistant=AssistantRule(False)))
    with pytest.raises(UsageError, match="switched the assistant off"):
        one.answer("list_exercises", {})


def test_a_release_keeps_the_switch() -> None:
    """A release forbids the assistant where the course does, and says nothing where it does not."""
    off = toml(course_table(Course(Path(), {}, assistant=AssistantRule(False)), set(), []))
    on = toml(course_table(Course(Path(), {}), set(), []))
    assert "[assistant]\nallow = false\n" in off and "assistant" not in on


def test_without_the_package_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `mcp` is not installed the command names the extra; a folder that is missing is named."""
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    here = str(Path(__file__).parents[2])
    failed = CliRunner().invoke(command.command, ["--course", here]).exception
    assert isinstance(failed, UsageError) and failed.next == "install it: pip install 'gradeloop[assistant]'"
    failed = CliRunner().invoke(command.command, ["--course", "/no/such/folder"]).exception
    assert isinstance(failed, UsageError) and failed.what == "there is no such folder"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once(workspace: Workspace, sign: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end a server whose stdin stays open, without a traceback; so does the end of stdin."""
    who = {"name": "test", "version": "1"}
    params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": who}
    hello = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}) + "\n"
    for end in (lambda server: server.send_signal(sign), lambda server: server.stdin.close()):
        command = [sys.executable, "-m", "grader", "mcp", "--course", str(workspace.root)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, env=workspace.environment, stdin=pipe, stdout=pipe, stderr=pipe) as server:
            assert server.stdin and server.stdout and server.stderr
            server.stdin.write(hello.encode())
            server.stdin.flush()
            assert json.loads(server.stdout.readline())["result"]["serverInfo"]["name"] == "grader"
            end(server)
            assert server.wait(60) in (-sign, 0) and not server.stderr.read()


def test_a_fault_of_ours_is_told_without_its_words(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a broken suite says may hold lines of it: a fixed sentence stands in its place."""
    from grader.assistant import service

    for fault in (CourseError("assert secret(x) == 3", "suite/test_a.py:3"), RuntimeError("secret(x)")):

        def broken(*_: object, fault: Exception = fault) -> str:
            raise fault

        monkeypatch.setattr(tutor.Tutor, "answer", broken)
        result = service.reply(tutor.Tutor(workspace.root), "list_exercises", {})
        assert result.is_error and result.content[0].text == service.FAULT
