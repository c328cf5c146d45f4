"""Right: it gets full points right after every attack, in the same sandbox."""


def mean_row(x):
    if x.ndim != 2:
        raise ValueError(f"x has {x.ndim} dimensions")
    return x.mean(1)


def best_row(x):
    return int(mean_row(x).argmax())
