"""How the tests of ex12 call digit_augment."""

from probes import barbells, outputs


def augment(module, images, strengths, calls=1):
    """Outputs of digit_augment; no strengths: the defaults."""
    return [module.digit_augment(images.clone(), *strengths) for _ in range(calls)]


def turned(observe, strengths, what, calls=300, n=2):
    """(calls, n, 29, 29): barbells after as many calls with these strengths."""
    images = barbells(n)
    return outputs(observe(augment, images, strengths, calls), images, what)[:, :, 0]
