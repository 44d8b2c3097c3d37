"""What a message with a link says."""

from __future__ import annotations

from dataclasses import dataclass, field

from passerelle.kernel.language import _


@dataclass(frozen=True)
class Message:
    """A message to one contact point."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


def write_message(to: str, type_name: str, link: str, *, minutes: int) -> Message:
    """The message that carries a link to sign in, in the language in use.

    It says nothing of whom it is for: whoever else reads the mailbox learns nothing.
    """
    if type_name == "phone":
        text = _("Your page: {link} (for {minutes} minutes, once). Not you? Ignore this.")
        return Message(to, "", text.format(link=link, minutes=minutes))
    lines = (
        _("Somebody, you we hope, asked for a link to your page. Here it is:"),
        "",
        link,
        "",
        _("It works once, for {minutes} minutes.").format(minutes=minutes),
        _("If it was not you, there is nothing to do: nobody gets in without this message."),
    )
    return Message(to, _("Your link to your page"), "\n".join(lines))
