"""Learning without labels: two views of each image have to find each other among all the others.

Vectors come in float32 or float64, N rows of D numbers, none of them all zero and none longer than 1000 or shorter than
0.001. No argument is modified. The same vectors always give the same number, whatever the random generators do, and
nothing seeds a generator. What a docstring does not speak of is free.
"""

from collections.abc import Callable

from torch import Tensor


def two_views(images: Tensor, augment: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
    """Two independent augmentations of the same images.

    Calls `augment(images)` exactly twice, each time with the whole batch as it was given, and returns both answers just
    as they are (which first: free). `augment` draws its own random numbers, so do not rewind any generator, either.
    """
    raise NotImplementedError("two_views: not written yet")


def nt_xent(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> Tensor:
    """The mean cost of finding one's partner, over all 2N vectors; z1 and z2 (N, D), row i of both is one image.

    Each of the 2N vectors is an anchor once. Its partner is the other view of its image, and it has to be found among
    the 2N - 1 others, those of its own view included:

        -ln( exp(s(anchor, partner) / temperature) / sum over all others v of exp(s(anchor, v) / temperature) )

    with the natural logarithm and s the cosine similarity, which knows no lengths. The anchor itself is not in the sum,
    its partner is. The result is a tensor without axes, in the dtype of the vectors and right to four digits; finite at
    temperatures from 0.01 on, also in float32. Gradients flow back into z1 and z2, through the lengths too.
    ValueError: shapes of z1 and z2 that differ, N < 2, temperature <= 0.
    """
    raise NotImplementedError("nt_xent: not written yet")


def retrieval_accuracy(z1: Tensor, z2: Tensor) -> float:
    """The share of images i whose first view z1[i] is more similar to z2[i] than to any other row of z2.

    Similarity is the cosine again; ties are free. From 0 to 1; a number, or a tensor without axes. N >= 1.
    """
    raise NotImplementedError("retrieval_accuracy: not written yet")
