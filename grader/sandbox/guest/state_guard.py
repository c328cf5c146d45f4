"""What one question can leave behind for the next one in the same process (guest).

An examinee that answers a second question must be as good as a new one. Code that patches torch, changes a setting,
leaves a folder or a thread behind is nothing bad; its process just serves no further question.
"""

import builtins
import contextlib
import gc
import os
import random
import sys
import time
from typing import Any

import numpy as np

PLACES = (
    "torch", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.Module", "torch.Tensor", "torch.autograd",
    "torch.optim", "torch.optim.Optimizer", "torch.optim.lr_scheduler", "torch.utils.data",
    "torchvision.transforms.v2.functional",
)  # fmt: skip
CLASSES = ("torch.nn", "torch.optim", "torch.optim.lr_scheduler", "torchvision.transforms.v2")
METHODS = ("__init__", "__call__", "forward", "step", "zero_grad", "reset_parameters", "transform", "make_params")
HOOKS = "torch.nn.modules.module"


class PatchDetector:
    """Which objects stand behind the names that code under test, or a scenario, is likely to patch.

    Not all names: each object that is looked at costs a child a copy of the memory page in which it lies.
    """

    def __init__(self) -> None:
        self.tables: list[Any] = []
        self.classes: list[Any] = []
        self.before: tuple[list[tuple[int, ...]], list[int]] = [], []

    def note(self) -> None:
        """Takes the present as unchanged."""
        places = [builtins, random, time, np.random, *filter(None, map(there, PLACES))]
        modules = filter(None, map(there, CLASSES))
        self.tables = [vars(place) for place in places]
        self.classes = [vars(one) for module in modules for one in vars(module).values() if isinstance(one, type)]
        self.before = self.present()

    def present(self) -> tuple[list[tuple[int, ...]], list[int]]:
        whole = [tuple(map(id, table.values())) for table in self.tables]
        return whole, [id(table.get(name)) for table in self.classes for name in METHODS]

    def changed(self) -> bool:
        return self.present() != self.before


def there(name: str) -> Any:
    """The module or class of this name, None if its module has not been imported."""
    module, _, last = name.rpartition(".")
    return sys.modules.get(name) or getattr(sys.modules.get(module), last, None)


class StateGuard:
    """What surrounds a question, as it was before the first one was read."""

    def __init__(self, torch: Any, names: PatchDetector, scratch: str) -> None:
        self.torch, self.names, self.scratch = torch, names, scratch
        self.before = self.settings()

    def changed(self) -> bool:
        """Whether another question would find anything else than the first one did; files are removed first."""
        gc.collect(0)  # what holds a file or a thread goes now, not in the midst of the next question
        with contextlib.suppress(OSError):
            for name in os.listdir(self.scratch):
                os.unlink(os.path.join(self.scratch, name))
        return self.settings() != self.before or self.names.changed()

    def settings(self) -> tuple[Any, ...]:
        torch, hooks = self.torch, vars(sys.modules[HOOKS])
        return (
            torch.get_default_dtype(),
            torch.get_default_device(),
            torch.is_grad_enabled(),
            torch.is_inference_mode_enabled(),
            torch.is_anomaly_enabled(),
            torch.are_deterministic_algorithms_enabled(),
            torch.get_num_threads(),
            [len(hooks[name]) for name in hooks if name.startswith("_global_") and name.endswith("hooks")],
            np.geterr(),
            dict(os.environ),
            os.getcwd(),
            os.listdir(self.scratch),
            list(sys._current_frames()),
            [id(one) for one in (sys.stdin, sys.stdout, sys.stderr, sys.gettrace(), sys.getprofile())],
            (sys.getrecursionlimit(), sys.path[:], gc.isenabled()),
        )
