"""The combined recipe: from 200 images, a quarter of them wrongly labeled, to a model that reads shifted digits."""

from torch import Tensor, nn


def train_recipe(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor, *, seed: int = 0) -> nn.Module:
    """Train a classifier that reads new digits well. Which method, tools, network, how long: all free, within the time.

    x: (200, 8, 8) float32 in [0, 1]; y: (200,) int64 classes 0 to 9. A quarter of these labels are wrong.
    x_val (400, 8, 8), y_val (400,): the same for validation, with clean labels. They may choose the epoch, the settings
    and among finished models (also a temperature or a share in a mixture, out of a short list). They train no
    weight: if answers of the model are learned from validation labels, ALL points are lost. The validation images
    without their labels are free to use.

    Training and validation digits are centered. The hidden test digits are not: each is shifted by up to HALF A PIXEL
    down or up and by up to half a pixel left or right (any fraction, drawn for each image; linear interpolation, zeros
    come in), and it carries normal noise of standard deviation .05, clipped to [0, 1].
    Each run numbers the classes anew (class 3 need not be the digit 3), and it lays all its digits on their side,
    mirrored or not, training, validation and test in one and the same way: weights from another run know nothing here.
    What is asked for is a training on the images that are given; bring no weights from home.

    Returns a module in eval mode that maps (M, 8, 8) images, for any M >= 1, to (M, 10) finite scores, float32 or
    float64, the largest of which is the answer (logits, log-probabilities or probabilities); the same image gets the
    same scores each time and whichever images are beside it. What is asked of it, on 1197 hidden test images:
    - 62 % of the answers right. The MLP 64-128-10 after 60 epochs of AdamW with learning rate 1e-2, no decay, batches
      of 50 gets 51 to 57 %, in the mean 53 %;
    - 80 % right. Early stopping alone (the same, but the epoch with the lowest validation loss, patience 10) gets 66 to
      74 %, in the mean 70 %. Of up to four runs with different data the best one counts;
    - of the 200 training images, less than 95 % answered as they are labeled; of those whose label is right, more than
      half.
    The tests of everything else count only if more than half of the hidden test images are right.

    The same seed (a whole number) gives the same model in a new process; other seeds may give it, too, and what one
    call leaves in its process for a next one is free.
    The four tensors stay as they are, in values, shape and `requires_grad`, and gradients are enabled afterwards.
    One training may take 3 seconds of CPU time, on one thread (the reference solution needs about half a second).
    """
    raise NotImplementedError("regularized_recipe: not written yet")
