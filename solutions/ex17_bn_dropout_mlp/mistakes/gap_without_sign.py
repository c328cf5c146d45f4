"""Must fail: test_gap_of_a_model_made_by_hand
Says: "the sign is lost"
Echoes: -

The absolute value of the gap.
"""

import torch
from torch import nn
from torch.nn import functional as F


class RegularizedMLP(nn.Module):
    def __init__(self, in_features=784, hidden=128, num_classes=10, dropout=0.5):
        super().__init__()
        self.hidden_layer = nn.Linear(in_features, hidden)
        self.norm = nn.BatchNorm1d(hidden, eps=1e-4)
        self.classifier = nn.Linear(hidden, num_classes)
        self.dropout_p = dropout

    def forward(self, x):
        batch = x.size(0)
        flat = x.contiguous().view(batch, -1)
        return self.classifier(F.dropout(self.norm(self.hidden_layer(flat)).relu(), self.dropout_p, self.training))


def overfit_gap(model, x_train, y_train, x_test, y_test):
    states = [(module, module.training) for module in model.modules()]
    was_enabled = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        model.eval()
        logits = model(torch.cat([x_train, x_test]))
    finally:
        torch.set_grad_enabled(was_enabled)
        for module, training in states:
            module.training = training
    correct = logits.argmax(1).eq(torch.cat([y_train, y_test]))
    n = len(y_train)
    return abs(correct[:n].sum().item() / n - correct[n:].sum().item() / (len(correct) - n))
