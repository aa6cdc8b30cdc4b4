"""Digital mailboxes (Mina meddelanden): the gateway interface, and an implementation that writes to a folder.

The agency's rules: PDF only, and at most 2 MB for the whole message, base64 included.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from letters import files

MOST_BYTES = 2 * 1024 * 1024


class MailboxError(RuntimeError):
    """The gateway did not accept the message; retry later."""


class TooLarge(MailboxError):
    """The message exceeds the limit: the letter goes on paper."""


@dataclass(frozen=True)
class Message:
    """``recipient``: identity number by which the agency finds the mailbox. It stays inside the message."""

    reference: str
    recipient: str
    sender: str
    subject: str
    pdf: bytes


class Gateway(Protocol):
    def send(self, message: Message) -> str:
        """Deliver, and return the gateway's receipt. Idempotent by reference.

        Raises:
            TooLarge: more than ``MOST_BYTES`` as sent.
            MailboxError: temporary failure.
        """
        ...


def encoded(message: Message) -> bytes:
    """The message as transmitted.

    Raises:
        TooLarge: more than ``MOST_BYTES``.
    """
    body = json.dumps(
        {
            "schema": "digital-letter/1",
            "reference": message.reference,
            "recipient": message.recipient,
            "sender": message.sender,
            # Shown in the notification e-mail, so it does not mention care.
            "subject": message.subject,
            "attachment": {"type": "application/pdf", "body": base64.b64encode(message.pdf).decode()},
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    if len(body) > MOST_BYTES:
        raise TooLarge(f"{len(body)} bytes, at most {MOST_BYTES}")
    return body


class FolderGateway:
    """Stand-in gateway: writes each message to a file, for the operator of the real one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message) -> str:
        path = self._folder / f"{message.reference}.json"
        body = encoded(message)
        if not path.exists():
            try:
                files.write_whole(path, body)
            except OSError as error:
                raise MailboxError(str(error)) from error
        return f"folder:{files.sha256(body)[:16]}"


def gateway() -> Gateway | None:
    """Configured gateway; None: everything goes on paper."""
    return FolderGateway(Path(settings.LETTER_MAILBOX)) if settings.LETTER_MAILBOX else None
