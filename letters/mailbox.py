"""Digital mailboxes (Mina meddelanden): what any gateway must do, and one that leaves files in a folder.

The agency's rules: PDF only, and the whole message at most 2 MB with base64's third added.
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
    """The gateway did not take the message. It may be tried again."""


class TooLarge(MailboxError):
    """It will never fit: the letter goes on paper."""


@dataclass(frozen=True)
class Message:
    """``recipient`` is the identity number by which the agency finds the mailbox: it stays inside the message."""

    reference: str
    recipient: str
    sender: str
    subject: str
    pdf: bytes


class Gateway(Protocol):
    def send(self, message: Message) -> str:
        """Deliver, and give the gateway's receipt. The same reference twice is delivered once.

        Raises:
            TooLarge: more than ``MOST_BYTES`` as sent.
            MailboxError: not now.
        """
        ...


def encoded(message: Message) -> bytes:
    """The message as it travels.

    Raises:
        TooLarge: more than ``MOST_BYTES``.
    """
    body = json.dumps(
        {
            "schema": "digital-letter/1",
            "reference": message.reference,
            "recipient": message.recipient,
            "sender": message.sender,
            # Shown in an e-mail that tells of new mail: it says nothing of care.
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
    """A stand-in: each message becomes a file, which whoever runs the real gateway picks up."""

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
    """As set up; None: everything goes on paper."""
    return FolderGateway(Path(settings.LETTER_MAILBOX)) if settings.LETTER_MAILBOX else None
