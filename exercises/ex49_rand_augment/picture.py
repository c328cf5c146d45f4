"""ex49's picture: what four ops do to a letter at growing levels, and how far they take it."""

import torch

LEVELS = [0, 10, 20, 30]
DRAWS = 12


def letter():
    image = torch.zeros(1, 24, 24)
    image[0, 4:20, 6:9] = image[0, 4:7, 6:18] = image[0, 11:14, 6:15] = 1
    return image


def warp(image, matrix):
    grid = torch.nn.functional.affine_grid(torch.tensor([matrix]), (1, 1, 24, 24), align_corners=False)
    return torch.nn.functional.grid_sample(image[None], grid, align_corners=False)[0]


def turn(image, degrees):
    angle = torch.tensor(degrees).deg2rad()
    c, s = angle.cos().item(), angle.sin().item()
    return warp(image, [[c, -s, 0.0], [s, c, 0.0]])


OPS = {
    "turn": (turn, 45.0, True),
    "shear": (lambda image, s: warp(image, [[1.0, s, 0.0], [0.0, 1.0, 0.0]]), 0.6, True),
    "shift": (lambda image, s: warp(image, [[1.0, 0.0, s], [0.0, 1.0, 0.0]]), 0.5, True),
    "fade": (lambda image, s: image * (1 - s), 0.9, False),
}


def scene(module):
    """Per op and level an image, and the mean change over several draws; per level images of two random ops."""
    torch.manual_seed(49)
    image, shown, change = letter(), {}, {}
    for name, op in OPS.items():
        rows = [module.rand_augment(image[None].repeat(DRAWS, 1, 1, 1), {name: op}, 1, level) for level in LEVELS]
        shown[name] = [row[0, 0].tolist() for row in rows]
        change[name] = [(row - image).abs().mean().item() for row in rows]
    both = [module.rand_augment(image[None], OPS, 2, level) for level in LEVELS]
    shown["two drawn"] = [row[0, 0].tolist() for row in both]
    return {"shown": shown, "change": change}


def claim(reference):
    """Level 0 changes nothing, and each op changes more the higher the level."""
    for name, change in reference["change"].items():
        assert change[0] < 1e-5, f"{name}: level 0 changes {change[0]:.3f}"
        assert change[1] > 0.005, f"{name}: level {LEVELS[1]} changes {change[1]:.3f} only"
        assert change == sorted(change), f"{name}: the changes do not grow with the level: {change}"


def draw(submission, reference):
    """A block for each side: a row of images for each op, a column for each level."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(4.6 * len(sides), 6.4), layout="constrained")
    for part, (side, told) in zip(figure.subfigures(1, len(sides), squeeze=False)[0], sides, strict=True):
        part.suptitle(f"{side}: ops and levels")
        panels = part.subplots(len(told["shown"]), len(LEVELS), squeeze=False)
        for panel, level in zip(panels[0], LEVELS, strict=True):
            panel.set_title(f"level {level}", fontsize=9)
        for row, (name, images) in zip(panels, told["shown"].items(), strict=True):
            for panel, image in zip(row, images, strict=True):
                panel.imshow(image, vmin=0, vmax=1, cmap="gray")
                panel.set(xticks=[], yticks=[])
            row[0].set_ylabel(name, fontsize=9)
    return figure
