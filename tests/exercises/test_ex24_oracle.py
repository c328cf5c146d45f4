"""The reference solution of ex24 on real digits and against torchvision's Normalize."""

import io
import runpy
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.image import imread
from torch.utils.data import TensorDataset
from torchvision.transforms import v2

from grader.suite.digits import digits

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex24_show_batch" / "show_batch.py"
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


@pytest.fixture(scope="module")
def show_batch():
    """The solution's function."""
    return runpy.run_path(str(SOLUTION))["show_batch"]


def shown(figure):
    """(array, title) of each picture."""
    return [(np.asarray(ax.images[0].get_array()), ax.get_title()) for ax in figure.axes]


def test_pictures_are_the_digits_under_their_labels(show_batch):
    """Every array in the axes is a digit of the dataset, and its title is that digit's label."""
    part = digits()
    items = [(torch.from_numpy(image)[None], int(label)) for image, label in zip(part.x_val, part.y_val, strict=True)]
    pictures = shown(show_batch(items, 12))
    assert len(pictures) == 12
    for array, title in pictures:
        (found,) = np.flatnonzero((part.x_val == array.reshape(8, 8)).all((1, 2)))
        assert title == str(part.y_val[found])


def test_normalize_of_torchvision_is_undone(show_batch):
    """Images that v2.Normalize made are shown as they were before; without mean and std they are not."""
    torch.manual_seed(24)
    images = torch.rand(1, 3, 5, 7)
    normalized = TensorDataset(v2.Normalize(MEAN, STD)(images), torch.tensor([4]))
    ((array, title),) = shown(show_batch(normalized, 1, MEAN, STD))
    np.testing.assert_allclose(array, images[0].permute(1, 2, 0), atol=1e-6)
    assert "4" in title
    ((array, _),) = shown(show_batch(normalized, 1))
    assert np.abs(array - images[0].permute(1, 2, 0).numpy()).max() > 0.1


def test_saved_picture_shows_the_item(show_batch):
    """The middle of the saved file has the color of the only item, and pyplot knows no new figure."""
    before = plt.get_fignums()
    orange = torch.tensor([1.0, 0.5, 0.0])[:, None, None].expand(3, 4, 4)
    file = io.BytesIO()
    show_batch([(orange, 1)]).savefig(file, format="png")
    file.seek(0)
    pixels = imread(file)
    np.testing.assert_allclose(pixels[pixels.shape[0] // 2, pixels.shape[1] // 2, :3], [1, 0.5, 0], atol=0.01)
    assert plt.get_fignums() == before


def test_refusals_and_the_number_of_the_readme(show_batch):
    """Nothing to show is a ValueError; 0.5 normalized with ImageNet's red channel is 0.0655."""
    for items, n in (([], 8), ([(torch.zeros(1, 2, 2), 0)], 0)):
        with pytest.raises(ValueError, match="empty|at least 1"):
            show_batch(items, n)
    assert v2.Normalize(MEAN, STD)(torch.full((3, 1, 1), 0.5))[0].item() == pytest.approx(0.0655, abs=5e-5)
