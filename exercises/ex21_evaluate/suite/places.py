"""A pretended second device: everything is computed on the CPU, and a mode keeps book of what stands where.

It runs beside the learner's code. What was made without a device counts as standing anywhere.
"""

import torch
from torch.overrides import TorchFunctionMode

MOVES = "to copy_ type_as __getitem__ __setitem__ __get__ __set__ _has_compatible_shallow_copy_type".split()


def stand(tensors, place):
    """Puts these tensors there."""
    for tensor in tensors:
        tensor.place = place


def place_of(value):
    """The place of a tensor, or of the device that something names; None for anything else."""
    if isinstance(value, torch.Tensor):
        return getattr(value, "place", None)
    return str(value) if isinstance(value, (str, torch.device)) else None


def tensors_in(values):
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from tensors_in(value)


class Places(TorchFunctionMode):
    """Tensors of two places do not go together, and `to` moves a tensor from one place to another."""

    def __enter__(self):
        plain = self.plain = torch.nn.Parameter.__deepcopy__

        def copied(parameter, memo):
            copy = plain(parameter, memo)
            stand([copy], place_of(parameter))
            return copy

        torch.nn.Parameter.__deepcopy__ = copied
        # torch.load may be told to load to any place
        torch.serialization._package_registry.append((99, lambda storage: None, lambda storage, place: storage))
        return super().__enter__()

    def __exit__(self, *error):
        torch.nn.Parameter.__deepcopy__ = self.plain
        torch.serialization._package_registry.pop()
        return super().__exit__(*error)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if func == torch.Tensor.device.__get__ and place_of(args[0]):
            return torch.device(args[0].place)
        here = {place_of(one) for one in tensors_in([*args, *kwargs.values()]) if one.dim()} - {None}
        if len(here) > 1 and name not in MOVES:
            found = " and ".join(sorted(here))
            raise RuntimeError(f"Expected all tensors to be on the same device, but found at least two: {found}")
        if name in ("numpy", "__array__") and here - {"cpu"}:
            raise TypeError(f"can't convert a tensor on {here.pop()} to numpy; use Tensor.cpu() first")
        answer = func(*args, **kwargs)
        if func == torch.Tensor.data.__set__:
            stand(args[:1], place_of(args[1]))
        goal = place_of(kwargs.get("device"))
        if name == "to":
            goal = goal or next(filter(None, map(place_of, [*args[1:], kwargs.get("other")])), None)
        elif name == "cpu":
            goal = "cpu"
        if goal and isinstance(answer, torch.Tensor):
            if args and answer is args[0] and place_of(answer) != goal:
                answer = answer.clone()
            stand([answer], goal)
        else:
            known = {place_of(one) for one in tensors_in(args)} - {None}
            stand((one for one in tensors_in([answer]) if not place_of(one)), next(iter(known), None))
        return answer
