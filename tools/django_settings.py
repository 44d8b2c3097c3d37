"""The settings that mypy's Django plug-in reads models with; the product configures itself."""

from passerelle.store import APPS

INSTALLED_APPS = list(APPS)
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
