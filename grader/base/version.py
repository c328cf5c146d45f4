"""Versions of installed packages, without importing them."""


def installed(package: str) -> str:
    """A package's version, "unknown" if it is not installed as one."""
    from importlib.metadata import PackageNotFoundError, version  # 20 ms, and most commands never ask

    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
