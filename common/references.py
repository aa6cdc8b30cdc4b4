"""Public references: random, say nothing, can be read aloud on the phone."""

import secrets

# Crockford's base 32 without letters that are mistaken for digits or for each other.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12


def new_reference() -> str:
    """Twelve characters out of thirty: 58 bits, so a guess finds nobody."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def reference_from(digest: bytes) -> str:
    """The same for the same digest: for what must get its old name when it is made again."""
    number = int.from_bytes(digest, "big")
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(_ALPHABET))
        signs.append(_ALPHABET[sign])
    return "".join(signs)
