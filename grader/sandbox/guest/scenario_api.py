"""What a scenario may import from `grader.suite`: the same two functions on both sides of the border."""

from collections.abc import Callable
from typing import Any


def picture(figure: Any) -> dict[str, Any]:
    """What a matplotlib figure shows, as plain data: per axes its images, lines, title, and whether it is drawn."""
    axes = []
    for ax in figure.axes:
        axes.append(
            {
                "title": ax.get_title(),
                "axis": bool(ax.axison),
                "visible": bool(ax.get_visible()),
                "images": [
                    {"data": image.get_array(), "cmap": image.get_cmap().name, "clim": image.get_clim()}
                    for image in ax.images
                ],
                "lines": [line.get_xydata() for line in ax.lines],
                "collections": len(ax.collections),
            }
        )
    return {"axes": axes}


def weights_before_each_step(run: Callable[[], Any]) -> tuple[Any, list[dict[str, Any]]]:
    """Calls `run` and reports, for each optimizer step it made, all parameters and gradients just before that step.

    Works for any torch optimizer, wherever the learner built it. Returns (what `run` returned, steps), each step a
    dict with `optimizer` (class name), `lr`, `weights` and `grads` (tensors in group order, None without a gradient).
    """
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    steps: list[dict[str, Any]] = []

    def note(optimizer: Any, args: Any, kwargs: Any) -> None:
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        steps.append(
            {
                "optimizer": type(optimizer).__name__,
                "lr": optimizer.param_groups[0]["lr"],
                "weights": [p.detach().clone() for p in parameters],
                "grads": [None if p.grad is None else p.grad.detach().clone() for p in parameters],
            }
        )

    hook = register_optimizer_step_pre_hook(note)
    try:
        return run(), steps
    finally:
        hook.remove()
