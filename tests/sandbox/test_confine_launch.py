"""Launches: tiers are forced downwards only, and a box is a faithful, mortal wrapper of its program."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader.base.errors import SandboxError
from grader.sandbox.guest.readable import default_readable, hidden_paths
from grader.sandbox.host import tiers

WAYS = [way for way in (tiers.bubblewrap(), tiers.namespaces()) if way]
way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.how)


@pytest.mark.parametrize("tier", "BCD")
def test_a_forced_tier_is_lower_and_says_so(tier: str) -> None:
    """GRADER_TIER lowers the tier and leaves a mark."""
    launch = tiers.best_launch(tier)

    assert (launch.tier, launch.forced, launch.how) == (tier, True, "plain")
    assert launch.command(["/bin/true"]) == ["/bin/true"]


def test_forcing_the_best_tier_changes_nothing() -> None:
    """GRADER_TIER=A is no promise: it gives what there is, unforced."""
    assert tiers.best_launch("A") == tiers.best_launch()
    assert not tiers.best_launch().forced


@pytest.mark.parametrize("word", ["E", "AB", "b"])
def test_an_unknown_tier_is_an_error(word: str) -> None:
    """A misspelt GRADER_TIER stops the run instead of weakening it."""
    with pytest.raises(SandboxError, match="GRADER_TIER"):
        tiers.best_launch(word)


@way
def test_a_box_passes_on_descriptors_and_status(way: tiers.Launch) -> None:
    """What is handed to the program arrives, and its exit status comes back."""
    end, answer = os.pipe()
    argv = [sys.executable, "-I", "-c", f"import os; os.write({answer}, b'here'); os._exit(7)"]
    done = subprocess.run(way.command(argv), pass_fds=[answer], check=False)
    os.close(answer)

    assert done.returncode == 7
    with open(end, "rb") as file:
        assert file.read() == b"here"


@way
def test_a_killed_program_is_told_apart(way: tiers.Launch) -> None:
    """A program that dies of a signal gives 128 and the signal's number, as a shell does."""
    argv = [sys.executable, "-I", "-c", "import ctypes; ctypes.string_at(0)"]

    assert subprocess.run(way.command(argv), check=False).returncode == 128 + signal.SIGSEGV


@way
def test_a_box_dies_with_its_starter(way: tiers.Launch) -> None:
    """Kill the process that started the box and everything in it ends: its end of the pipe closes."""
    end, answer = os.pipe()
    program = f"import os, signal; os.write({answer}, b'x'); signal.pause()"
    command = way.command([sys.executable, "-I", "-c", program])
    starter = f"import subprocess; subprocess.run({command!r}, pass_fds=[{answer}])"
    with subprocess.Popen([sys.executable, "-I", "-c", starter], pass_fds=[answer]) as process:
        os.close(answer)
        assert os.read(end, 1) == b"x"
        process.kill()

    assert os.read(end, 1) == b""
    os.close(end)


@way
def test_a_box_dies_with_its_outer_process(way: tiers.Launch) -> None:
    """Kill the outer process alone and the program inside ends too."""
    end, answer = os.pipe()
    program = f"import os, signal; os.write({answer}, b'x'); signal.pause()"
    with subprocess.Popen(way.command([sys.executable, "-I", "-c", program]), pass_fds=[answer]) as process:
        os.close(answer)
        assert os.read(end, 1) == b"x"
        process.kill()

    assert os.read(end, 1) == b""
    os.close(end)


@way
def test_a_box_shows_what_it_is_given(way: tiers.Launch, tmp_path: Path) -> None:
    """A readable file is there and cannot be changed, the scratch folder can be written to, the rest is not there."""
    for name in ("given", "scratch", "kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("old")
    code = f"""
import os
os.chdir({str(tmp_path)!r})
open("scratch/new", "w").close()
print(sorted(os.listdir(".")), open("given/file").read())
open("given/file", "w")
"""
    command = way.command([sys.executable, "-I", "-c", code], [str(tmp_path / "given")], str(tmp_path / "scratch"))
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stdout == "['given', 'scratch'] old\n"
    assert "Read-only file system: 'given/file'" in done.stderr
    assert (tmp_path / "scratch" / "new").exists()


def test_python_is_readable_and_a_course_is_not() -> None:
    """The standard library and torch are within the readable paths, this project's own files are outside."""
    readable = [os.path.realpath(path) for path in default_readable()]

    def covered(path: str) -> bool:
        return any(path == root or path.startswith(root + os.sep) for root in readable)

    import torch

    assert covered(os.path.realpath(os.__file__)) and covered(os.path.realpath(torch.__file__))
    assert not any(covered(path) for path in hidden_paths())
    assert not covered(os.path.realpath(tiers.__file__))
