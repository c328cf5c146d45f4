"""Every cheat and every box in which it is tried; the drivers work ahead, box beside box, and the tests read on."""

import json
import os
import re
import selectors
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from .driver import SECRETS

HERE = Path(__file__).parent
CHEATS = sorted(path.stem for path in (HERE / "cheats").glob("*.py"))
START_SECONDS, CHEAT_SECONDS = 280.0, 120.0
ORDINARY = 1000  # a user id like any other
TOKEN = SECRETS["environment"]


def alone(cheat: str) -> str:
    """What the cheat's docstring says it achieves where nothing confines it; empty if that is nothing."""
    found = re.search(r"^Alone: (.+)$", (HERE / "cheats" / f"{cheat}.py").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


@dataclass(frozen=True)
class Box:
    """Where cheats are tried: the tier asked for ("" is the best one), by whom, and whether nothing confines them.

    `shared`: in examinees of a copy of a zygote that several examiners share, as in a class report.
    """

    tier: str
    user: int | None = None
    open: bool = False
    shared: bool = False

    def __str__(self) -> str:
        kind = "unconfined" if self.open else f"tier-{self.tier}" if self.tier else "best-tier"
        kind = f"{kind}-shared-zygote" if self.shared else kind
        return f"{kind}-ordinary-user" if self.user else kind

    @property
    def cheats(self) -> list[str]:
        """All cheats in the best box; in tier B those that depend on the tier; a third as an ordinary user, and shared.

        What forges answers or sends hostile data meets the same wire and the same examiner in each tier. Unconfined:
        those that gain by it.
        """
        if self.open:
            root = os.geteuid() == 0
            return [cheat for cheat in CHEATS if alone(cheat) and (root or "as root" not in alone(cheat))]
        if self.tier:
            return [cheat for cheat in CHEATS if not cheat.startswith(("forge_", "data_"))]
        return CHEATS[::3] if self.user else CHEATS[1::3] if self.shared else CHEATS


UNCONFINED = Box("", open=True)
BOXES = [Box(""), Box("B"), Box("", shared=True), *([Box("", ORDINARY)] if os.geteuid() == 0 else [])]


@dataclass
class Driver:
    """One driver process and what it has told so far."""

    box: Box
    cheats: list[str]
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        config = {"tier": self.box.tier, "open": self.box.open, "shared": self.box.shared, "user": self.box.user}
        config["cheats"] = self.cheats
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "driver.py"), json.dumps(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={name: value for name, value in os.environ.items() if name != "GRADER_TIER"} | {"GRADER_TOKEN": TOKEN},
        )
        assert self.process.stdout
        os.set_blocking(self.process.stdout.fileno(), False)
        self.rest = b""

    @cached_property
    def hello(self) -> dict[str, Any]:
        """What the sandbox says of itself; skips the test where this user cannot be had."""
        return self.line(START_SECONDS)

    def run_cheat(self, cheat: str) -> dict[str, Any]:
        """What came of one cheat."""
        assert self.hello
        while cheat not in self.told:
            one = self.line(CHEAT_SECONDS)
            self.told[one["cheat"]] = one
        return self.told[cheat]

    def line(self, seconds: float) -> dict[str, Any]:
        """The next line of the driver; fails if it dies or takes too long."""
        assert self.process.stdout
        end = time.monotonic() + seconds
        last = next(reversed(self.told), "its start")
        with selectors.DefaultSelector() as ready:
            ready.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.rest:
                assert ready.select(max(0.0, end - time.monotonic())), f"{self.box}: silent since {last}"
                if not (data := self.process.stdout.read()):
                    self.errors.seek(0)
                    words = self.errors.read().decode(errors="replace")
                    if words.startswith("skip: "):
                        pytest.skip(words.removeprefix("skip: ").strip())
                    raise AssertionError(f"{self.box}: the driver ended after {last}: {words}")
                self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Waits for a driver that has told everything, stops one that has not; both clean up after themselves."""
        if len(self.told) < len(self.cheats):
            self.process.terminate()
        self.process.wait(CHEAT_SECONDS)
        self.errors.close()
        assert self.process.stdout
        self.process.stdout.close()
