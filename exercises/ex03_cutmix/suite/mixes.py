"""What an examiner sees in the mixes of one batch: pixels, labels, what was replaced, and where it came from."""

import numpy as np
from probe import origins

from grader.suite import answers, require, shaped


class Mixes:
    """The answers to some calls with the same images and labels. Each part is looked at only if a test asks for it."""

    def __init__(self, name, images, labels, seen):
        self.name, self.images, self.labels = name, images, labels
        self.seen = answers(seen, len(seen) if isinstance(seen, list) else 1)

    def pixels(self):
        """The mixed images (D,N,C,H,W) of D calls; a result that is the images alone will do here."""
        every = [pair[0] if isinstance(pair, (list, tuple)) and len(pair) == 2 else pair for pair in self.seen]
        what = f"{self.name}: the mixed images"
        return np.stack([shaped(one, self.images.shape, what) for one in every])

    def soft(self):
        """The mixed labels (D,N,K) of D calls."""
        for pair in self.seen:
            paired(pair, self.name)
        return np.stack([shaped(pair[1], self.labels.shape, f"{self.name}: the mixed labels") for pair in self.seen])

    def replaced(self):
        """Which pixels (D,N,C,H,W) differ from those of the image itself."""
        changed = self.pixels() != self.images
        require(changed.any(), f"{self.name}: in {len(changed)} calls not one pixel was pasted")
        return changed

    def kept(self):
        """The share of its own pixels that each image (D,N) kept."""
        return 1 - self.replaced().mean((2, 3, 4))

    def origins(self):
        """For each pixel (D,N,C,H,W): the image, channel, row and column that it was taken from."""
        self.replaced()
        return origins(self.pixels(), self.images)

    def label_problem(self):
        """What is wrong with the labels, told by the worst row; empty if they are right."""
        soft, source = self.soft(), self.origins()[0]
        shown = np.stack([(source == i).mean((2, 3, 4)) for i in range(len(self.images))], axis=-1)  # (D,N,N)
        gap = np.nan_to_num(np.abs(soft - shown @ self.labels), nan=np.inf)
        if gap.max() < 1e-4:
            return ""
        draw, row, column = np.unravel_index(gap.argmax(), gap.shape)
        label, share = soft[draw, row], shown[draw, row]
        numbers = label[column], (share @ self.labels)[column], label.sum()
        says, shows, total = (f"{number:.2f}" if gap.max() > 0.01 else f"{number:.4f}" for number in numbers)
        images_are_classes = np.array_equal(self.labels, np.eye(len(self.images)))
        what = "image" if images_are_classes else "class"
        told = f"{self.name}: in image {row} the label says {says} of {what} {column}, the picture shows {shows}"
        stranger = (label > 1e-3) & (share @ self.labels < 1e-6)
        if abs(label.sum() - 1) > 1e-3:
            return f"{told}; the label row sums to {total}: mix whole label rows"
        if not images_are_classes:
            return f"{told}; mix whole label rows"
        if np.allclose(label, self.labels[row], atol=1e-3):
            return f"{told}; a mixed picture needs a mixed label"
        if stranger.any():
            return f"{told}; the label names image {stranger.argmax()}, which is not in the picture"
        if np.allclose(np.sort(label), np.sort(share), atol=1e-3):
            return f"{told}; the weights are swapped: the label names the pasted image, the picture shows the other"
        return told


def paired(pair, name):
    """Two results."""
    saw = "one tensor" if hasattr(pair, "shape") else f"a {type(pair).__name__}"
    if isinstance(pair, (list, tuple)):
        saw = f"a {type(pair).__name__} of {len(pair)}"
    both = isinstance(pair, (list, tuple)) and len(pair) == 2
    require(both, f"{name}: cutmix must return a tuple (images, labels), saw {saw}")
