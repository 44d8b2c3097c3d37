"""What an object storage says when it cannot be used, told with what to do about it."""

from __future__ import annotations

from datetime import timedelta

from passerelle.kernel import Misconfigured, PasserelleError, Retryable
from passerelle.kernel.language import _

_NO_BUCKET = ("nosuchbucket", "the specified bucket", "containernotfound", "filesystemnotfound")
# Without a key, the library asks the cloud's own machine for one.
_NO_KEY = ("169.254.169.254", "latest/api/token", "metadata.google", "token request", "credential")
_WRONG_REGION = ("redirect without location", "authorizationheadermalformed", "permanentredirect")
_NO_KEEPING_APART = ("not yet implemented", "notimplemented", "not implemented")
_NOT_HTTP = ("url scheme is not allowed",)
_REFUSED = (
    *("403 forbidden", "401 unauthorized", "access denied", "accessdenied", "invalidaccesskeyid"),
    *("signaturedoesnotmatch", "expiredtoken", "invalidtoken", "unauthorized", "forbidden"),
)
_SILENT = (
    *("error sending request", "timed out", "timeout", "connection refused", "connection reset"),
    *("connection closed", "dns error", "error decoding response", "500 internal server error"),
    *("502 bad gateway", "503 service unavailable", "504 gateway", "slowdown", "429 too many"),
)


def explain_storage(text: str, place: str) -> PasserelleError | None:
    """What to do about an error of the storage at a place, given in small letters."""
    if any(sign in text for sign in _NO_BUCKET):
        return Misconfigured(
            _("The storage of the lake at {place} has no such bucket.").format(place=place),
            hint=_("Make the bucket, or mend PASSERELLE_LAKE_URL."),
        )
    if any(sign in text for sign in _NO_KEEPING_APART):
        return not_atomic(place)
    if any(sign in text for sign in _NOT_HTTP):
        return Misconfigured(
            _("The storage of the lake at {place} is spoken to without encryption.").format(
                place=place
            ),
            hint=_("Give an address that begins with https://, or set AWS_ALLOW_HTTP=true."),
        )
    return _explain_key(text, place) or _explain_silence(text, place)


def not_atomic(place: str) -> Misconfigured:
    """What is said of a storage that lets two writers make the same file."""
    return Misconfigured(
        _("The storage at {place} lets two commands overwrite each other's files.").format(
            place=place
        ),
        hint=_("Use one that honours If-None-Match, or set PASSERELLE_LAKE_URL to a folder."),
    )


def _explain_key(text: str, place: str) -> Misconfigured | None:
    if any(sign in text for sign in _NO_KEY):
        return Misconfigured(
            _("No key was given for the storage of the lake at {place}.").format(place=place),
            hint=_("Set the storage's own variables; see docs/how-to/lake-on-object-storage.md."),
        )
    if any(sign in text for sign in _WRONG_REGION):
        return Misconfigured(
            _("The bucket of the lake at {place} is in another region.").format(place=place),
            hint=_("Set AWS_REGION to the region of the bucket."),
        )
    if any(sign in text for sign in _REFUSED):
        return Misconfigured(
            _("The storage of the lake at {place} refuses the key that it was given.").format(
                place=place
            ),
            hint=_(
                "Check the storage's own variables, such as AWS_ACCESS_KEY_ID, and that the key "
                "may list, read, write and remove there."
            ),
        )
    return None


def _explain_silence(text: str, place: str) -> Retryable | None:
    if any(sign in text for sign in _SILENT):
        return Retryable(
            _("The storage of the lake at {place} does not answer.").format(place=place),
            after=timedelta(minutes=1),
            hint=_("Check PASSERELLE_LAKE_URL and the network, then run the same command again."),
        )
    return None
