"""The combined recipe: learn to read digits from 200 images although every fourth label is wrong."""

from torch import Tensor, nn


def train_recipe(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor, *, seed: int = 0) -> nn.Module:
    """Train a classifier that reads new digits well, with any mix of this track's tools. You have 3 seconds.

    x: (N, 8, 8) floats in [0, 1], y: (N,) int64 classes 0 to 9. A quarter of these labels are wrong.
    x_val, y_val: the same for validation, with clean labels. They may choose the epoch or the settings, but they train
    no weight. The classes are numbered anew in each run: class 3 need not be the digit 3.

    Returns the model in eval mode. It maps (M, 8, 8) images to (M, 10) logits; the same image always gets the same
    answer, whichever images are beside it.

    The model is asked for hidden test images, each shifted by a fraction of a pixel and slightly noisy. It must get at
    least 5 points of 100 more of them right than plain training does (the same MLP 64-128-10 for 60 epochs of AdamW
    without any tool), and it must agree with less than 95 % of the given training labels, but with more than half of
    the correct ones.

    The same seed gives the same model. The four tensors stay as they are, and gradients are enabled afterwards.
    """
    raise NotImplementedError("regularized_recipe: not written yet")
