"""A page of HTML, read for a test to ask what is in it."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"meta", "input", "rect", "line", "polyline", "path", "br"}
_FETCHES = {"src", "href", "srcset", "data", "action", "poster"}


class Page(HTMLParser):
    """What is in a page, for a test to ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def fetches(self) -> set[str | None]:
        """Places that the page leads to or loads."""
        return {
            value
            for _, attributes in self.tags
            for name, value in attributes.items()
            if name in _FETCHES
        }
