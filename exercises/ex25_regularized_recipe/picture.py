"""ex25's picture: what your recipe reads beside plain training and early stopping, trained here and now."""

import torch
from picture_digits import LABELS, TEST, TRAIN, VAL, images, labels
from torch import nn
from torch.nn import functional as F


def moved(x):
    """The hidden test's change: each image shifted by up to half a pixel, and noise of .05."""
    theta = torch.eye(2, 3).repeat(len(x), 1, 1)
    theta[:, :, 2] = (torch.rand(len(x), 2) - 0.5) / 4  # the image is 2 wide in these coordinates
    grid = F.affine_grid(theta, [len(x), 1, 8, 8], align_corners=False)
    x = F.grid_sample(x[:, None], grid, align_corners=False)[:, 0]
    return (x + 0.05 * torch.randn_like(x)).clamp(0, 1)


def baseline(x, y, x_val, y_val, stop, drop=0.0, decay=0.0, mix=False):
    """The MLP 64-128-10 after 60 epochs, or with the lowest validation loss; with the tools that are named."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Dropout(drop), nn.Linear(128, 10))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=decay)
    targets = F.one_hot(y, 10).float()
    best, kept = float("inf"), {}
    for _ in range(60):
        model.train()
        for rows in torch.randperm(len(x)).split(50):
            lam = torch.distributions.Beta(0.2, 0.2).sample() if mix else 1.0
            partner = rows[torch.randperm(len(rows))]
            mixed = [lam * part[rows] + (1 - lam) * part[partner] for part in (x, targets)]
            optimizer.zero_grad()
            F.cross_entropy(model(mixed[0]), mixed[1]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            loss = F.cross_entropy(model(x_val), y_val).item()
        if loss < best or not stop:
            best, kept = loss, {name: tensor.clone() for name, tensor in model.state_dict().items()}
    model.load_state_dict(kept)
    return model.eval()


def scene(module):
    """Per training the classes of 400 test digits, centered and as the hidden test has them."""
    x, x_val, x_test = images().split([TRAIN, VAL, TEST])
    y, y_val, _ = labels().split([TRAIN, VAL, TEST])
    exam = moved(x_test)
    models = {
        "plain training": baseline(x, y, x_val, y_val, stop=False),
        "early stopping alone": baseline(x, y, x_val, y_val, stop=True),
        "early stopping, mixup,\ndropout, decay": baseline(
            x, y, x_val, y_val, stop=True, drop=0.2, decay=0.1, mix=True
        ),
        "recipe": module.train_recipe(x.clone(), y.clone(), x_val.clone(), y_val.clone()),
    }
    with torch.no_grad():
        return {name: [model(one.clone()).argmax(1) for one in (x_test, exam)] for name, model in models.items()}


def claim(reference):
    """On the hidden test's kind of digits early stopping helps, and the recipe helps more."""
    shares = {name: pair[1] for name, pair in bars(None, reference).items()}
    plain, stopped, recipe = (
        shares[name] for name in ("plain training", "early stopping alone", "the solution's recipe")
    )
    assert stopped > plain + 0.05, f"early stopping reads {stopped:.2f}, plain training {plain:.2f}"
    assert recipe > stopped + 0.03, f"the recipe reads {recipe:.2f}, early stopping alone {stopped:.2f}"


def draw(submission, reference):
    """One group of bars per training: right answers on centered digits and on those of the hidden test's kind."""
    from matplotlib.figure import Figure

    shares = bars(submission, reference)
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.subplots()
    for shift, part, label in ((0.2, 0, "centered digits"), (-0.2, 1, "shifted by up to half a pixel, noisy")):
        places = [shift - row for row in range(len(shares))]
        drawn = axes.barh(places, [pair[part] for pair in shares.values()], height=0.38, label=label)
        axes.bar_label(drawn, fmt="%.2f", padding=3)
    axes.set_yticks([-row for row in range(len(shares))], list(shares))
    axes.set_xlim(0, 1)
    axes.set_xlabel(f"share of {TEST} test digits that are read right; a quarter of the training labels are wrong")
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def bars(submission, reference):
    """Name -> share of right answers on (centered, exam) digits; the baselines are those beside the submission."""
    right = [int(mark) for mark in LABELS[-TEST:]]
    shares = {}
    for side, seen in (("your recipe", submission), ("the solution's recipe", reference)):
        for name, answers in (seen or {}).items():
            label = side if name == "recipe" else name
            if label not in shares:
                shares[label] = [sum(int(a) == b for a, b in zip(one, right, strict=True)) / TEST for one in answers]
    order = [name for name in shares if "recipe" not in name] + [name for name in shares if "recipe" in name]
    return {name: shares[name] for name in order}
