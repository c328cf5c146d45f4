"""Sources that harm whoever parses them harm a child only."""

import io
import json
import os
import zipfile

import pytest

from grader.base.errors import SubmissionError, UsageError
from grader.disposable import Children, ask, in_fork, syntax


def test_syntax_is_told_with_its_line() -> None:
    """Right Python has no problem; wrong Python has a line and a reason."""
    assert syntax(b"def f(x):\n    return x\n") is None
    problem = syntax(b"x = 1\ndef f(:\n")
    assert problem is not None and problem.line == 2 and problem.what
    assert syntax(b"x = '\xe9'") is not None and syntax(b"x = 1\0") is not None


@pytest.mark.parametrize(
    "source", [b"x=" + b"-" * 300_000 + b"1", b"a" + b".b" * 300_000, b"#" * (2 << 20)], ids=["minus", "dots", "long"]
)
def test_a_parser_bomb_is_refused(source: bytes) -> None:
    """What no parser survives becomes a sentence about the file."""
    with pytest.raises(SubmissionError, match="nested|memory|larger|crash|computing"):
        syntax(source)


def test_a_fork_may_die() -> None:
    """in_fork passes answers on; an error, an endless loop and a death in it are SubmissionErrors here."""
    assert in_fork(lambda: {"a": [1, "ü"]}) == {"a": [1, "ü"]}

    def refuse() -> None:
        raise UsageError("is no quiz")

    def loop() -> None:
        while True:
            pass

    for call, sentence in ((refuse, "is no quiz"), (loop, "1 s of computing"), (lambda: os._exit(9), "exit code 9")):
        with pytest.raises(SubmissionError, match=sentence):
            in_fork(call)


def test_one_bad_item_does_not_stop_the_next() -> None:
    """A child that dies takes only its own item with it."""
    with Children("fingerprint") as read:
        assert read(b"x = 1")["grams"]
        for bad in (b"def f(:", b"a" + b".b" * 300_000):
            with pytest.raises(SubmissionError):
                read(bad)
        assert read(b"x = 1")["grams"]


def notebook(*cells: str, kind: str = "code") -> bytes:
    book = {"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "# Title"}]}
    book["cells"] += [{"cell_type": kind, "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps(book).encode()


def test_a_notebook_becomes_a_module() -> None:
    """Definitions and what they use stay, other calls, loops and magics go; lines know their cell."""
    answer, _ = ask("notebook", {}, notebook(
        "%matplotlib inline\nimport torch\n!pip install x\nLR = 0.1; model = make(); NAME = 'é'; z = 3",
        "%%bash\nrm -rf /",
        "from __future__ import annotations\n@decorated(1)\ndef f(x):\n    '''\n%kept\n    '''\n    return x  # why\n\n"
        "f(3)\nfor i in []: pass",
        "%%time\nclass A:\n    pass",
        "def broken(:",
    ))  # fmt: skip
    assert answer["source"].splitlines() == [
        "from __future__ import annotations", "# cell 2", "import torch", "LR = 0.1", "NAME = 'é'", "z = 3", "# cell 4",
        "@decorated(1)", "def f(x):", "    '''", "%kept", "    '''", "    return x", "# cell 5", "class A:", "    pass",
    ]  # fmt: skip
    assert answer["lines"][2] == [2, 2] and answer["lines"][8] == [4, 3] and answer["lines"][1] is None
    assert [(one["cell"], one["what"]) for one in answer["left_out"]] == [
        (2, "an assignment with a call that nothing graded uses"), (3, "the whole cell (%%bash)"), (4, "an expression"),
        (4, "a loop"), (6, "the whole cell (not Python)"),
    ]  # fmt: skip
    compile(answer["source"], "module", "exec")


def test_what_only_colab_knows_does_not_reach_the_module() -> None:
    """Imports from outside the course go where nothing uses them; a file written by a cell is the module's text."""
    answer, _ = ask("notebook", {}, notebook(
        "from google.colab import drive\ndrive.mount('/content')", "import pandas as pd, seaborn\nimport math",
        "%%writefile cutmix.py\nimport torch\nfrom tqdm.auto import tqdm\ndef f(x):\n    return tqdm(x)",
        "%%writefile notes.txt\nx = 1", "from helpers import *",
    ))  # fmt: skip
    assert answer["source"].splitlines() == [
        "# cell 3", "import math", "# cell 4", "import torch", "try:", "    from tqdm.auto import tqdm",
        "except ImportError:", "    pass", "def f(x):", "    return tqdm(x)", "# cell 6", "try:",
        "    from helpers import *", "except ImportError:", "    pass",
    ]  # fmt: skip
    told = [(one["cell"], one["what"]) for one in answer["left_out"]]
    assert told.count((2, "an import that nothing uses")) == told.count((3, "an import that nothing uses")) == 1
    assert (5, "the whole cell (%%writefile)") in told and len(told) == 4


STUB = "def cutmix(x):\n    raise NotImplementedError\n"


ASKED = "def cutmix(x):\n    return "


@pytest.mark.parametrize(
    "cells, kept, left",
    [
        (["device = torch.device('cpu')", f"{ASKED}x.to(device)"], "device = torch.device('cpu')", None),
        (["class Cfg:\n    a = 1", "CFG = Cfg()", "CFG.a = 2", f"{ASKED}CFG.a"], "CFG.a = 2", None),
        (["data = load()", "def cutmix(x):\n    data = x\n    return data"], "data = x", "an assignment with a call"),
        (["try:\n    import fast\nexcept ImportError:\n    fast = None", f"{ASKED}fast"], "fast = None", None),
        (["import pandas as pd", "def plot(d):\n    return pd.plot(d)", f"{ASKED}x"], "return x", "plot, which"),
        (["import tqdm", "bar = tqdm.tqdm()", f"{ASKED}bar"], "# cell 2\nimport tqdm\n", None),
        ([f"{ASKED}1", f"{ASKED}2"], "return 2", "cell 3 defines again"),
        (["x = 0", f"%%writefile cutmix.py\n{ASKED}3"], "return 3", "writes cutmix.py, is the submission"),
        (["table = []", "for i in range(3):\n    table.append(i)", f"{ASKED}table"], "append(i)", None),
        (["K = None\ndef setup():\n    global K\n    K = 2", "setup()", f"{ASKED}K * x"], "\nsetup()", None),
        (["class Net: pass", "setattr(Net, 'k', 2)", f"{ASKED}Net.k"], "setattr(Net", None),
        (["w = torch.empty(2)", "torch.nn.init.ones_(w)", "plot(w)", f"{ASKED}w"], "ones_(w)", "an expression"),
        (["model = train()", f"{ASKED}x", "print(cutmix(model))"], "return x", "an expression"),
    ],
)
def test_what_is_asked_for_decides_what_a_notebook_keeps(cells: list[str], kept: str, left: str | None) -> None:
    """A call stays where the asked-for function needs it, directly or not, and whatever goes has a reason."""
    answer, _ = ask("notebook", {"stub": STUB, "file": "cutmix.py"}, notebook(*cells))
    assert kept in answer["source"]
    told = [one["what"] for one in answer["left_out"]]
    assert any(left in what for what in told) if left else not told
    compile(answer["source"], "module", "exec")


def test_files_that_cells_write_come_along() -> None:
    """A helper that a cell writes is handed over beside the module, and a second cell may append to it."""
    cells = (
        "%%writefile helper.py\nA = 1",
        "%%writefile -a helper.py\nB = 2",
        "import helper\ndef cutmix(x):\n    return helper.A",
    )
    answer, _ = ask("notebook", {"stub": STUB, "file": "cutmix.py"}, notebook(*cells))
    assert answer["written"] == {"helper.py": "A = 1\nB = 2\n"} and "return helper.A" in answer["source"]


@pytest.mark.parametrize("data", [b"[]", b"{", b"[" * 100_000, b"\xff\xfe", b'{"cells": 3}', b"null"])
def test_what_is_no_notebook_is_refused(data: bytes) -> None:
    """JSON of another kind, broken JSON, deep JSON and other encodings are sentences, not crashes."""
    with pytest.raises(SubmissionError, match="notebook|nested"):
        ask("notebook", {}, data)


def test_odd_cells_are_left_out() -> None:
    """Cells without a source, of another kind or of wrong types do no harm."""
    book = {
        "cells": [
            3,
            {"cell_type": "code"},
            {"cell_type": "code", "source": [1, "x = 1"]},
            {"cell_type": "raw", "source": "y = 1"},
        ]
    }
    assert ask("notebook", {}, json.dumps(book).encode())[0]["source"] == "# cell 3\nx = 1\n"


def test_zip_members_are_counted_as_they_come_out() -> None:
    """A member that unpacks to more than the cap is refused alone, whatever size it declares."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.py", "x = 1")
        archive.writestr("bomb.py", b"0" * (40 << 20))
    lengths, data = ask("archive", {"do": "read", "members": [0, 1], "cap": 1 << 20}, raw.getvalue())
    assert lengths == [5, {"refused": "unpacks to more than 1 MiB"}] and data == b"x = 1"
    with pytest.raises(SubmissionError, match="zip"):
        ask("archive", {"do": "list"}, b"PK\x03\x04 nothing")
