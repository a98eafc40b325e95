"""Names as they stand where it matters that somebody is meant, and not who."""


def mask_name(name: str) -> str:
    """欧阳修 → 欧**: the first character, and as many asterisks as there are others."""
    return name[:1] + "*" * (len(name) - 1)
