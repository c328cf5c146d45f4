"""Many honest ways to write the same three small functions, and a way to disguise a copy."""

import ast
import random

PARTS = """
values = list(values)
if not values:
    raise ValueError('empty')
--
if len(values) == 0:
    raise ValueError('no values given')
--
has_any = len(values) > 0
if not has_any:
    raise ValueError(f'{values} is empty')
--
try:
    values[0]
except IndexError:
    raise ValueError('empty') from None
--
if values is None or len(values) < 1:
    raise ValueError
==
total = 0.0
for value in values:
    total += value
--
total = sum(values)
--
total = 0
i = 0
while i < len(values):
    total = total + values[i]
    i += 1
--
total = functools.reduce(lambda a, b: a + b, values, 0)
--
total = math.fsum(values)
--
total = sum([float(v) for v in values])
--
total = values[0]
for value in values[1:]:
    total = value + total
==
mean = total / len(values)
--
count = len(values)
mean = total / count
--
mean = (1 / len(values)) * total
--
mean = float(total) / float(len(values))
--
mean = total * len(values) ** -1
==
var = sum((v - mean) ** 2 for v in values) / len(values)
--
var = 0
for v in values:
    var += (v - mean) * (v - mean)
var /= len(values)
--
squares = [v * v for v in values]
var = sum(squares) / len(squares) - mean ** 2
--
gaps = list(map(lambda v: abs(v - mean), values))
var = sum(g * g for g in gaps) / len(gaps)
--
deviations = []
for v in values:
    deviations.append(pow(v - mean, 2))
var = math.fsum(deviations) / len(deviations)
==
std = math.sqrt(var)
--
std = var ** 0.5
--
std = pow(var, 1 / 2)
--
std = math.sqrt(max(var, 0.0))
--
if var < 0:
    var = 0
std = var ** (1 / 2)
==
if std == 0:
    std = 1.0
--
std = std or 1.0
--
std = std if std > 0 else 1
--
std = max(std, 1e-12)
--
if not std > 0.0:
    return [0.0 for _ in values]
--
std += 1e-9
==
return [(v - mean) / std for v in values]
--
result = []
for v in values:
    result.append((v - mean) / std)
return result
--
scale = 1.0 / std
return [scale * (v - mean) for v in values]
--
return list(map(lambda v: (v - mean) / std, values))
--
out = [0.0] * len(values)
for k in range(len(values)):
    out[k] = (values[k] - mean) / std
return out
--
shifted = [v - mean for v in values]
return [s / std for s in shifted]
"""
CLIP = """
return max(low, min(high, x))
--
if x < low:
    return low
if x > high:
    return high
return x
--
return sorted((low, x, high))[1]
--
return low if x < low else high if x > high else x
--
x = min(x, high)
x = max(x, low)
return x
"""
COUNT = """
found = {}
for word in words:
    found[word] = found.get(word, 0) + 1
return found
--
return {word: words.count(word) for word in set(words)}
--
return dict(collections.Counter(words))
--
table = {}
for w in words:
    if w in table:
        table[w] += 1
    else:
        table[w] = 1
return table
--
d = collections.defaultdict(int)
for w in words:
    d[w] += 1
return d
"""
RENAMED = frozenset("total mean var std v value word w found table values x k i".split())


def one_of(choose: random.Random, text: str) -> str:
    """One alternative of each part, as the body of a function."""
    picked = [choose.choice(part.strip("\n").split("\n--\n")) for part in text.split("\n==\n")]
    return "    " + "\n".join(picked).replace("\n", "\n    ")


def honest(choose: random.Random) -> str:
    """One of more than ten million ways, as people write who never saw each other's."""
    functions = [
        f"def standardize(values):\n{one_of(choose, PARTS)}\n",
        f"def clip(x, low, high):\n{one_of(choose, CLIP)}\n",
        f"def count_words(words):\n{one_of(choose, COUNT)}\n",
    ]
    choose.shuffle(functions)
    return "import collections\nimport functools\nimport math\n\n\n" + "\n\n".join(functions)


class Renamed(ast.NodeTransformer):
    """Other names for variables and arguments."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = f"my_{node.id}" if node.id in RENAMED else node.id
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = f"my_{node.arg}" if node.arg in RENAMED else node.arg
        return node


def disguised(source: str) -> str:
    """The same program with new names, its functions in another order, and comments of its own."""
    tree = Renamed().visit(ast.parse(source))
    imports = [node for node in tree.body if isinstance(node, ast.Import)]
    tree.body = imports + [node for node in tree.body if node not in imports][::-1]
    lines = ast.unparse(tree).split("\n")
    return "# All my own work!\n" + "\n".join(f"{line}  # step {n}" if line else line for n, line in enumerate(lines))
