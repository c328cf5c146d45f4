"""The magics in a real Jupyter kernel, on the notebooks that `grader init --notebooks` writes."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from grader.base.isolation import python
from grader.commands.init import lay_out
from grader.course.course import Course, carried_course, with_suite
from grader.course.notebook import name_of
from grader.verify.mistake import Mistake

SECONDS = 200


class Kernel:
    """One kernel in a workspace with notebooks; `run` gives what a reader sees below a cell."""

    def __init__(self, root: Path, names: list[str]) -> None:
        self.course, self.root = carried_course(), root
        lay_out(self.course, root, names, notebooks=True)

    def book(self, name: str) -> Any:
        exercise = Course.load(self.root).exercise(name)
        return nbformat.read(exercise.folder / name_of(exercise), 4)

    def run(self, cells: list[str]) -> list[str]:
        """The plain text below each cell, from a new kernel; any traceback in it is the text."""
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
        there = {"metadata": {"path": str(self.root)}}
        NotebookClient(book, timeout=SECONDS, allow_errors=True, resources=there).execute()
        return ["\n".join(map(text_of, cell.outputs)) for cell in book.cells]


def text_of(output: Any) -> str:
    if output.output_type == "error":
        return "\n".join(output.traceback)
    return str(output.text if output.output_type == "stream" else output.data.get("text/plain", ""))


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the user's Jupyter settings decides a test, and the kernel is the one of this environment."""
    home = tmp_path / "jupyter"
    (home / "kernels" / "python3").mkdir(parents=True)
    words = [*python("ipykernel_launcher"), "-f", "{connection_file}"]
    spec = {"argv": words, "display_name": "Python 3", "language": "python"}
    (home / "kernels" / "python3" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(home))


@pytest.mark.timeout(900)  # two checks of each exercise
def test_every_exercises_notebook(tmp_path: Path) -> None:
    """The solution in the checked cell passes the test that a known mistake there fails, in words."""
    kernel = Kernel(tmp_path / "course", carried_course().order)
    cells, expected = ["%load_ext grader"], [""]
    for exercise in map(with_suite, carried_course().exercises.values()):
        own = [cell.source for cell in kernel.book(exercise.id).cells if cell.cell_type == "code"]
        (checked,) = [text for text in own if text.startswith("%%check")]
        first, path = checked.partition("\n")[0], exercise.mistakes[0]
        assert first == f"%%check {exercise.key}"
        name = Mistake.read(path).must[0].partition("[")[0]
        for source, word in ((exercise.solution.read_bytes(), "✓ "), (exercise.mistake(path.stem), "(0/")):
            cells.append(f"{first} --test {name} --seed 1\n{source.decode()}")
            expected.append(word)
    for cell, shown, word in zip(cells, kernel.run(cells), expected, strict=True):
        assert word in shown and "Traceback" not in shown, f"{cell[:200]}\n…\n{shown}"
        assert word != "✓ " or "✗" not in shown, shown


def test_a_session(tmp_path: Path) -> None:
    """Named cells come along, hints and comparison follow, names can be tried out, and every slip is a sentence."""
    kernel = Kernel(tmp_path / "course", ["ex03_cutmix", "ex01_early_stopping"])
    solution = carried_course().exercise("ex03").solution.read_text(encoding="utf-8")
    helper = "# cell: tools\nimport random\nMOST = 1.0\n"
    untouched = [cell.source for cell in kernel.book("ex01").cells if cell.cell_type == "code"]
    pairs = [
        ("%load_ext grader", ""),
        (untouched[1], "not started; write your code in this cell"),
        ("%define ex01", ""),
        ("%define ex03", "no cell was checked for ex03 yet"),
        (helper, ""),
        (f"%%check ex03 --with tools\n{solution}\nassert MOST == 1.0 and random", "12 of 12 points"),
        (f"%%check ex03 --with toolz\n{solution}", "did you mean `tools`?"),
        ("%define ex03\nprint(cutmix.__name__)", "cutmix"),
        ("%hint ex03", "hint 1 of 3"),
        ("%compare ex03", "largest difference: 0"),
        ("%demo early-stopping patience=5", "stopped after epoch"),
        ("%demo early-stopping patience=5000", "patience goes from 1 to 20"),
        ("%demo early-stoping", "did you mean `early-stopping`?"),
        ("%%check ex03\ndef cutmix(:", "invalid syntax"),
        ("%%check ex77\npass", "there is no exercise 'ex77'"),
        ("%%check ex03 --loud\npass", "unrecognized arguments: --loud"),
        ("%%check\npass", "required: exercise"),
        ("%quiz r99", "r99"),
    ]
    for (cell, word), shown in zip(pairs, kernel.run([cell for cell, _ in pairs]), strict=True):
        assert word in shown and "Traceback" not in shown, f"{cell}\n…\n{shown}"
    points = Course.load(tmp_path / "course")
    assert "ex03_cutmix" in (points.root / ".grader" / "progress.json").read_text(encoding="utf-8")


def test_submitted_code_does_not_run_in_the_kernel(tmp_path: Path) -> None:
    """A checked cell leaves no name, no file and no changed module behind in the kernel."""
    kernel = Kernel(tmp_path / "course", ["ex03_cutmix"])
    hostile = "import json\njson.dumps = None\nopen('left.txt', 'w').write('x')\nSEEN = 1\n"
    shown = kernel.run([
        "%load_ext grader", f"%%check ex03\n{hostile}", "import json\nprint(json.dumps(1), 'SEEN' in globals())",
    ])  # fmt: skip
    assert shown[-1].strip() == "1 False" and "0 of 12 points" in shown[1]
    assert not (tmp_path / "course" / "left.txt").exists()
