"""What people's files do while they are imported: it works, or one sentence says what the sandbox does not allow."""

import pytest

from .conftest import RIGHT, Grade

WORKS = {
    "arguments": "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', type=float)\np.parse_args()",
    "script": "import sys\nif len(sys.argv) > 1: sys.exit(2)",
    "exit hook": "import atexit\natexit.register(lambda: print('bye'))",
    "cores": "import os\nN = os.cpu_count() - 1",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass Config:\n    lr: float = 0.1\nConfig()",
    "determinism": "import torch\ntorch.use_deterministic_algorithms(True)\ntorch.autograd.set_detect_anomaly(True)",
    "device": "import torch\ntorch.set_default_device('cuda' if torch.cuda.is_available() else 'cpu')",
    "failed download": "from torchvision import datasets\ntry:\n    datasets.MNIST('data', download=True)\n"
    "except Exception as e:\n    print(type(e).__name__)",
    "float64": "import torch\ntorch.set_default_dtype(torch.float64)",
    "own folder": "import os\nos.listdir(os.path.dirname(os.path.abspath(__file__)))",
    "future": "from __future__ import annotations",
    "failed program": "import subprocess\ntry:\n    subprocess.check_output(['git', 'rev-parse', 'HEAD'])\n"
    "except Exception: pass",
    "home": "import pathlib\npathlib.Path.home().joinpath('.mycache').mkdir(exist_ok=True)",
    "interop": "import torch\ntorch.set_num_interop_threads(1)",
    "script of torch": "import torch\n@torch.jit.script\ndef f(x):\n    return x * 2\nf(torch.ones(3))",
    "locale": "import locale\nlocale.setlocale(locale.LC_ALL, '')",
    "log file": "import logging\nlogging.basicConfig(filename='train.log', level=logging.INFO)\nlogging.info('hi')",
    "checkpoint": "import os, torch\nos.makedirs('checkpoints', exist_ok=True)\n"
    "torch.save({'a': torch.ones(1)}, 'checkpoints/a.pt')\nprint(torch.load('checkpoints/a.pt'))",
    "pickle": "import pickle, torch\nclass M(torch.nn.Module): pass\npickle.loads(pickle.dumps(M()))",
    "pool of threads": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(4) as p: list(p.map(abs, [1, 2]))",
    "much output": "for i in range(20000): print('line', i)",
    "recursion": "import sys\nsys.setrecursionlimit(10**6)",
    "seeds": "import random, numpy as np, torch\nrandom.seed(42); np.random.seed(42); torch.manual_seed(42)\n"
    "torch.cuda.manual_seed_all(42)",
    "picture": "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
    "start method": "import multiprocessing as mp\nmp.set_start_method('spawn')",
    "start method of torch": "import torch.multiprocessing as mp\nmp.set_start_method('spawn', force=True)",
    "temporary file": "import tempfile\nwith tempfile.NamedTemporaryFile() as f: f.write(b'x')",
    "thread": "import threading\nthreading.Thread(target=lambda: None).start()",
    "threads of torch": "import torch\ntorch.set_num_threads(8)",
    "time zone": "import datetime, zoneinfo\ndatetime.datetime.now(zoneinfo.ZoneInfo('Europe/Berlin'))",
    "user": "import getpass, socket, platform\nprint(getpass.getuser(), socket.gethostname(), platform.processor())",
    "warnings": "import warnings\nwarnings.simplefilter('error')",
}
TOLD = {
    "compile": ("import torch\n@torch.compile\ndef f(x): return x * 2\nf(torch.ones(3))", "leave out torch.compile"),
    "Colab": ("from google.colab import drive\ndrive.mount('/content/drive')", "belongs to Colab or Jupyter"),
    "CUDA": ("import torch\ntorch.set_default_device('cuda')\ntorch.ones(1)", "this runs on the CPU"),
    "download": ("import urllib.request\nurllib.request.urlopen('http://example.com/')", "has no network"),
    "input": ("name = input('name? ')", "nobody answers input()"),
    "Qt": ("import matplotlib\nmatplotlib.use('Qt5Agg')\nimport matplotlib.pyplot as plt", "no screen here"),
    "Tk": ("import matplotlib.pyplot as plt\nplt.switch_backend('TkAgg')\nplt.figure()", "no screen here"),
    "relative import": ("from .utils import helper", "without the dot"),
    "helper": ("from utils import helper", "utils"),
    "program": ("import subprocess\nsubprocess.run(['nvidia-smi'])", "starts no processes"),
    "workers": (
        "import torch\nfrom torch.utils.data import DataLoader, TensorDataset\n"
        "for b in DataLoader(TensorDataset(torch.ones(4, 1)), num_workers=2): pass",
        "num_workers=0",
    ),
    "foreign file": ("open('/etc/made-here', 'w')", "only into its working folder"),
}  # fmt: skip


@pytest.mark.parametrize("habit", WORKS)
def test_a_habit_works(grade: Grade, habit: str) -> None:
    """A right file that begins with it gets all points."""
    record = grade(f"{WORKS[habit]}\n\n\n{RIGHT}")
    assert record.outcome == "passed", record.verdicts[0].message


@pytest.mark.parametrize("habit", TOLD)
def test_a_habit_that_cannot_work_has_a_sentence(grade: Grade, habit: str) -> None:
    """A file that needs what the sandbox lacks is told so in one line beside Python's own, without a traceback."""
    source, sentence = TOLD[habit]
    record = grade(f"{source}\n\n\n{RIGHT}", seconds=60, total_seconds=120, memory_mb=1024)  # the compiler is large
    assert record.outcome == "failed" and record.earned == 0
    assert sentence in record.verdicts[0].message and "Traceback" not in record.verdicts[0].message
