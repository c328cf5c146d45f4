"""Another exercise's work under this one's name: said where it is sure, with the points as they are."""

import json
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.report.page.elsewhere import Asked

from .conftest import RIGHT, Lay, run

SAID = "looks like ex01's work: it defines none of the names asked for, but those of ex01"
PLOTS = "def plot(x):\n    return x\n"


def test_work_of_another_exercise_is_named(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Feedback and the page say whose names a file or notebook has; a file with names of nobody keeps its own cause."""
    cells = [{"cell_type": "code", "source": text} for text in ("import torch", RIGHT)]
    given = {"ann/double.py": RIGHT, "bo/double.ipynb": json.dumps({"cells": cells}), "cy/double.py": PLOTS,
             "dee/double.py": f"{RIGHT}\n\ndef double(x):\n    return x\n"}  # fmt: skip
    out = tmp_path / "out"
    done = run(lay("class", given), "--out", out, "--course", course, "--seed", 1)
    assert done.returncode == 0, done.stderr
    doc = json.loads((out / "report.json").read_text(encoding="utf-8"))
    said = {one["student"]: one["reason"] for one in doc["unusable"]}
    assert said == {"ann": SAID, "bo": SAID, "cy": "defines nothing that the exercise asks for"}
    assert {one["id"]: one["units"]["ex02_double"]["earned"] for one in doc["students"]} == dict.fromkeys(
        ("ann", "bo", "cy", "dee"), "0.00"
    )
    for name in ("ann", "bo"):
        assert (out / "feedback" / f"{name}.md").read_text(encoding="utf-8").count(SAID) == 1
    assert "looks like" not in (out / "feedback" / "dee.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("class Model:\n    pass\n\n\ndef fit(model):\n    pass\n", "ex03"), ("def fit(model):\n    pass\n", "ex04"),
        ("class Model:\n    pass\n", ""), ("def fit():\n    pass\n\n\ndef score():\n    pass\n", ""),
        ("def fit():\n    return double\n", ""), ("    def fit(self):\n        pass\n", ""), ("fit = print\n", ""),
    ],
)  # fmt: skip
def test_only_what_is_sure_is_said(lay: Lay, source: str, key: str) -> None:
    """All names of one exercise at the top of the file and none of its own anywhere; of two that fit the fuller one."""
    stubs = {"ex02_double/double.py": "def double(x): ...\n", "ex03_a/a.py": "class Model: ...\ndef fit(m): ...\n",
             "ex04_b/b.py": "def fit(m): ...\n", "ex05_c/c.py": "def score(m): ...\n"}  # fmt: skip
    for path in list(stubs):
        title, file = path.partition("/")[0], path.rpartition("/")[2]
        stubs[f"{title}/exercise.toml"] = f'format = 1\ntitle = "{title}"\nfile = "{file}"\n'
    root = lay("made", {f"exercises/{path}": text for path, text in stubs.items()})
    asked = Asked(Course.load(root).exercises.values())
    assert asked.other("ex02_double", source) == key
