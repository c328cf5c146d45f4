"""ex24's picture: the figure that the function makes of eight squares, from dim to bright, that were normalized."""

import numpy as np
import torch

COUNT, MEAN, STD = 8, 0.5, 0.25


def scene(module):
    """Eight stamps with a square of brightness k/8 and the label "k/8": each picture as it is drawn, and where."""
    items = []
    for k in range(1, COUNT + 1):
        image = torch.zeros(1, 8, 8)
        image[0, 2:6, 1:7] = k / COUNT
        items.append(((image - MEAN) / STD, f"{k}/{COUNT}"))
    figure = module.show_batch(items, COUNT, [MEAN], [STD])
    figure.draw_without_rendering()  # a layout engine places the axes only now
    stamps = []
    for axes in figure.axes:
        for image in axes.images:
            box = axes.get_position()
            stamps.append(
                {
                    "pixels": np.array(image.get_array(), dtype=np.float32),
                    "limits": [float(one) for one in image.get_clim()],
                    "title": axes.get_title(),
                    "place": [box.x0, box.y0, box.width, box.height],
                }
            )
    return {"inches": [float(one) for one in figure.get_size_inches()], "stamps": stamps}


def claim(reference):
    """Eight stamps, each as bright as its title says and large enough to be looked at."""
    stamps, (width, height) = reference["stamps"], reference["inches"]
    assert len(stamps) == COUNT, f"{len(stamps)} stamps for {COUNT} samples"
    for one in stamps:
        (low, high), wanted = one["limits"], int(one["title"][0]) / COUNT
        seen = (np.max(one["pixels"]) - low) / (high - low)
        assert abs(seen - wanted) < 0.02, f"the square {one['title']} is drawn with brightness {seen:.2f}"
        side = min(one["place"][2] * width, one["place"][3] * height)
        assert side > 0.8, f"a stamp of {side:.2f} inches in a figure of {width:.1f} by {height:.1f}"


def draw(submission, reference):
    """The figures below each other, stamp by stamp, where they were and as bright as they were."""
    from matplotlib.figure import Figure

    sides = [(name, one) for name, one in (("yours", submission), ("the solution's", reference)) if one is not None]
    heights = [one["inches"][1] + 0.4 for _, one in sides]
    figure = Figure(figsize=(max(one["inches"][0] for _, one in sides), sum(heights)))
    parts = figure.subfigures(len(sides), 1, height_ratios=heights, squeeze=False)[:, 0]
    for part, (name, one) in zip(parts, sides, strict=True):
        part.suptitle(f"{name}: normalized squares of growing brightness, as show_batch draws them", fontsize=9)
        for stamp in one["stamps"]:
            axes = part.add_axes(stamp["place"])
            low, high = stamp["limits"]
            axes.imshow(stamp["pixels"], cmap="gray", vmin=low, vmax=high)
            axes.set_title(stamp["title"])
            axes.set_axis_off()
    return figure
