"""What the outputs of cutout show: which pixels are hidden, and where each hole begins and ends."""

import numpy as np
import torch

from grader.suite import answers, require, shaped


def erase(module, images, size, calls, *fill):
    """Outputs of several calls."""
    return [module.cutout(images.clone(), size, *fill) for _ in range(calls)]


def erase_without_gradients(module, images, size, calls, *fill):
    with torch.no_grad():
        return erase(module, images, size, calls, *fill)


def pixels(draw, *shape, dtype="float32"):
    """Random numbers from 0.25 to 1: none of them is a fill of these tests."""
    return draw.uniform(0.25, 1, shape).astype(dtype)


def a_fill(draw):
    """A number that no image holds, exact in every floating dtype."""
    return float(draw.choice([1.5, 2.5, 3.25, -0.5, -1.75]))


def outputs(seen, images, calls):
    """(calls, N, C, H, W). Something returned beside the images is the affair of another test."""
    found = []
    for out in answers(seen, calls):
        if isinstance(out, (list, tuple)) and out:
            out = np.stack(out) if getattr(out[0], "shape", None) == images.shape[1:] else out[0]
        found.append(shaped(out, images.shape, "images that came back"))
    return np.stack(found)


def hidden(out, images, fill, what="", all_of_it=False):
    """(calls * N, H, W): true where a pixel is hidden; by its color, or where that is wrong by its change."""
    painted = (out == fill).any(2)
    if not painted.any():
        painted = (out != images).any(2)
    of_all = f"of {len(out) * len(images)} images" + (f", {what}" if what else "")
    require(painted.any(), f"no pixel {of_all}, was painted with {fill:g}")
    require(all_of_it or not painted.all(), f"every pixel {of_all}, was changed")
    return painted.reshape(-1, *out.shape[3:])


def spans(holes, axis):
    """First and one past the last hidden row (axis 1) or column (axis 2) of each image; (0, 0) if none is hidden."""
    lines = holes.any(3 - axis)
    length = lines.shape[1]
    first = np.where(lines.any(1), lines.argmax(1), 0)
    return first, np.where(lines.any(1), length - lines[:, ::-1].argmax(1), 0)


def sides(holes):
    """(holes, 2): height and width of each hole."""
    return np.stack([end - start for start, end in (spans(holes, 1), spans(holes, 2))], 1)


def rectangular(holes):
    """(holes,): whether the hidden pixels of each image are one full rectangle, or none at all."""
    return sides(holes).prod(1) == holes.sum((1, 2))


def different(holes):
    """How many different holes these are."""
    return len(np.unique(np.packbits(holes.reshape(len(holes), -1), axis=1), axis=0))


def size_of(side):
    return f"{side[0]}×{side[1]}"
