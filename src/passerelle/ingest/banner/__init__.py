"""The banner that asks visitors: its script, and what the policy has it say."""

from passerelle.ingest.banner.settings import (
    BANNER_FILE,
    BannerPurpose,
    BannerSettings,
    banner_script,
    read_banner_settings,
    write_banner_settings,
)

__all__ = [
    "BANNER_FILE",
    "BannerPurpose",
    "BannerSettings",
    "banner_script",
    "read_banner_settings",
    "write_banner_settings",
]
