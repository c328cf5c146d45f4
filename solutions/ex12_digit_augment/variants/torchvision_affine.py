"""torchvision turns and shifts image by image to the nearest pixel; crops are padded with zeros."""

import torch
from torch import Tensor
from torchvision.transforms import v2


def digit_augment(images: Tensor, shift: int = 1, degrees: float = 10.0) -> Tensor:
    if shift < 0:
        raise ValueError("shift < 0")
    height, width = images.shape[-2:]
    affine = v2.RandomAffine(degrees, translate=(shift / width, shift / height))
    return torch.stack([affine(image) for image in images])


def random_crop_same_size(images: Tensor, crop: int) -> Tensor:
    height, width = images.shape[-2:]
    if crop < 1 or crop > height or crop > width:
        raise ValueError("the window must fit")
    window = v2.RandomCrop(crop)(images)
    return v2.CenterCrop((height, width))(window)
