"""Encrypted TOTP secrets: a copy of the database cannot generate codes."""

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
    """Key derived from SECRET_KEY: a new SECRET_KEY invalidates the codes of local accounts."""
    digest = hashlib.sha256(b"signin.secrets\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
