"""Answers with objects whose class lies, raises and has no name."""


class Meta(type):
    def __getattribute__(cls, name):
        if name in ("__module__", "__qualname__", "__mro__"):
            raise SystemExit(0)
        return super().__getattribute__(name)

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
