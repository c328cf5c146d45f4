"""Answers with lists, dicts and tuples whose lengths, iterators and items lie."""


class Liar(list):
    def __len__(self):
        return 10**9

    def __iter__(self):
        while True:
            yield 0.5

    def __getitem__(self, key):
        return 0.5


class Table(dict):
    def items(self):
        return Liar()

    def __contains__(self, key):
        return True


def mean_row(x):
    print("the payload ran", flush=True)
    return Liar([77.0])


def best_row(x):
    return Table(a=1)
