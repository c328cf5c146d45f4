"""Early stopping: end a training once the validation loss has stopped falling, and hand back the best weights."""

from torch import nn


class EarlyStopping:
    """Asked once per epoch whether to stop; remembers the numbers of the model in its best epoch.

    Public attributes, up to date after every `step`:
    `best_loss` (float, inf before the first epoch): the validation loss of the last improvement, that very number;
    `counter` (int, 0 before the first epoch): how many bad epochs in a row there have been since then.

    Where you keep the memory is free: in tensors, in a second model, in a file of any name in the working folder.
    Several objects may be at work at the same time, each in a working folder of its own; they share nothing.
    """

    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        """`patience` bad epochs in a row end the training; `min_delta` is in units of the loss.

        ValueError if patience < 1 or min_delta < 0.
        """
        raise NotImplementedError("early_stopping: not written yet")

    def step(self, val_loss: float, model: nn.Module) -> bool:
        """Takes the validation loss of the epoch just ended (a float); True means: stop now.

        The epoch is an improvement if `val_loss < best_loss - min_delta`; `best_loss` changes then and only then.
        An improvement sets `counter` to 0 and puts the model into memory, all its parameters, frozen ones too, and
        all its buffers (such as the running mean of a batch norm), bit for bit and each in its own dtype.
        Any other epoch is a bad epoch: an equal loss, a gain smaller than min_delta, NaN, also as first loss.
        It adds 1 to `counter` and leaves the memory as it is.
        The answer is True as soon as `counter` reaches `patience`.

        Free: what step() answers after the first True, infinite losses, whether a gain of exactly min_delta > 0 is
        an improvement, buffers that state_dict() leaves out.
        """
        raise NotImplementedError("early_stopping: not written yet")

    def restore(self, model: nn.Module) -> None:
        """Writes the parameters and buffers of the best epoch back into `model`, the module that `step` was given.

        Training may go on afterwards: the model keeps its parameter objects, which an optimizer holds, and each goes
        on requiring gradients or not as right before this call. A later `restore` gives the same numbers again.
        `best_loss` and `counter` stay as they are.
        RuntimeError if no finite loss was seen yet, so that there is nothing to restore.
        """
        raise NotImplementedError("early_stopping: not written yet")
