"""Signing in with an account at an OpenID Connect provider, such as the web shop's own.

Authorization code with PKCE; state, nonce, issuer, audience and signature are checked. What counts
of the account is the contact point that the provider says it verified.
Source: OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9207.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from passerelle.kernel import InvalidInput, Misconfigured
from passerelle.kernel.language import _
from passerelle.settings import Settings

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

_SECONDS = 10.0
_ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Pending:
    """A sign-in that was begun; kept by the browser, signed, until the provider sends it back."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Provider:
    """The provider of the settings."""

    settings: Settings
    redirect: str

    def begin(self) -> tuple[str, Pending]:
        """Where to send the browser, and what to keep until it comes back.

        Raises:
            Misconfigured: The provider's library is not installed.
        """
        pending = Pending(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48))
        with self._session() as session:
            url, _state = session.create_authorization_url(
                self._metadata(session)["authorization_endpoint"],
                state=pending.state,
                nonce=pending.nonce,
                code_verifier=pending.verifier,
            )
        return str(url), pending

    def finish(self, answer: Mapping[str, str], pending: Pending) -> str:
        """The verified contact point of the account that the browser comes back with.

        Raises:
            InvalidInput: The answer is not the provider's to this browser, or the provider
                verified no contact point.
        """
        if answer.get("state") != pending.state or not answer.get("code"):
            raise _not_signed_in()
        if answer.get("iss", self.settings.oidc_issuer) != self.settings.oidc_issuer:
            raise _not_signed_in()
        with self._session() as session:
            metadata = self._metadata(session)
            try:
                token = session.fetch_token(
                    metadata["token_endpoint"],
                    code=answer["code"],
                    code_verifier=pending.verifier,
                    timeout=_SECONDS,
                )
                keys = session.get(metadata["jwks_uri"], withhold_token=True, timeout=_SECONDS)
                claims = self._claims(token["id_token"], keys.json(), pending)
            except Exception:  # whatever it is, the person is not signed in
                raise _not_signed_in() from None
        return _contact(claims)

    def _claims(self, id_token: str, keys: dict[str, Any], pending: Pending) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.jwk import KeySet

        read = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=list(_ALGORITHMS))  # type: ignore[arg-type]
        jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self.settings.oidc_issuer},
            aud={"essential": True, "value": self.settings.oidc_client},
            exp={"essential": True},
            nonce={"essential": True, "value": pending.nonce},
        ).validate(read.claims)
        return dict(read.claims)

    def _metadata(self, session: OAuth2Session) -> dict[str, Any]:
        issuer = self.settings.oidc_issuer
        told: dict[str, Any] = session.get(
            issuer.rstrip("/") + _DISCOVERY, withhold_token=True, timeout=_SECONDS
        ).json()
        if told.get("issuer") != issuer:
            raise Misconfigured(
                _("The provider of PASSERELLE_OIDC_ISSUER calls itself otherwise."),
                hint=_("Set it to the issuer that the provider's configuration names."),
            )
        return told

    def _session(self) -> OAuth2Session:
        try:
            from authlib.integrations.requests_client import OAuth2Session
        except ImportError:
            raise Misconfigured(
                _("PASSERELLE_OIDC_ISSUER is set, but what speaks to it is not installed."),
                hint=_("Install it with: pip install 'passerelle[oidc]'"),
            ) from None
        return OAuth2Session(
            client_id=self.settings.oidc_client,
            client_secret=self.settings.oidc_secret,
            scope="openid email phone",
            redirect_uri=self.redirect,
            code_challenge_method="S256",
        )


def _contact(claims: Mapping[str, Any]) -> str:
    for name in ("email", "phone_number"):
        if claims.get(name) and claims.get(f"{name}_verified") is True:
            return str(claims[name])
    raise InvalidInput(
        _("Your account has no e-mail address or phone number that was checked."),
        hint=_("Have a link sent to you instead."),
    )


def _not_signed_in() -> InvalidInput:
    return InvalidInput(
        _("You were not signed in."), hint=_("Try again, or have a link sent to you instead.")
    )
