"""ex12: dots tell where a pixel went, barbells tell the angle, a disk tells whether the image was only turned."""

import numpy as np
from calls import augment, turned
from probes import SHIFT, angles, disk, dots, glyph, likeness, moments, moved, outputs

from grader.suite import (
    answers,
    between,
    by_chance,
    close,
    may_fail,
    normal,
    points,
    require,
    shaped,
    uniform,
)


# ---- scenarios: run beside the learner's code and only report
def augment_and_keep(module, images):
    """The output with the default strengths, and what the call left of its input."""
    given = images.clone()
    return module.digit_augment(given), given


def try_augment(module, images, shift, degrees):
    module.digit_augment(images, shift, degrees)


# ---- the examiner's side
def shifted(observe, draw, what=f"shift {SHIFT}, degrees 0"):
    """(100, 4, 2): offsets of dots in 100 calls of 4 images each."""
    images, places = dots(draw, 4)
    return moved(outputs(observe(augment, images, [SHIFT, 0.0], 100), images, what), images, places, what)


@points(1, hint="Whatever is made on the way takes shape and dtype of the images.")
def test_size_and_dtype(observe, draw):
    """Size and dtype never change."""
    for n, side, dtype in ((12, 28, "float32"), (20, 8, "float32"), (1, 13, "float32"), (6, 9, "float64")):
        images = 0.25 + uniform(draw, n, 1, side, side, dtype=dtype)
        what = f"{n} images of {side}×{side}, {dtype}"
        for strengths in ([], [2, 20.0], [0, 0.0]):
            (out,) = answers(observe(augment, images, strengths), 1)
            told = f"{what}, {f'shift {strengths[0]}, degrees {strengths[1]:g}' if strengths else 'default strengths'}"
            out = shaped(out, images.shape, f"the size changed, {told}", dtype)
            require(np.isfinite(out).all(), f"{told}: NaN or inf in an image")
            still = strengths == [2, 20.0] and n > 1 and np.abs(out - images).max() < 0.02
            require(not still, f"{told}: nothing was turned or shifted")
            between(
                float(out.sum() / images.sum()), 0.4, 1.3, f"{told}: brightness of the output over that of the input"
            )


@points(1, hint="Write into a new tensor; `images.clone()` makes one.")
def test_input_stays(observe, draw):
    """The images given stay as they are, those that come back are others."""
    images = uniform(draw, 12, 1, 28, 28)
    out, after = answers(observe(augment_and_keep, images), 2)
    close(after, images, "your input was changed; the images after the call", rtol=0, atol=0)
    changed = np.abs(shaped(out, images.shape, "12 images") - images).max()
    require(changed > 0.05, "nothing was turned or shifted in a batch of 12")
    between(float(out.sum() / images.sum()), 0.4, 1.3, "brightness of the output over that of the input")


@points(2, hint="Leave the flip out: the label of a mirrored digit would be wrong.")
def test_never_mirrored(observe, draw):
    """No image comes back as its mirror image."""
    bright = np.float32(draw.uniform(0.7, 1))
    images = np.tile(bright * glyph(), (300, 1, 1, 1))
    out = outputs(observe(augment, images, []), images, "300 images of an F")[0, :, 0]
    require((out != images[:, 0]).any(), "300 images of an F came back unchanged: nothing was turned or shifted")
    own, other = likeness(out, glyph()), likeness(out, glyph()[:, ::-1])
    mirrored = int(((other > 0.8) & (other > own + 0.05)).sum())
    told = f"{mirrored} of 300 images are a mirrored F, turned or not: a mirrored 2 is no 2"
    require(not mirrored, told)
    require(
        (own > 0.6).mean() > 0.3, f"300 images of an F: only {int((own > 0.6).sum())} look like an F, turned or not"
    )


@points(2, hint="dx and dy are whole numbers from -shift to shift, both ends included.")
def test_offsets(observe, draw):
    """Every whole offset from -shift to shift appears, none beyond."""
    offsets = shifted(observe, draw)
    fixed = "100 calls moved the dots by the same offsets each; the draws must be new in each call (a fixed seed?)"
    require(np.ptp(offsets, axis=0).max() > 0, f"shift 2, degrees 0: {fixed}")
    # The rarest offset of a right answer has a chance of 1/8 per image (even draws, rounded): 400 miss it below 1e-22.
    may_fail(2e-21)
    for axis, name in enumerate("xy"):
        seen = offsets[..., axis]
        far = int(seen.ravel()[np.abs(seen).argmax()])
        require(abs(far) <= SHIFT, f"shift 2: a dot was moved by {far} pixels in {name}")
        counts = {d: int((seen == d).sum()) for d in range(-SHIFT, SHIFT + 1)}
        missing = [d for d, count in counts.items() if not count]
        told = f"shift 2: offset {missing[:1]} never appeared in {name}; offsets of 400 dots: {counts}"
        require(not missing, told.replace("[", "").replace("]", ""))
    images, places = dots(draw, 4)
    # 4 or 5 of 5 come with a chance of 0.3 at least: 60 draws in x and y miss them below 1e-18, if tied to each other.
    for shift, least in ((1, 1), (5, 4)):
        what = f"shift {shift}, degrees 0"
        seen = moved(outputs(observe(augment, images, [shift, 0.0], 60), images, what), images, places, what)
        between(int(np.abs(seen).max()), least, shift, f"{what}: largest offset of a dot in x or y, in 60 calls")
    out = outputs(observe(augment, images, [], 60), images, "default strengths").reshape(-1, 15, 15)
    y, x = np.mgrid[:15, :15] - 7
    off = np.stack([(out * side).sum((1, 2)) for side in (x, y)]) / np.maximum(out.sum((1, 2)), 1e-9)
    # A turn about the center does not move a dot there, one behind the shift turns the offset.
    between(float(np.hypot(*off).max()), 0.6, 1.6, "default shift of 1: how far the furthest of 240 dots was moved")


@points(
    1, hint="zeros come in: `padding_mode='zeros'`, `F.pad` with zeros, fill=0; torch.roll brings the other side back."
)
def test_empty_pixels_are_zero(observe, draw):
    """What comes from outside the image is 0."""
    bright = np.float32(draw.uniform(0.5, 1))
    columns = np.zeros((40, 1, 9, 9), dtype=np.float32)
    columns[..., :2] = bright
    what = "shift 2, degrees 0"
    out = outputs(observe(augment, columns, [SHIFT, 0.0]), columns, what)[0, :, 0]
    left, right = out[..., 0].max(-1) > 0.01, out[..., -1].max(-1)
    wrapped, filled = (int((left & (right > least)).sum()) for least in (0.9 * bright, 0.01))
    require(not wrapped, f"{what}: left pixels reappear at the right in {wrapped} of 40 images: pad with zeros")
    seen = f"{filled} of 40 images are not 0 at the right, where nothing was"
    require(not filled, f"{what}: {seen}: pixels from outside must be 0")
    # At most 1/16 are not shifted, at most 1/10 turned by less than 4 degrees: half of 40 with a chance below 1e-15.
    may_fail(2e-15)
    for strengths, told, side in (([SHIFT, 0.0], what, 9), ([0, 40.0], "shift 0, degrees 40", 15)):
        images = np.full((40, 1, side, side), bright, dtype=np.float32)
        out = outputs(observe(augment, images, strengths), images, told)[0, :, 0]
        rim = np.abs(np.concatenate([out[:, 0], out[:, -1], out[:, :, 0], out[:, :, -1]], axis=1)).min(1)
        full = int((rim > 0.3 * bright).sum())
        seen = f"{full} of 40 white images have no empty pixel at their border"
        require(full < 20, f"{told}: {seen}: pixels from outside must be 0")
        require(out.max() > 0.99 * bright, f"{told}: white of {bright:.2f} came back as {out.max():.2f} at most")


@points(2, hint="`degrees` is in degrees; torch.cos and torch.sin want radians.")
def test_angle_is_limited(observe, draw):
    """The angle is drawn evenly from -degrees to degrees."""
    limit = float(draw.uniform(22, 28))
    for bound, strengths, what in ((limit, [0, limit], f"degrees {limit:.1f}"), (10.0, [], "default of 10 degrees")):
        seen = angles(turned(observe, strengths, what)).ravel()
        far = float(seen[np.abs(seen).argmax()])
        beyond = int((np.abs(seen) > bound + 2.5).sum())
        told = f"{what}: one was turned by {far:.0f} degrees, {beyond} of 600 too far"
        why = "; the range is twice as wide" if 1.85 * bound < abs(far) < 2 * bound + 2.5 and beyond > 200 else ""
        require(not beyond, f"{told}{why}; a 6 turned too far is a 9")
        # 600 even draws leave out an outer tenth with a chance of 2 * 0.95^600; angles are read to 1.2 degrees.
        may_fail(1e-13)
        for sign, name in ((1, "clockwise"), (-1, "counterclockwise")):
            reach = float((sign * seen).max())
            told = f"{what}: none of 600 was turned {name} by more than {max(reach, 0):.1f} degrees"
            require(reach > 0.8 * bound - 1.5, told)
    seen = angles(turned(observe, [0, limit], "even")).ravel()
    inner, outer = int((np.abs(seen) < limit / 2).sum()), int((np.abs(seen) > 0.95 * limit).sum())
    told = f"degrees {limit:.1f}: {outer} of 600 angles lie at the very ends of the range: evenly drawn are about 30"
    may_fail(1e-10)
    require(outer < 120, told)
    by_chance(inner, 600, 0.5, f"angles below {limit / 2:.1f} degrees, of those drawn evenly up to {limit:.1f}", 1e-10)
    texture = uniform(draw, 1, 1, 21, 21)
    seen = outputs(observe(augment, texture, [0, limit], 300), texture, "an image with a texture")
    different = len({image.tobytes() for image in seen})
    told = f"an image turned 300 times by up to {limit:.1f} degrees: only {different} different results"
    require(
        different > 150,
        f"{told}; whole degrees alone?",
        "The angle is a real number: `degrees * (2 * torch.rand(n) - 1)`.",
    )


@points(
    1, hint="Turn about the middle of the image, (W - 1) / 2 and (H - 1) / 2, and do nothing else: no zoom, no shear."
)
def test_only_turned(observe, draw):
    """Turned about the center, and only turned: a round spot in the middle stays as it is."""
    bright = np.float32(draw.uniform(0.5, 1))
    images = np.tile(bright * disk(), (2, 1, 1, 1))
    what = "a round spot in the middle, degrees 60"
    out = outputs(observe(augment, images, [0, 60.0], 40), images, what)[:, :, 0]
    textured = uniform(draw, 2, 1, 21, 21)
    turned = outputs(observe(augment, textured, [0, 60.0], 4), textured, "images with a texture, degrees 60")
    require(np.abs(turned - textured).max() > 0.05, "images with a texture, degrees 60: none of 8 was turned")
    x, y, xx, yy, xy = (part.ravel() for part in moments(out))
    size = moments(bright * disk())[2]
    worst = float(np.hypot(x, y).max())
    require(worst < 0.35, f"{what}: it was moved by {worst:.2f} pixels: turn about the center of the image")
    even = np.exp(-((np.arange(28) - 13.5) ** 2) / 32).astype(np.float32)
    even = np.tile(bright * even * even[:, None], (2, 1, 1, 1))
    seen = outputs(observe(augment, even, [0, 60.0], 20), even, f"{what} of 28×28 pixels").reshape(-1, 28, 28)
    mass = np.maximum(seen.sum((1, 2)), 1e-9)
    off = [(seen.sum(axis) * (np.arange(28) - 13.5)).sum(-1) / mass for axis in (1, 2)]
    told = f"{what}, 28×28 pixels, so that the center lies between pixels: it was moved by {np.hypot(*off).max():.2f}"
    require(np.hypot(*off).max() < 0.35, f"{told}: turn about ((W - 1) / 2, (H - 1) / 2)")
    for part, name in ((xx, "width"), (yy, "height")):
        ratio = float(np.sqrt(part / size)[np.abs(part / size - 1).argmax()])
        between(ratio, 0.94, 1.06, f"{what}: its {name} after the turn over that before")
    oblique = float(np.abs(xy / size).max())
    require(oblique < 0.08, f"{what}: it became oblique, by {oblique:.2f}: a rotation has cos, -sin, sin, cos")
    light = out.sum((-2, -1)) / images[0].sum()
    ratio = float(light.ravel()[np.abs(light - 1).argmax()])
    between(ratio, 0.93, 1.07, f"{what}: its light after the turn over that before")


@points(1, hint="An angle of 0 and a shift of 0 need no special case; beware of grids with different align_corners.")
def test_zero_strengths(observe, draw):
    """Zero strengths change nothing."""
    images = normal(draw, 6, 1, 28, 28)
    still, moved_too = answers(observe.each(augment, [(images, [0, 0.0]), (images, [3, 0.0])]), 2)
    what = "shift 0, degrees 0"
    close(outputs(still, images, what)[0], images, f"{what}: images", rtol=0, atol=1e-3)
    changed = np.abs(outputs(moved_too, images, "shift 3, degrees 0")[0] - images).max()
    require(changed > 0.1, "shift 3, degrees 0: six images all stayed where they were")


@points(1, hint="Check the arguments first: each of them alone may be wrong, and 0 is allowed.")
def test_negative_strengths(observe, draw):
    """Negative strengths are refused, zero ones accepted."""
    images = uniform(draw, 2, 1, 8, 8)
    good = [(images, 0, 0.0), (images, 2, 0.0), (images, 0, 30.0), (images, 1, 0.5)]
    bad = [(images, -1, 0.0), (images, -2, 10.0), (images, 0, -0.5), (images, 1, -5.0), (images, -1, -1.0)]
    observe.refuses(try_augment, bad, good, ValueError, "digit_augment(images, shift, degrees)")
