"""Raises exceptions that hold exceptions, and generators that are closed while they run."""


def mean_row(x):
    print("the payload ran", flush=True)
    raise BaseExceptionGroup("many", [SystemExit(0), KeyboardInterrupt(), ValueError("deep")])


def best_row(x):
    raise GeneratorExit
