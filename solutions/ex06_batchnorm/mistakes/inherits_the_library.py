"""Must fail: test_by_hand, test_refuses_other_features
Says: "PyTorch's own batch normalization"
Echoes: test_refuses_one_sample

A subclass of PyTorch's layer, with nothing in it.
"""

from torch import nn


class BatchNorm(nn.BatchNorm1d):
    pass
