"""ex25's picture: what each tool alone gets right with clean and with wrong labels, and what the whole recipe gets."""

from grader.digits import digits

# Test accuracy with clean and with noisy training labels, as tests/exercises/test_ex25_oracle.py measures it.
TOOLS = {
    "none": (0.92, 0.71),
    "label smoothing": (0.93, 0.73),
    "mixup": (0.91, 0.73),
    "dropout": (0.92, 0.78),
    "early stopping": (0.90, 0.82),
    "weight decay": (0.92, 0.80),
}


def given():
    """What `scene` gets: images and labels to train on (clean, noisy), to validate, and images to read."""
    clean, noisy = digits(), digits(noisy=True)
    return clean.x_train, clean.y_train, noisy.y_train, clean.x_val, clean.y_val, clean.x_test


def scene(module, x, y_clean, y_noisy, x_val, y_val, images):
    return [module.train_recipe(x, y, x_val, y_val)(images).argmax(1) for y in (y_clean, y_noisy)]


def draw(submission, reference):
    from matplotlib.figure import Figure

    right = digits().y_test
    bars = dict(TOOLS)
    for name, seen in (("reference recipe", reference), ("your recipe", submission)):
        if seen is not None:
            bars[name] = tuple((answers == right).mean() for answers in seen)
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    places = range(len(bars))
    for shift, part, label in ((0.2, 0, "clean labels"), (-0.2, 1, "a quarter of the labels wrong")):
        values = [pair[part] for pair in bars.values()]
        drawn = axes.barh([place + shift for place in places], values, height=0.38, label=label)
        axes.bar_label(drawn, fmt="%.2f", padding=3)
    axes.set_yticks(list(places), list(bars))
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of 1197 test images that are right")
    figure.legend(loc="outside upper center", ncols=2)
    return figure
