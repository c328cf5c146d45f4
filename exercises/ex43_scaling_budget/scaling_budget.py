"""What a training run costs: parameters, work, time and two kinds of memory.

Where a signature says float, an int may come as well, and results may be either; whether counts may come as floats is
free. A result is right to five digits. Every argument must be positive (`context` of transformer_params may be 0), else
ValueError.
"""


def transformer_params(layers: int, width: int, vocab: int, context: int = 0) -> int:
    """12 · layers · width² + (vocab + context) · width: weights and embeddings, without biases and norms.

    `context` is the number of learned positions; 0 if there are none.
    """
    raise NotImplementedError("transformer_params: not written yet")


def training_flops(params: float, tokens: float) -> float:
    """Operations for one pass over `tokens`: 2 per parameter and token forward, and twice as many backward."""
    raise NotImplementedError("training_flops: not written yet")


def compute_optimal(flops: float, tokens_per_param: float = 20.0) -> tuple[float, float]:
    """(params, tokens) whose training takes `flops` operations, with tokens = tokens_per_param · params."""
    raise NotImplementedError("compute_optimal: not written yet")


def training_days(flops: float, devices: int, peak_flops: float, utilization: float) -> float:
    """Days of 24 hours for `flops` operations.

    A device does `utilization` · `peak_flops` operations per second. ValueError also for a utilization above 1.
    """
    raise NotImplementedError("training_days: not written yet")


def adam_memory_bytes(params: int, precision: str = "float32") -> int:
    """Bytes for weights, gradients and Adam's two averages; activations left out.

    "float32":  all four in 4 bytes
    "mixed":    weights and gradients in 2 bytes, a master copy of the weights and both averages in 4
    "bfloat16": all four in 2 bytes
    Any other precision: ValueError.
    """
    raise NotImplementedError("adam_memory_bytes: not written yet")


def mlp_activation_bytes(depth: int, width: int, batch: int, bytes_per_value: int = 4) -> int:
    """Bytes that are kept for the backward pass of `depth` times Linear(width, width) followed by ReLU.

    Every Linear keeps its input, every ReLU its own output; a tensor that two of them keep counts once. The network's
    input, of shape (batch, width), is kept as well; weights and biases are left out.
    """
    raise NotImplementedError("mlp_activation_bytes: not written yet")


def transformer_activation_bytes(layers: int, width: int, heads: int, context: int, batch: int) -> int:
    """layers · context · batch · width · (34 + 5 · heads · context / width), in 16-bit precision."""
    raise NotImplementedError("transformer_activation_bytes: not written yet")
