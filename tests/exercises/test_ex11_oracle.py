"""The reference solution of ex11 against PIL and tensor arithmetic, and the facts about torchvision it rests on."""

import runpy
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import v2

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex11_transform_pipelines" / "transform_pipelines.py"
OFF = {"flip_p": 0.0, "degrees": 0.0, "jitter": 0.0, "scale": (1.0, 1.0)}


@pytest.fixture(scope="module")
def ours():
    return runpy.run_path(str(SOLUTION))


def picture(height, width):
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8))


def normalized(image, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)):
    values = torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255
    return (values - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]


@pytest.mark.parametrize(("shape", "target"), [((48, 64), (36, 48)), ((64, 48), (48, 36)), ((50, 50), (36, 36))])
def test_validation_is_pil_arithmetic(ours, shape, target):
    """val equals PIL's bilinear resize of the short side to 36, a center crop of 32, /255 and normalization."""
    image = picture(*shape)
    _, val = ours["make_transforms"]()
    resized = image.resize((target[1], target[0]), Image.Resampling.BILINEAR)
    top, left = (target[0] - 32) // 2, (target[1] - 32) // 2
    expected = normalized(resized.crop((left, top, left + 32, top + 32)))
    torch.testing.assert_close(val(image).as_subclass(torch.Tensor), expected, rtol=0, atol=1e-5)


def test_without_randomness_training_only_resizes(ours):
    """With all strengths at 0 a square image is resized by PIL and normalized; flip_p=1 mirrors just that."""
    image = picture(48, 48)
    expected = normalized(image.resize((32, 32), Image.Resampling.BILINEAR))
    for options, right in ((OFF, expected), ({**OFF, "flip_p": 1.0}, expected.flip(-1))):
        train, _ = ours["make_transforms"](**options)
        torch.testing.assert_close(train(image).as_subclass(torch.Tensor), right, rtol=0, atol=1e-5)


def test_own_mean_and_std(ours):
    """Both pipelines use the mean and std they are given."""
    image = Image.new("RGB", (40, 40), (51, 102, 204))
    for pipeline in ours["make_transforms"](mean=(0.1, 0.2, 0.3), std=(0.5, 0.5, 0.25), **OFF):
        red, green, blue = pipeline(image).mean((1, 2)).tolist()
        assert (round(red, 5), round(green, 5), round(blue, 5)) == (0.2, 0.4, 2.0)


def test_worked_numbers():
    """The README's numbers: 0.5 becomes 0.0655, and black and white give the extremes -2.118 and 2.640."""
    assert round((0.5 - 0.485) / 0.229, 4) == 0.0655
    ends = [normalized(Image.new("RGB", (1, 1), color)).flatten() for color in ("black", "white")]
    assert round(ends[0].min().item(), 3) == -2.118 and round(ends[1].max().item(), 3) == 2.640


def test_the_traps_are_real():
    """Normalize refuses a PIL image with a TypeError, and a crop larger than the picture pads it with black."""
    image = Image.new("RGB", (30, 30), "white")
    with pytest.raises(TypeError):
        v2.Normalize([0.5] * 3, [0.5] * 3)(image)
    cropped = np.array(v2.CenterCrop(36)(image))
    assert cropped[0].max() == 0 and cropped[18].max() == 255


def test_refuses(ours):
    """A resize smaller than the crop raises ValueError, an equal one does not."""
    with pytest.raises(ValueError, match="crop"):
        ours["make_transforms"](32, 31)
    assert len(ours["make_transforms"](32, 32)) == 2
