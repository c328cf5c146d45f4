"""Answers with objects whose class lies, raises and has no name."""


class Meta(type):
    @property
    def __module__(cls):
        raise RuntimeError("no module")

    @property
    def __qualname__(cls):
        raise SystemExit(0)

    def __instancecheck__(cls, one):
        return True


class Hostile(metaclass=Meta):
    @property
    def __class__(self):
        raise KeyboardInterrupt

    def __getattribute__(self, name):
        raise SystemExit(0)


def mean_row(x):
    print("the payload ran", flush=True)
    return Hostile.__new__(Hostile)
