"""What the examiner of ex44 knows: bodies with given numbers, and digits with new class numbers."""

import numpy as np
import torch
from torch import nn

from grader.suite import digits, normal, weights_before_each_step

# ---- scenarios: run beside the learner's code and only report


def body_of(values):
    """Linear, batch norm and dropout, nested, with these parameters and buffers."""
    body = nn.Sequential(
        nn.Linear(6, 8),
        nn.BatchNorm1d(8),
        nn.Tanh(),
        nn.Sequential(nn.Dropout(0.5), nn.Linear(8, 5), nn.BatchNorm1d(5)),
    )
    body.load_state_dict({name: torch.as_tensor(one).clone() for name, one in values.items()})
    return body


def numbers(model):
    return {name: one.detach().clone() for name, one in model.state_dict().items()}


def features_of(values, x):
    """What the body makes of x in eval mode."""
    return body_of(values).eval()(torch.as_tensor(x))


def rows_seen(module, x, y, classes, steps):
    """How many rows of x, each with a feature of its own, gave a gradient in each step.

    >>> fine_tune(torch.nn.Linear(x.shape[1], x.shape[1], bias=False), x.shape[1], classes, x, y, steps=steps)
    ...  # another body
    """
    count = x.shape[1]
    body = nn.Linear(count, count, bias=False)
    with torch.no_grad():
        body.weight.copy_(torch.eye(count))
    _, told = weights_before_each_step(lambda: module.fine_tune(body, count, classes, x, y, steps=steps))
    grads = [grad for one in told for grad in one["grads"] if grad is not None and grad.shape == (classes, count)]
    return [(grad != 0).any(0).sum() for grad in grads]


def digit_body():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU())


def trained(model, x, y, steps, size):
    """Adam on batches drawn at random."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    model.train()
    for _ in range(steps):
        batch = torch.randint(len(x), (size,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
        optimizer.step()
    return model.eval()


def pretrained(x, y):
    """The numbers of a body that was trained on many digits."""
    model = trained(nn.Sequential(digit_body(), nn.Linear(64, 10)), torch.as_tensor(x), torch.as_tensor(y), 200, 64)
    return numbers(model[0])


def from_scratch(x, y, others):
    """What the same network, trained on the few digits alone, says of the others."""
    x, y = torch.as_tensor(x), torch.as_tensor(y)
    return trained(nn.Sequential(digit_body(), nn.Linear(64, 10)), x, y, 100, 30)(torch.as_tensor(others)).argmax(1)


# ---- the examiner's side


def drawn_body(draw):
    """Numbers for a body: parameters, running means and variances, and how many batches it has seen."""
    shapes = {
        "0.weight": (8, 6), "0.bias": (8,), "1.weight": (8,), "1.bias": (8,), "1.running_mean": (8,),
        "1.running_var": (8,), "3.1.weight": (5, 8), "3.1.bias": (5,), "3.2.weight": (5,), "3.2.bias": (5,),
        "3.2.running_mean": (5,), "3.2.running_var": (5,),
    }  # fmt: skip
    values = {name: normal(draw, *shape) for name, shape in shapes.items()}
    for name in values:
        if name.endswith("_var"):
            values[name] = np.abs(values[name]) + 0.5
    return values | {f"{name}.num_batches_tracked": np.array(int(draw.integers(5, 99))) for name in ("1", "3.2")}


def few_digits(draw):
    """Known digits and labels; three of each class under new numbers; the others with theirs."""
    data = digits()
    x, y = np.concatenate([data.x_train, data.x_val]), np.concatenate([data.y_train, data.y_val])
    renamed = draw.permutation(10)[data.y_test]
    order = draw.permutation(len(renamed))
    few = np.concatenate([order[renamed[order] == label][:3] for label in range(10)])
    few = draw.permutation(few)
    rest = np.setdiff1d(order, few)
    return (x, y), (data.x_test[few], renamed[few].astype("int64")), (data.x_test[rest], renamed[rest])


def slopes(scores, row, label):
    """The gradient of the cross entropy by the head's weight: for its scores, and for their softmax in their place."""
    first = np.exp(scores) / np.exp(scores).sum()
    second = np.exp(first) / np.exp(first).sum()
    hit = np.arange(len(scores)) == label
    through = second - hit
    return np.outer(first - hit, row), np.outer(first * (through - first @ through), row)
