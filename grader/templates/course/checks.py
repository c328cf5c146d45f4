"""Computes the keys of the quizzes, so that `grader quiz lint` notices a wrong one."""

import torch


def mean_of_column() -> float:
    return torch.tensor([1.0, 5.0, 9.0]).mean().item()
