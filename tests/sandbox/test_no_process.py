"""A machine without a free process costs nobody a point."""

import pytest

from grader.base.errors import SandboxError
from grader.sandbox import Limits, Reply, Sandbox
from grader.sandbox.host.reply import NoProcess


class Refusing:
    """A zygote's link that gets no process from the machine."""

    asked = 0

    def switch(self, wait: bool) -> bool:
        return True

    def run(self, *question: object) -> Reply:
        self.asked += 1
        raise NoProcess("cannot fork")


def test_want_of_processes_is_no_crash_of_the_submission(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that gives no process is asked again a few times, then the fault is the sandbox's and not an answer."""
    sandbox, link = Sandbox.__new__(Sandbox), Refusing()
    monkeypatch.setattr(sandbox, "link", link, raising=False)
    monkeypatch.setattr(sandbox, "wait_ready", lambda: None)
    monkeypatch.setattr("grader.sandbox.PAUSES", (0.0, 0.0))
    with pytest.raises(SandboxError, match="cannot fork"):
        sandbox.run({}, Limits())
    assert link.asked == 3
