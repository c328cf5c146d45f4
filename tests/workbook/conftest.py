"""A workbook that runs as a learner starts it, in a workspace of its own."""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class Answer:
    """What a request brought."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Running:
    """A running workbook: where it listens, its link, the workspace, and the cookie that a browser would hold."""

    root: Path
    link: str
    environment: dict[str, str]
    cookie: str = ""

    @property
    def base(self) -> str:
        return self.link.partition("?")[0]

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://").rstrip("/")

    def stub(self, name: str = "ex15_cutout", file: str = "cutout.py") -> Path:
        return self.root / "exercises" / name / file

    def ask(self, path: str, method: str = "GET", body: str = "", known: bool = True, **headers: str) -> Answer:
        """One request, exactly with these headers; a POST comes from the page itself unless `Origin` says otherwise."""
        sent = {"Host": self.host} | ({"Cookie": self.cookie} if known else {})
        if method == "POST":
            sent |= {"Origin": f"http://{self.host}", "Content-Type": "application/x-www-form-urlencoded"}
        sent |= headers
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value:
                connection.putheader(name, value)
        if method == "POST":
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body.encode() if body else None)
        answer = connection.getresponse()
        stream = answer.getheader("content-type", "").startswith("text/event-stream")
        text = answer.fp.readline().decode() if stream else answer.read().decode("utf-8", "replace")
        connection.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)

    def grader(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "grader", *words]
        return subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)


def exchanged(workbook: Running) -> str:
    """The cookie that the link gives."""
    answer = workbook.ask(f"/{workbook.link.removeprefix(workbook.base)}", known=False)
    assert answer.status == 303, answer
    return answer.headers["set-cookie"].partition(";")[0]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`grader open` in a fresh workspace; its warm process ends with it."""
    root = tmp_path_factory.mktemp("learner") / "course"
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path_factory.mktemp("run"))}
    subprocess.run([sys.executable, "-m", "grader", "init", root], check=True, capture_output=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "open", "--no-browser"], cwd=root, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found
    running = Running(root, found[0], environment)
    try:
        yield running
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
        running.grader("stop")
