"""Public references: random, meaningless, and readable on the phone."""

import secrets

# Crockford's base 32 without letters that are mistaken for digits or for each other.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12


def new_reference() -> str:
    """Twelve characters out of thirty: 58 bits, so guessing is hopeless."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def reference_from(digest: bytes) -> str:
    """Deterministic reference from a digest, for objects that must get the same reference when made again."""
    # The signs are the last digits in base thirty: the remainder has them all, and is quick to divide.
    number = int.from_bytes(digest, "big") % len(_ALPHABET) ** LENGTH
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(_ALPHABET))
        signs.append(_ALPHABET[sign])
    return "".join(signs)
