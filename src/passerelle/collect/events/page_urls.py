"""Addresses of pages without what they may betray: no query, no fragment, no e-mail in the path.

What the query said of the campaign is kept apart: `utm_source`, `utm_campaign`, or the platform
whose click id it carried.
"""

from __future__ import annotations

import polars as pl

_CLICK_IDS = {  # the click id an ad platform adds to the landing page: the platform
    "gclid": "google",
    "gbraid": "google",
    "wbraid": "google",
    "dclid": "google",
    "fbclid": "facebook",
    "msclkid": "microsoft",
    "ttclid": "tiktok",
    "twclid": "twitter",
    "li_fat_id": "linkedin",
}
_CLICK_ID = rf"(?:^|&)({'|'.join(_CLICK_IDS)})=[^&]"
_USER_INFO = r"^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)[^/?#@]*@"
_PERSONAL_PART = r"[^/]*(?:@|%40)[^/]*"
_HIDDEN = "~"


def read_pages(urls: pl.Series) -> pl.DataFrame:
    """page_url, page_host, and campaign_source and campaign_name as the query gave them.

    >>> read_pages(pl.Series(["https://x.fr/p/1?gclid=z&email=a@b.fr#top"])).row(0)
    ('https://x.fr/p/1', 'x.fr', 'google', None)
    """
    distinct = urls.drop_nulls().unique()
    known = _read_distinct(distinct)
    pages = urls.to_frame("url").join(known, on="url", how="left", maintain_order="left")
    return pages.drop("url")


def read_hosts(urls: pl.Series) -> pl.Series:
    """The host of each address, in lower case; null when there is none.

    >>> read_hosts(pl.Series(["https://WWW.Google.com/search?q=x", "$direct"])).to_list()
    ['www.google.com', None]
    """
    if urls.null_count() == len(urls):
        return urls
    parts = urls.str.splitn("//", 2).struct
    before, after = parts.field("field_0"), parts.field("field_1")
    authority = after.str.extract(r"^([^/?#]*)")
    host = authority.str.split("@").list.last().str.splitn(":", 2).struct.field("field_0")
    is_absolute = (before == "") | before.str.ends_with(":")
    return pl.select(
        pl.when(is_absolute & (host != "")).then(host.str.to_lowercase()).alias(urls.name)
    ).to_series()


def _read_distinct(urls: pl.Series) -> pl.DataFrame:
    parts = urls.str.splitn("#", 2).struct.field("field_0").str.splitn("?", 2).struct
    page, query = parts.field("field_0"), parts.field("field_1")
    if page.str.contains_any(["@", "%40"]).any():
        page = page.str.replace(_USER_INFO, "$1").str.replace_all(_PERSONAL_PART, _HIDDEN)
    return pl.DataFrame(
        [
            urls.alias("url"),
            page.alias("page_url"),
            read_hosts(urls).alias("page_host"),
            *_read_campaigns(query),
        ]
    )


def _read_campaigns(query: pl.Series) -> list[pl.Series]:
    click = query.str.extract(_CLICK_ID).replace_strict(
        _CLICK_IDS, default=None, return_dtype=pl.String
    )
    source = _parameter(query, "utm_source")
    source = pl.select(pl.coalesce(source, click)).to_series()
    return [
        source.alias("campaign_source"),
        _parameter(query, "utm_campaign").alias("campaign_name"),
    ]


def _parameter(query: pl.Series, name: str) -> pl.Series:
    value = query.str.extract(rf"(?:^|&){name}=([^&]+)")
    if value.null_count() == len(value):
        return value
    plain = value.str.replace_all("+", " ", literal=True).str.replace_all("%20", " ", literal=True)
    return pl.select(pl.when(~plain.str.contains_any(["@", "%40"])).then(plain)).to_series()
