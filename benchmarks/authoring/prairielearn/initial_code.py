from torch import Tensor


def nearest(points: Tensor, centers: Tensor) -> Tensor:
    """Index (N,) int64 of the center that is nearest to each point, by Euclidean distance; any of equally near ones.

    points (N, D), centers (K, D) of one floating-point type. ValueError if there is no center.
    """
    raise NotImplementedError("nearest: not written yet")
