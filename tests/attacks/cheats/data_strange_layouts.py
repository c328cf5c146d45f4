"""Answers with tensors that have no plain numbers in a row: sparse, nested, on the meta device."""

import torch


def mean_row(x):
    print("the payload ran", flush=True)
    return [
        torch.eye(3).to_sparse(),
        torch.eye(3).to_sparse_csr(),
        torch.zeros(3, device="meta"),
        torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
    ][min(len(x), 3)]


def best_row(x):
    return torch.zeros(3).to_sparse()
