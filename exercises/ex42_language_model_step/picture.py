"""ex42's picture: where the loss pulls the logits of a padded text, and gradients before and after the cut."""

import torch
from torch import nn

TEXT = [1, 4, 2, 6, 3, 5, 0, 0]  # 0 is padding
VOCABULARY, STEPS, LIMIT = 7, 80, 1.0


class Tiny(nn.Module):
    """Embedding, a recurrent layer, logits."""

    def __init__(self):
        super().__init__()
        self.embed, self.head = nn.Embedding(VOCABULARY, 16), nn.Linear(16, VOCABULARY)
        self.memory = nn.GRU(16, 16, batch_first=True)

    def forward(self, tokens):
        return self.head(self.memory(self.embed(tokens))[0])


def scene(module):
    """The gradient by the logits of one text, and loss and norm of each step, some of them on strange texts."""
    logits = torch.zeros(1, len(TEXT), VOCABULARY, requires_grad=True)
    module.next_token_loss(logits, torch.tensor([TEXT]), 0).backward()
    torch.manual_seed(42)
    model = Tiny()
    with torch.no_grad():
        model.head.weight *= 4
    optimizer = torch.optim.AdamW(model.parameters())
    losses, norms, cut = [], [], []
    order = torch.randperm(VOCABULARY - 1) + 1
    for step in range(STEPS):
        texts = torch.stack([order.roll(-start).repeat(3)[:12] for start in range(6)])
        if step % 20 == 19:
            texts = torch.randint(1, VOCABULARY, texts.shape)
        rate = 0.02 * min((step + 1) / 10, 1)
        told = module.lm_step(model, texts, optimizer, rate, LIMIT, 0)
        losses.append(float(told["loss"]))
        norms.append(float(told["grad_norm"]))
        arrow = torch.zeros(9, requires_grad=True)
        arrow.grad = torch.full_like(arrow, norms[-1] / 3)  # as long as this step's gradients
        module.clip_by_global_norm([arrow], LIMIT)
        cut.append(arrow.grad.norm().item())
    return {"pull": logits.grad[0].tolist(), "losses": losses, "norms": norms, "after": cut}


def claim(reference):
    """Each position is pulled toward its next token, padding toward none; strange texts are cut, most steps are not."""
    for place, line in enumerate(reference["pull"]):
        target = TEXT[place + 1] if place + 1 < len(TEXT) else 0
        up = [token for token, slope in enumerate(line) if slope < 0]
        assert up == ([target] if target else []), f"position {place} is pulled toward {up or 'none'}"
    norms, losses = reference["norms"], reference["losses"]
    longest = max(reference["after"])
    assert longest < 1.001 * LIMIT, f"a gradient is {longest:.2f} long after the cut"
    for step in (39, 59, 79):
        assert norms[step] > LIMIT, f"the strange text of step {step} is not cut: its norm is {norms[step]:.2f}"
    short = sum(norm < LIMIT for norm in norms)
    assert short > STEPS / 2, f"{short} of {STEPS} steps stay below the limit"
    assert losses[-2] < 0.1 < losses[-1], f"the last two losses are {losses[-2]:.2f} and {losses[-1]:.2f}"


def draw(submission, reference):
    """A row for each side: a heat map of targets, the losses, and a histogram of norms with the cut."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(13, 4 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 3, squeeze=False), sides, strict=True):
        pull = [[-value for value in line] for line in told["pull"]]
        row[0].imshow(list(zip(*pull, strict=True)), cmap="PiYG", vmin=-0.2, vmax=0.2, origin="lower", aspect="auto")
        row[0].plot(range(len(TEXT)), TEXT, "s", mfc="none", color="tab:gray", label="the token read there")
        row[0].set(title=f"{name}: which logit is pulled up (green)", xlabel="position", ylabel="token (0 is padding)")
        row[0].legend(fontsize=8, loc="upper right")
        row[1].plot(told["losses"], color="tab:blue")
        row[1].set(title="a repeating text, strange ones in between", xlabel="step", ylabel="loss")
        bins = [0.1 * i for i in range(26)]
        for key, color, label in (("norms", "tab:orange", "before"), ("after", "tab:blue", "after")):
            shown = [min(value, bins[-1]) for value in told[key]]
            row[2].hist(shown, bins=bins, alpha=0.6, color=color, label=f"{label} clipping")
        row[2].axvline(LIMIT, color="tab:red", ls="--", lw=1, label=f"max_norm {LIMIT:g}")
        row[2].set(title="norm of all gradients", xlabel="norm (2.5 stands for more)", ylabel="steps", yscale="log")
        row[2].legend(fontsize=8)
    return figure
