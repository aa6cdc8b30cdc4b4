"""The secret behind a person's one-time codes lies encrypted: whoever reads the database cannot make codes."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


class EncryptingAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth tells no types
    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    """By a key of its own, made from SECRET_KEY: a new SECRET_KEY means new codes for local accounts."""
    digest = hashlib.sha256(b"signin.secrets\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
