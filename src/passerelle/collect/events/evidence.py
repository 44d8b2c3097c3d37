"""What an event can prove: which person is behind an anonymous browser.

| kind | what happened | what it binds |
|---|---|---|
| account | an account was created | person and browser |
| login | a known user was seen in a browser, or identified by a server | user and browser |
| order | an order with an e-mail, phone, card or customer number | contact and browser |
| form | an e-mail, phone or card was typed | contact and browser |
| click | a link of a newsletter or SMS was followed, says its sender | recipient and browser |
| open | a newsletter's image was loaded: often by a proxy, so it never binds | nothing |
| alias | one id was declared to follow another | two ids |

A signed personal link is read elsewhere (`personal_links`): it proves more than a click.
A click or a form by a robot proves nothing: mail gateways follow links before people do.
"""

from __future__ import annotations

import polars as pl

_NAMES = {
    "account": (
        "signedup", "signup", "accountcreated", "createaccount", "registered", "userregistered",
        "registrationcompleted", "completeregistration", "comptecree",
    ),
    "order": (
        "ordercompleted", "orderplaced", "orderpaid", "purchase", "purchased", "purchasecompleted",
        "transaction", "ecommerceorder", "commandepassee", "commandevalidee", "achat",
    ),
    "click": (
        "emaillinkclicked", "emailclicked", "emailclick", "newsletterclicked", "newsletterclick",
        "newsletterlinkclicked", "smslinkclicked", "smsclicked", "smsclick", "clicemail",
        "clicnewsletter",
    ),
    "open": ("emailopened", "emailopen", "newsletteropened", "ouvertureemail"),
}  # fmt: skip
_MEANING = {name: meaning for meaning, names in _NAMES.items() for name in names}
_ROBOTS = ("bot", "mail_proxy")


def read_meanings(names: pl.Series) -> pl.Series:
    """account, order, click or open for event names that say so, else null.

    >>> read_meanings(pl.Series(["Order Completed", "sign_up", "Product Viewed"])).to_list()
    ['order', 'account', None]
    """
    distinct = names.drop_nulls().unique()
    letters = distinct.str.to_lowercase().str.replace_all("é", "e").str.replace_all(r"[^a-z]", "")
    meanings = letters.replace_strict(_MEANING, default=None, return_dtype=pl.String)
    return names.replace_strict(distinct, meanings, default=None, return_dtype=pl.String)


def evidence_kind() -> pl.Expr:
    """The strongest binding of each event, from its columns and its `meaning`."""
    contact = pl.any_horizontal(
        pl.col("email", "email_sha256", "phone", "loyalty_card", "customer_number").is_not_null()
    )
    user, browser = pl.col("user_id").is_not_null(), pl.col("anonymous_id").is_not_null()
    kind, meaning = pl.col("type"), pl.col("meaning")
    human = ~pl.col("browser").is_in(_ROBOTS).fill_null(False)
    return (
        pl.when(kind == "alias").then(pl.lit("alias"))
        .when(meaning == "open").then(pl.lit("open"))
        .when((meaning == "account") & (user | contact)).then(pl.lit("account"))
        .when(user & (browser | (kind == "identify"))).then(pl.lit("login"))
        .when((meaning == "order") & contact).then(pl.lit("order"))
        .when((meaning == "click") & contact & human).then(pl.lit("click"))
        .when(contact & browser & human & meaning.is_null()).then(pl.lit("form"))
    )  # fmt: skip
