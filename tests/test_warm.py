"""The warm background process: found again, private, replaced when the code changes, ended by `grader stop`."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.server import address
from grader.server.channel import Busy, Door, connect, receive, send

ROOT = Path(__file__).parent.parent
SOLUTION = ROOT / "solutions" / "ex14_mixup"


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with a runtime folder of its own; whatever was started in it is stopped."""
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}
    yield environment
    grader("stop", environment=environment)


def grader(*args: str | Path, environment: dict[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", *map(str, args)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def folder(environment: dict[str, str]) -> Path:
    return Path(environment["XDG_RUNTIME_DIR"]) / f"grader-{os.getuid()}"


def test_the_second_check_meets_the_first_ones_process(runtime: dict[str, str]) -> None:
    """The first check leaves a process, the second is served by it, `stop` ends it, and the records agree."""
    check = ("check", "ex14", "--submission", SOLUTION, "--json", "--seed", "5")
    first = json.loads(grader(*check, environment=runtime).stdout)
    (path,) = folder(runtime).glob("*.sock")
    connection = connect(path, 5.0)
    assert connection is not None
    connection.close()
    second = json.loads(grader(*check, environment=runtime).stdout)

    for record in (first, second):
        assert record["outcome"] == "passed"
    same = ("exercise", "points", "seed", "tier", "versions")
    assert {k: first[k] for k in same} == {k: second[k] for k in same}
    assert "stopped 1 warm process" in grader("stop", environment=runtime).stdout
    assert not list(folder(runtime).glob("*.sock"))
    assert "no warm process" in grader("stop", environment=runtime).stdout


def test_two_courses_keep_apart(runtime: dict[str, str], tmp_path: Path) -> None:
    """One process checks two courses in turn, with the same exercise id and module name; each has its own progress."""
    courses = {"right": "x.mean(1)", "wrong": "x.mean(1) + 1"}
    for name, expected in courses.items():
        root = tmp_path / name
        shutil.copytree(ROOT / "tests" / "courses" / "tiny", root)
        suite = root / "exercises" / "ex01_mean_row" / "suite"
        path = suite / "test_mean_row.py"
        assert path.read_text().count("x.mean(1)") == 1
        text = path.read_text().replace("x.mean(1)", "expected(x)").replace("import torch ", "import torch  ", 1)
        path.write_text(text.replace("import torch", "from means import expected\nimport torch", 1))
        (suite / "means.py").write_text(f"def expected(x):\n    return {expected}\n")
        stub = root / "exercises" / "ex01_mean_row" / "mean_row.py"
        shutil.copy(root / "solutions" / "ex01_mean_row" / "mean_row.py", stub)
    earned, processes = [], set()
    for name in ("right", "wrong", "right"):
        done = grader("check", "ex01", "--json", environment=runtime, cwd=tmp_path / name)
        earned.append(json.loads(done.stdout)["points"]["earned"])
        (number,) = folder(runtime).glob("*.pid")
        processes.add(number.read_text())

    assert earned == [6, 3, 6] and len(processes) == 1
    kept = [json.loads((tmp_path / name / ".grader" / "progress.json").read_text())["points"] for name in courses]
    assert kept == [{"ex01_mean_row": [6, 6]}, {"ex01_mean_row": [3, 6]}]


def test_no_keep_warm_leaves_nothing(runtime: dict[str, str]) -> None:
    """With --no-keep-warm no process and no socket is left."""
    done = grader("check", "ex14", "--submission", SOLUTION, "--no-keep-warm", "--json", environment=runtime)
    assert json.loads(done.stdout)["outcome"] == "passed"
    assert not folder(runtime).exists()


def test_a_runtime_folder_open_to_others_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of another mode than 0700 could be somebody else's trap: the next place is taken, or none."""
    for name in ("run", "tmp", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setattr(address.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("run", "tmp"):
        assert address.folder().parent == tmp_path / name
        assert address.folder().stat().st_mode & 0o777 == 0o700
        address.folder().chmod(0o755)
    with pytest.raises(OSError, match="no runtime folder"):
        address.folder()


def test_the_key_follows_tier_and_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another device or a forced tier means another process; the same settings mean the same."""
    assert address.key("cpu") == address.key("cpu") != address.key("cuda")
    before = address.key("cpu")
    monkeypatch.setenv("GRADER_TIER", "B")
    assert address.key("cpu") != before


def test_a_dead_socket_is_nobody(tmp_path: Path) -> None:
    """A socket file that nobody listens on, and one that is not there, count as no server."""
    path = tmp_path / "dead.sock"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.close()
    path.with_suffix(".key").write_bytes(b"key")
    (tmp_path / "none.key").write_bytes(b"key")
    assert connect(path, 0.5) is None
    assert connect(tmp_path / "none.sock", 0.5) is None
    assert connect(tmp_path / "no-key.sock", 0.5) is None


def test_only_who_knows_the_key_is_let_in(tmp_path: Path) -> None:
    """The key lies in a file of the user's own; with another one nobody gets in, and the door stays open to others."""
    path = tmp_path / "a.sock"
    door = Door(path)
    key = path.with_suffix(".key")
    right = key.read_bytes()
    assert (key.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o600, 0o600)
    key.write_bytes(b"another key")
    with pytest.raises(Busy):
        connect(path, 5.0)
    with pytest.raises(TimeoutError):
        door.next(0)
    key.write_bytes(right)
    called: list[Any] = []
    caller = threading.Thread(target=lambda: called.append(connect(path, 5.0)))
    caller.start()
    with door.next(5.0) as served:
        send(served, {"event": "hello"})
        caller.join()
        with called[0]:
            send(called[0], {"text": "é"})
            assert receive(served) == {"text": "é"}
    door.close()
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_says_nothing_is_busy(tmp_path: Path) -> None:
    """Whoever is let in and not served within the patience goes on without the server."""
    door = Door(tmp_path / "b.sock")
    with pytest.raises(Busy):
        connect(tmp_path / "b.sock", 0.1)
    door.close()


def test_stop_ends_the_processes_of_this_installation_only(runtime: dict[str, str]) -> None:
    """`grader stop` leaves the warm process of another interpreter or checkout alone; `--all` ends it, too."""
    folder(runtime).mkdir(mode=0o700)
    other = folder(runtime) / "0000-another.sock"
    other.with_suffix(".pid").write_text("0")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(other))
    listener.close()
    grader("stop", environment=runtime)
    assert other.exists()
    grader("stop", "--all", environment=runtime)
    assert not folder(runtime).exists()


def test_a_package_that_is_installed_means_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key changes when something is installed into, or removed from, a folder that Python imports from."""
    packages = tmp_path / "site-packages"
    packages.mkdir()
    monkeypatch.syspath_prepend(packages)
    before = address.key("cpu")
    assert address.key("cpu") == before
    (packages / "new_package").mkdir()
    os.utime(packages, (1, 1))
    assert address.key("cpu") != before


def test_a_runtime_folder_of_somebody_else_stops_nothing(tmp_path: Path) -> None:
    """Where no private folder can be had, and the temporary folder passes on its group, `check` and `stop` work."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2777)
    (shared / f"grader-{os.getuid()}").write_text("not ours")
    (tmp_path / "home").write_text("no folder")
    places = {"XDG_RUNTIME_DIR": str(shared), "TMPDIR": str(shared), "HOME": str(tmp_path / "home")}
    done = grader("check", "ex14", "--submission", SOLUTION, "--json", environment=os.environ | places)
    assert json.loads(done.stdout)["outcome"] == "passed"
    assert grader("stop", environment=os.environ | places).returncode == 0
