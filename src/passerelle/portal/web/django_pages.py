"""Django's settings for the pages, beside those of the store."""

from __future__ import annotations

import logging
from typing import Any

from passerelle.portal.portal import Portal
from passerelle.store import lend_django

BODY_BYTES = 64 * 1024
"""Largest body of a request: the longest form is a hundredth of it."""
FIELDS = 60
"""Most fields of a form."""
REFERRER_POLICY = "same-origin"
"""Nobody else learns of an address and the token in it. `no-referrer` would have browsers hide the
origin of forms too (Fetch, "append a request Origin header"), by which forged ones are told apart.
"""
_TEMPLATES = "passerelle.portal.web"


def page_settings(portal: Portal) -> dict[str, Any]:
    """What Django is told."""
    options = portal.options
    prefix = "__Host-" if options.is_secure else ""  # RFC 6265bis: bound to this host and HTTPS
    return {
        "DEBUG": False,
        "SECRET_KEY": portal.derived("portal django").hex(),
        "ALLOWED_HOSTS": list(options.hosts),
        "ROOT_URLCONF": f"{_TEMPLATES}.addresses",
        "MIDDLEWARE": [
            f"{_TEMPLATES}.safety.with_safe_headers",
            "django.middleware.security.SecurityMiddleware",
            f"{_TEMPLATES}.safety.with_troubles_told",
            f"{_TEMPLATES}.languages.with_language",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [],
                "APP_DIRS": False,
                "OPTIONS": {"environment": f"{_TEMPLATES}.templating.make_environment"},
            }
        ],
        "DATA_UPLOAD_MAX_MEMORY_SIZE": BODY_BYTES,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": FIELDS,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 0,
        "FILE_UPLOAD_HANDLERS": [],
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_REFERRER_POLICY": REFERRER_POLICY,
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_SSL_REDIRECT": options.is_secure,
        "SECURE_HSTS_SECONDS": int(options.hsts.total_seconds()) if options.is_secure else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": options.is_secure,
        "SECURE_HSTS_PRELOAD": options.is_secure,
        "CSRF_COOKIE_NAME": f"{prefix}form",
        "CSRF_COOKIE_AGE": None,  # as long as the browser is open
        "CSRF_COOKIE_SECURE": options.is_secure,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "CSRF_FAILURE_VIEW": f"{_TEMPLATES}.views.troubles.forged",
        "SESSION_COOKIE_NAME": f"{prefix}session",
        "USE_I18N": False,  # the product has its own catalogue
    }


def use_pages(portal: Portal) -> None:
    """Have Django serve the pages of a portal in this process, and keep quiet in its log."""
    lend_django(page_settings(portal))
    # Its messages hold addresses with tokens, and tracebacks what people typed.
    for name in ("django", "waitress"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
