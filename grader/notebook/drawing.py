"""Demonstrations in a notebook: one figure for the parameters that were given, sliders where ipywidgets is there."""

import base64
import json
import subprocess
from typing import Any

from grader.base.errors import CourseError, UsageError
from grader.base.isolation import environment, python
from grader.base.toml import nearest
from grader.demo import Choice, Drawing, Failure, Value
from grader.demo.library import ONE_THREAD, Demo


class Drawer:
    """The process that draws, kept for the next move of a slider."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def draw(self, demo: Demo, values: dict[str, Value]) -> Drawing:
        """The figure. CourseError if the demonstration fails."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                python("grader.demo.worker"), env=environment(ONE_THREAD), cwd="/", stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        assert self.process.stdin is not None and self.process.stdout is not None
        asked = json.dumps({"path": str(demo.path), "values": values, "dark": False})
        self.process.stdin.write(asked.encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer: Drawing | Failure = json.loads(line) if line else {"error": "the drawing process ended"}
        if "error" in answer:
            raise CourseError(f"cannot be drawn: {answer['error']}", str(demo.path), "tell your instructor")
        return answer

    def close(self) -> None:
        """Ends the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


class Figure:
    """A drawn figure with its numbers."""

    def __init__(self, demo: Demo, drawn: Drawing) -> None:
        self.title, self.svg = demo.title, base64.b64decode(drawn["svg"]).decode("utf-8")
        self.numbers = ", ".join(f"{name}: {value}" for name, value in drawn["numbers"].items())

    def __repr__(self) -> str:
        return f"{self.title}\n{self.numbers}"

    def _repr_svg_(self) -> str:
        return self.svg


def given(demo: Demo, words: list[str]) -> dict[str, Value]:
    """The parameters as `name=value`, the others as the demonstration has them. UsageError for an unknown name."""
    pairs = dict(word.partition("=")[::2] for word in words)
    known = [one.name for one in demo.parameters]
    for name in pairs:
        if name not in known:
            advice = nearest(name, known) or f"it has {', '.join(known)}"
            raise UsageError(f"{demo.id} has no parameter {name!r}", next=advice)
    return demo.values(pairs)


def sliders(demo: Demo, drawer: Drawer, values: dict[str, Value]) -> Any:
    """The figure under one control per parameter; None without ipywidgets."""
    try:
        import ipywidgets
    except ImportError:
        return None
    from IPython.display import display

    controls: dict[str, Any] = {}
    for one in demo.parameters:
        name, wide = one.name, {"description_width": "initial"}
        if isinstance(one, Choice):
            control = ipywidgets.Dropdown(options=one.options, value=values[name], description=one.label, style=wide)
        else:
            kind = ipywidgets.IntSlider if isinstance(values[name], int) else ipywidgets.FloatSlider
            control = kind(
                min=one.low, max=one.high, step=one.step, value=values[name], description=one.label, style=wide,
                continuous_update=False,
            )  # fmt: skip
        controls[name] = control

    def show(**moved: Any) -> None:
        drawn = drawer.draw(demo, demo.values({name: str(value) for name, value in moved.items()}))
        display(Figure(demo, drawn))

    return ipywidgets.VBox([*controls.values(), ipywidgets.interactive_output(show, controls)])
