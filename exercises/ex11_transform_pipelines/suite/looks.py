"""Scenarios of ex11: what the two pipelines make of pictures."""

from PIL import Image


def look(module, options, pictures, trains=1, vals=1):
    """What both pipelines make of each picture, each asked as often as told."""
    train, val = module.make_transforms(**options)
    images = [Image.fromarray(picture.numpy()) for picture in pictures]
    return {
        "train": [[train(image) for _ in range(trains)] for image in images],
        "val": [[val(image) for _ in range(vals)] for image in images],
    }


def train_views(module, options, picture, views):
    """Many training views of one picture, all from one pipeline."""
    train, _ = module.make_transforms(**options)
    image = Image.fromarray(picture.numpy())
    return [train(image) for _ in range(views)]
