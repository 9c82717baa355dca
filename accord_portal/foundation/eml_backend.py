"""Mail as files: one `.eml` a message, named after its Message-ID: written again, it is not a second one."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes each message whole or not at all; `has` answers whether a message was taken."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(fail_silently=bool(kwargs.get("fail_silently")))
        self.folder = Path(settings.EMAIL_FILE_PATH)

    def _path(self, message_id: str) -> Path:
        name = message_id.strip("<> ").partition("@")[0]
        return self.folder / f"{''.join(c for c in name if c.isalnum() or c in '-_.')}.eml"

    def has(self, message_id: str) -> bool:
        """Whether the message with this Message-ID has arrived."""
        return self._path(message_id).exists()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Writes the messages; how many. Raises OSError where the folder cannot be written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            mime = message.message()
            path = self._path(str(mime["Message-ID"]))
            half = path.with_suffix(f".{os.getpid()}.part")
            half.write_bytes(mime.as_bytes(linesep="\r\n"))
            half.replace(path)
        return len(email_messages)
