"""torch as an examinee's side of the border needs it (guest)."""

import sys
from typing import Any


class TorchAdapter:
    """What the wire and the examinee need to know of torch, saved before any submitted code can patch it."""

    def __init__(self) -> None:
        import torch

        from .state_guard import PatchDetector
        from .wire import Bfloat16, Opaque

        self.torch = torch
        self.names = PatchDetector()
        self.opaque, self.narrow = Opaque, Bfloat16
        self.kinds = torch.Tensor
        self.tensor = torch.from_numpy
        self.seed_cpu = torch.default_generator.manual_seed
        self.seed_all = torch.manual_seed

    def seed(self, number: int, device: str) -> None:
        """Seeds torch; asking after every kind of accelerator would cost more than many a scenario."""
        (self.seed_cpu if device == "cpu" else self.seed_all)(number)

    def placed(self, value: Any, device: str) -> Any:
        """Arguments on the device that was asked for, which new tensors then use as well; the CPU needs nothing."""
        if device == "cpu":
            return value
        self.torch.set_default_device(device)
        return self.moved(value, device)

    def moved(self, value: Any, device: str) -> Any:
        if isinstance(value, self.kinds):
            return value.to(device)
        if isinstance(value, (list, tuple)):
            return type(value)(self.moved(v, device) for v in value)
        return {k: self.moved(v, device) for k, v in value.items()} if isinstance(value, dict) else value

    def array(self, value: Any) -> Any:
        """A tensor as a NumPy array; an Opaque for a tensor that has no plain numbers; None for anything else."""
        if not isinstance(value, self.kinds):
            return None
        try:
            with self.torch._C.DisableTorchFunctionSubclass():
                return self.numbers(value.detach())
        except (RuntimeError, TypeError):  # torch's own words for layouts and types that NumPy lacks
            return self.opaque("torch.Tensor", f"{value.dtype} {value.layout} on {value.device}"[:200])

    def numbers(self, value: Any) -> Any:
        if value.is_meta or value.is_quantized:
            raise TypeError
        if value.numel() * value.element_size() > 64 << 20:
            return self.opaque("torch.Tensor", f"too large to send: {tuple(value.shape)}"[:200])
        narrow = value.dtype == self.torch.bfloat16
        if narrow:
            value = value.float()
        array = value.as_subclass(self.kinds).cpu().resolve_conj().resolve_neg().contiguous().numpy()
        return array.view(self.narrow) if narrow else array


def prepared() -> TorchAdapter:
    """torch imported, single-threaded from its first operation on."""
    sys.dont_write_bytecode = True
    import torch

    torch.set_num_threads(1)
    return TorchAdapter()
