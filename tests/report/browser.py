"""A headless Chromium, told what to do over its debugging pipe; it has no network of its own to use."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars --remote-debugging-pipe"
)


class Browser:
    """One page at a time: `open` it, read `events`, ask it with `evaluate`, take a `screenshot`."""

    def __init__(self, profile: Path) -> None:
        their_in, self.out = os.pipe()
        self.answers, their_out = os.pipe()
        script = f'exec "$0" "$@" 3<&{their_in} 4>&{their_out}'
        command = ["bash", "-c", script, CHROMIUM or "", *FLAGS.split(), f"--user-data-dir={profile}"]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, pass_fds=(their_in, their_out), **quiet)  # type: ignore[call-overload]
        os.close(their_in)
        os.close(their_out)
        self.buffer = b""
        self.number = 0
        self.events: list[dict[str, Any]] = []
        self.session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.answers)

    def receive(self) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise RuntimeError("the browser ended")
            self.buffer += data
        message, _, self.buffer = self.buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def open(self, path: Path, width: int) -> None:
        """Loads a file in a window of that many CSS pixels."""
        self.visit(path.as_uri(), width)

    def visit(self, url: str, width: int = 1250, height: int = 900, **media: str) -> None:
        """Loads a page; `media` are features to pretend, as prefers_color_scheme="dark"."""
        self.events = []
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700
        )
        loader = self.call("Page.navigate", url=url)["loaderId"]
        while not self.loaded(loader):
            self.events.append(self.receive())

    def loaded(self, loader: str) -> bool:
        """Whether this navigation has come to its end; the page before it may report its own end late."""
        arrived = False
        for event in self.events:
            if event.get("method") == "Page.frameNavigated":
                arrived = arrived or event["params"]["frame"]["loaderId"] == loader
            if event.get("method") == "Page.loadEventFired" and arrived:
                return True
        return False

    def evaluate(self, expression: str) -> Any:
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait(self, expression: str, seconds: float = 60) -> None:
        """Until an expression is true, also across a change of page; asserts that it becomes so."""
        poll = f"""new Promise((done) => {{
            const end = Date.now() + {1000 * min(seconds, 5)};
            const look = () => {{
                let value = null;
                try {{ value = Boolean({expression}); }} catch (error) {{ value = null; }}
                if (value || Date.now() > end) done(value); else setTimeout(look, 20);
            }};
            look();
        }})"""
        for _ in range(max(1, int(seconds / 5))):
            try:
                answer = self.call("Runtime.evaluate", expression=poll, awaitPromise=True, returnByValue=True)
            except AssertionError:  # the page was left meanwhile
                continue
            if answer["result"].get("value"):
                return
        raise AssertionError(f"not true after {seconds} s: {expression}\n{self.evaluate('document.body.innerText')}")

    def click(self, selector: str) -> None:
        """A real click into the middle of an element."""
        place = f"document.querySelector({json.dumps(selector)})"
        self.evaluate(f"{place}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        box = self.evaluate(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({place}.getClientRects()[0])")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def press(self, key: str, code: int = 0, shift: bool = False) -> None:
        """One key, as Enter (13) or a letter."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = code or {"Enter": 13, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39}.get(
            key, ord(key[0].upper())
        )
        held = 8 if shift else 0
        for kind, typed in (("keyDown", {"text": text}), ("keyUp", {})):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                modifiers=held,
                **typed,
            )

    def screenshot(self, path: Path) -> bytes:
        """The whole page as PNG, written to `path`."""
        data = base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])
        path.write_bytes(data)
        return data

    def told(self, *methods: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self.events if event.get("method") in methods]


def main() -> None:
    """`python -m tests.report.browser PAGE PNG WIDTH`: a screenshot to look at."""
    import tempfile

    with tempfile.TemporaryDirectory() as profile, Browser(Path(profile)) as browser:
        browser.open(Path(sys.argv[1]).resolve(), int(sys.argv[3]))
        browser.screenshot(Path(sys.argv[2]))


if __name__ == "__main__":
    main()
