"""The pages of accounts, the outbox and the log."""

from . import log, outbox, users

__all__ = ["log", "outbox", "users"]
