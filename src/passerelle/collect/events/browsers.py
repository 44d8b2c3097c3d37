"""Which family of browser sent an event: what its cookie is worth depends on it.

The families follow what limits a cookie's life, not the brand: every browser of an iPhone is
WebKit and has Safari's limits; Samsung Internet and Edge on Android are Chromium. Rules are
tried in order and the first that matches wins.
Sources: MDN, "Browser detection using the user agent"; Apple's Mail Privacy Protection fetches
images as the bare `Mozilla/5.0`; WebKit, "Full Third-Party Cookie Blocking and More" (2020).
"""

from __future__ import annotations

import re
from functools import lru_cache

BROWSERS = (
    "ios_safari", "mac_safari", "android_chrome", "chromium", "firefox",
    "app", "mail_proxy", "bot", "other",
)  # fmt: skip

_BARE_AGENT = "Mozilla/5.0"
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mail_proxy", re.compile(r"GoogleImageProxy|YahooMailProxy|ggpht\.com|YahooCacheSystem")),
    (
        "bot",
        re.compile(
            r"(?<!cu)bot(?:\b|_)|crawl|spider|slurp|headless|phantomjs|lighthouse|pingdom"
            r"|monitor|scanner|preview|facebookexternalhit|mediapartners|archiver|curl/|wget"
            r"|python-|java/|go-http|libwww|httpclient|node-fetch|axios/|safelinks|barracuda",
            re.IGNORECASE,
        ),
    ),
    ("app", re.compile(r"FBA[NV]/|Instagram|Pinterest/|Snapchat|musical_ly|TikTok|; wv\)|GSA/")),
    ("app", re.compile(r"okhttp|CFNetwork|Dart/|Alamofire|^Dalvik|ReactNative")),
    ("app", re.compile(r"\((?:iPhone|iPad|iPod)(?!.*Safari/)")),
    ("ios_safari", re.compile(r"\((?:iPhone|iPad|iPod)")),
    ("firefox", re.compile(r"Firefox/")),
    ("android_chrome", re.compile(r"Android.*(?:Chrome|SamsungBrowser)/")),
    ("chromium", re.compile(r"Chrome/|Chromium/|Edge?/|OPR/")),
    ("mac_safari", re.compile(r"Macintosh.*Safari/")),
)
_NAMED = (  # what analytics tools write in full, already stripped of the version
    ("firefox", "firefox"), ("chrome", "chromium"), ("chromium", "chromium"),
    ("edge", "chromium"), ("opera", "chromium"), ("samsung", "chromium"), ("safari", "mac_safari"),
)  # fmt: skip


@lru_cache(maxsize=65_536)
def classify_user_agent(user_agent: str) -> str:
    """The browser family of a User-Agent header.

    >>> classify_user_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) CriOS/130 Safari/604.1")
    'ios_safari'
    >>> classify_user_agent("Mozilla/5.0")
    'mail_proxy'
    """
    agent = user_agent.strip()
    if agent == _BARE_AGENT:
        return "mail_proxy"
    for family, pattern in _RULES:
        if pattern.search(agent):
            return family
    return "other"


def classify_browser(browser: str, system: str) -> str:
    """The browser family of a browser and an operating system given by name.

    >>> classify_browser("Chrome", "Android"), classify_browser("Chrome Mobile iOS", "iOS")
    ('android_chrome', 'ios_safari')
    """
    name, platform = browser.lower(), system.lower()
    if platform.startswith(("ios", "ipados")):
        return "app" if "webview" in name or "in-app" in name else "ios_safari"
    if "webview" in name:
        return "app"
    family = next((family for word, family in _NAMED if word in name), "other")
    if family == "chromium" and platform.startswith("android"):
        return "android_chrome"
    return family
