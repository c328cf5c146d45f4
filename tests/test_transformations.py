"""Equivalent transformations: right code in another form, alone and several in one file."""

from types import ModuleType
from typing import Any

import pytest
import torch

from grader.verify.transformations import COMPATIBLE, TRANSFORMATIONS, combined, transformed

SOURCE = """
import torch
from torch import nn


def halves(x, factor=1.0):
    if factor <= 0:
        raise ValueError(f"factor is {factor}")
    middle = x.shape[0] // 2
    return factor * x[:middle], factor * x[middle:]


def mean(x):
    first, second = halves(x, 2.0)
    return (first.sum() + second.sum()) / (2 * x.shape[0])


def noise(x):
    return x + torch.randn(x.shape)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 2)
        self.second = nn.Linear(2, 1)

    def forward(self, x):
        return self.second(self.first(x))

    def both(self, x):
        return self.first(x), self(x)

    def shaken(self, x):
        return self.forward(x) + torch.randn(x.shape[0], 1)


def optimizer(net):
    return torch.optim.SGD(net.parameters(), lr=0.1)
"""


def run(text: str) -> Any:
    module = ModuleType("submission")
    exec(compile(text, "submission.py", "exec"), module.__dict__)  # noqa: S102  this file's own text
    return module


@pytest.mark.parametrize("names", [*((name,) for name in TRANSFORMATIONS), *COMPATIBLE], ids=" + ".join)
def test_another_form_gives_the_same(names: tuple[str, ...]) -> None:
    """Results, refusals, parameters and noise are those of the plain code, though another object gives them."""
    assert set(names) <= {*transformed(SOURCE)}
    module = run(combined(SOURCE, names))
    x = torch.arange(6.0)

    assert [half.tolist() for half in module.halves(x)] == [[0, 1, 2], [3, 4, 5]]
    assert module.mean(x) == 2.5 and module.mean(x).dtype == torch.float32
    with pytest.raises(ValueError):
        module.halves(x, factor=-1.0)
    torch.manual_seed(0)
    assert not torch.equal(module.noise(x), module.noise(x))
    net = module.Net()
    assert {name: value.shape for name, value in net.named_parameters()} == {
        "first.weight": (2, 3), "first.bias": (2,), "second.weight": (1, 2), "second.bias": (1,),
    }  # fmt: skip
    with torch.no_grad():
        assert torch.equal(net(torch.ones(1, 3)), net.second(net.first(torch.ones(1, 3))))
        assert torch.equal(net.both(torch.ones(1, 3))[1], net(torch.ones(1, 3)))
        assert not torch.equal(net.shaken(torch.ones(1, 3)), net.shaken(torch.ones(1, 3)))
    (group,) = module.optimizer(net).param_groups
    assert {*map(id, group["params"])} == {*map(id, net.parameters())}


def test_every_transformation_is_tried_together_with_others_once() -> None:
    """The compatible ones are all there are, none twice."""
    assert sorted(name for part in COMPATIBLE for name in part) == sorted(TRANSFORMATIONS)


def test_forms_do_what_their_names_say() -> None:
    """Views are strided, copies are not, words of a refusal are gone, methods are wrapped, layers
    registered the other way round."""
    x = torch.arange(6.0)
    assert not run(combined(SOURCE, ["results as views"])).noise(x).is_contiguous()
    assert run(combined(SOURCE, ["results as copies"])).halves(x)[1].storage_offset() == 0
    with pytest.raises(ValueError, match="^$"):
        run(combined(SOURCE, COMPATIBLE[0])).halves(x, factor=0)
    net = run(combined(SOURCE, COMPATIBLE[1])).Net()
    assert hasattr(net.both(torch.ones(1, 3)), "_fields") and hasattr(net.both, "__wrapped__")
    assert [name for name, _ in net.named_children()] == ["second", "first"]
