"""Names imported one by one, one conditional expression, a match statement."""

from torch import Tensor, device
from torch.cuda import is_available

try:
    from torch.backends.mps import is_available as mps_is_available
except ImportError:

    def mps_is_available():
        return False


def pick_device():
    return device("cuda:0" if is_available() else "mps" if mps_is_available() else "cpu")


def to_device(batch, device):
    match batch:
        case Tensor():
            return batch.to(device=device, non_blocking=True)
        case dict():
            return dict(zip(batch, to_device(list(batch.values()), device), strict=True))
        case list():
            return [to_device(part, device) for part in batch]
        case tuple() if hasattr(batch, "_fields"):
            return type(batch)._make(to_device(list(batch), device))
        case tuple():
            return tuple(to_device(list(batch), device))
    return batch
