"""The combined recipe: from 200 images, a quarter of them wrongly labeled, to a model that reads shifted digits."""

from torch import Tensor, nn


def train_recipe(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor, *, seed: int = 0) -> nn.Module:
    """Train a classifier that reads new digits well. Which tools, which network, how long: all free, within the time.

    x: (200, 8, 8) float32 in [0, 1]; y: (200,) int64 classes 0 to 9. A quarter of these labels are wrong.
    x_val (400, 8, 8), y_val (400,): the same for validation, with clean labels. They may choose the epoch and the
    settings. They train no weight: if answers of the model are learned from validation labels, ALL points are lost.

    Training and validation digits are centered. The hidden test digits are not: each is shifted by up to HALF A PIXEL
    down or up and by up to half a pixel left or right (any fraction, drawn for each image; linear interpolation, zeros
    come in), and it carries normal noise of standard deviation .05, clipped to [0, 1].
    Each run numbers the classes anew (class 3 need not be the digit 3), and it lays all its digits on their side,
    mirrored or not, training, validation and test in one and the same way: weights from home or from another run know
    nothing here.

    Returns the model in eval mode. It maps (M, 8, 8) images to (M, 10) logits; the same image gets the same answer each
    time and whichever images are beside it. What is asked of it, on 1197 hidden test images:
    - at least 5 points of 100 more right than plain training gets: the MLP 64-128-10, 60 epochs of AdamW with learning
      rate 1e-2, no decay, batches of 50;
    - at least 11 points more than early stopping alone gets: the same MLP and optimizer, the epoch with the lowest
      validation loss, patience 10 (mean of three seeds). A miss is decided by a second run with new data;
    - on the training images, agreement with less than 95 % of the given labels, but with more than half of the right
      ones.
    The tests of everything else count only if more than half of the hidden test images are right.

    The same seed gives the same model. The four tensors stay as they are, and gradients are enabled afterwards.
    One training may take 3 seconds of CPU time, on one thread (the reference solution needs about half a second).
    """
    raise NotImplementedError("regularized_recipe: not written yet")
