"""What the oracles' tests share: a picture's scene as `grader verify` sees it."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.sandbox.guest.wire import pack, unpack


@pytest.fixture
def seen(request: pytest.FixtureRequest) -> Callable[[Any, int], Any]:
    """What the scene of the test module's PICTURE shows of a module, as the plain data that `claim` and `draw` get."""

    def shown(module: Any, seed: int) -> Any:
        torch.manual_seed(seed)
        return unpack(pack(request.module.PICTURE["scene"](module), lambda tensor: tensor.detach().numpy()))

    return shown
