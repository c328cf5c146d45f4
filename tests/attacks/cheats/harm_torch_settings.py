"""Changes whatever torch keeps for a whole process: threads, default types, deterministic mode, hooks."""

import torch

torch.set_num_threads(64)
torch.set_default_dtype(torch.float64)
torch.set_default_device("meta")
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
torch.manual_seed = torch.from_numpy = torch.as_tensor = lambda *args: None
print("the payload ran", flush=True)


def mean_row(x):
    return None
