"""What a zygote pays once so that its children need not: slow first uses of torch and its friends (guest)."""

import contextlib


def load_optimizer() -> None:
    """Pays once what every child that trains would pay: the first step of an optimizer imports torch._dynamo."""
    import torch

    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 2)
    )
    optimizer = torch.optim.AdamW(model.parameters())
    for _ in range(2):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(torch.ones(2, 1, 4, 4)), torch.tensor([0, 1])).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    for kind in list(vars(torch.optim).values()):
        # The first optimizer of a class wraps the class's `step`: done here, it is no trace that a question leaves.
        if isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer):
            with contextlib.suppress(TypeError, ValueError):  # the base class, and what a later torch wants more for
                kind([torch.nn.Parameter(torch.zeros(1, 1))])  # type: ignore[call-arg]


def load_pictures() -> None:
    """Pays once for torchvision and matplotlib, which are cheap only after an optimizer's first step."""
    import torchvision.transforms.v2  # noqa: F401
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1, 1))
    figure.subplots().set_title("warm")
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    import matplotlib.pyplot  # noqa: F401

    for part in vars(matplotlib.font_manager).values():
        if hasattr(part, "cache_clear"):
            part.cache_clear()  # else every child spends two milliseconds on freeing the fonts: matplotlib makes it so
