"""Every error a person can meet, named after what to do next.

Anything that is not one of these is a bug and crashes. The message says what happened, the
hint says what to do; neither ever holds a value of a person (a name, an e-mail, a number).
"""

from __future__ import annotations

from datetime import timedelta


class PasserelleError(Exception):
    """An error with a hint for the person who meets it."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InvalidInput(PasserelleError):
    """What was given cannot be used: say so (exit 2, HTTP 422)."""

    exit_code = 2


class Misconfigured(PasserelleError):
    """A setting is wrong or missing: name it (exit 3)."""

    exit_code = 3


class RejectedRecord(PasserelleError):
    """One record cannot be used: quarantine it and go on.

    `reason` is a stable code (`bad_date`, `no_identifier`) to count and filter by.
    """

    exit_code = 2

    def __init__(self, reason: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class Retryable(PasserelleError):
    """It may work later: wait `after`, then try again (exit 75, as sysexits' EX_TEMPFAIL)."""

    exit_code = 75

    def __init__(self, message: str, *, after: timedelta, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.after = after
