"""The way in: a link is asked for, sent, followed, and becomes a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from passerelle.kernel.language import use_language
from passerelle.portal.contacts import Contact, KnownContact, know_contact, read_contact
from passerelle.portal.sending import write_message
from passerelle.portal.signing_in.links import make_link, use_link
from passerelle.portal.signing_in.questions import Answer, find_person
from passerelle.portal.signing_in.sessions import (
    Session,
    begin_session,
    count_try,
    end_all_sessions,
    end_session,
    find_session,
    know_who,
)

if TYPE_CHECKING:
    from passerelle.portal.portal import Portal


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, as they are known at this moment.

    profile_id: Whose data they see; None where nobody knows which of several people they are, or
        where nothing but the contact point is known.
    """

    session: Session
    known: KnownContact
    profile_id: int | None

    @property
    def contact(self) -> Contact:
        """The contact point that they signed in with."""
        return self.session.contact

    @property
    def must_say_who(self) -> bool:
        """Whether a question is left to ask before anything of a person is shown."""
        return self.profile_id is None and bool(self.known.profile_ids)


def ask_for_link(portal: Portal, text: str, *, network: str, language: str) -> bool:
    """Have a link sent to a contact point; False if this network asked too often.

    What it answers, and when, tells nothing of whether the contact point is known: all that
    depends on it is done beside the request.
    """
    if not portal.network_tries.may_try(network):
        return False
    typed = read_contact(text, portal.parts.keys)
    if typed is None:
        return True

    def send() -> None:
        use_language(language)
        contact, now = typed.contact, portal.parts.clock()
        if not portal.contact_tries.may_try(str(contact.subject_id)):
            return
        if know_contact(portal.parts.store, contact) is None:
            return
        life = portal.options.link_life
        with portal.parts.store.bulk() as bulk:
            method = "mail" if contact.type == "email" else "sms"
            token = make_link(bulk, contact, method, life=life, now=now)
            portal.note(bulk, "portal.link_sent", (contact.subject_id,))
        link = f"{portal.options.base_url}/s/{token}"
        minutes = int(life.total_seconds() // 60)
        portal.carriers[contact.type](
            write_message(typed.value, contact.type, link, minutes=minutes)
        )

    portal.postman.take(send)
    return True


def follow_link(portal: Portal, token: str) -> str | None:
    """Follow a link; answers the session's token, or None if the link leads nowhere (any more)."""
    now = portal.parts.clock()
    with portal.parts.store.bulk() as bulk:
        used = use_link(bulk, token, now=now)
        if used is None:
            return None
        portal.note(bulk, "portal.link_used", (used.contact.subject_id,), {"method": used.method})
    # Paper is read by whoever holds it: it proves no more than that.
    return enter(portal, used.contact, method=used.method, is_asked=not used.is_single_use)


def enter(portal: Portal, contact: Contact, *, method: str, is_asked: bool = False) -> str:
    """Begin a session of a contact point's bearer; answers its token.

    Args:
        portal: The page.
        contact: What was proved to be theirs.
        method: How: `mail`, `sms`, `paper` or `oidc`.
        is_asked: Whether they must say who they are even if one person alone uses it.
    """
    known = know_contact(portal.parts.store, contact)
    profiles = () if known is None else known.profile_ids
    profile_id = profiles[0] if len(profiles) == 1 and not is_asked else None
    with portal.parts.store.bulk() as bulk:
        life, now = portal.options.session_life, portal.parts.clock()
        token = begin_session(bulk, contact, profile_id, method=method, life=life, now=now)
        subjects = (contact.subject_id, *([] if profile_id is None else [profile_id]))
        portal.note(bulk, "portal.signed_in", subjects, {"method": method})
    return token


def find_visitor(portal: Portal, token: str) -> Visitor | None:
    """Who is signed in with a token.

    Looked at anew with each request: whoever was taken for somebody's and is so no more, because
    profiles were taken apart since, sees nothing of theirs.
    """
    from passerelle.identify import get_current_profile

    store = portal.parts.store
    session = find_session(store, token, now=portal.parts.clock())
    if session is None:
        return None
    known = know_contact(store, session.contact) or KnownContact(session.contact, ())
    profile_id = session.profile_id
    if profile_id is not None:
        current = get_current_profile(store, profile_id)
        profile_id = current if current in known.profile_ids else None
    return Visitor(session, known, profile_id)


def say_who(portal: Portal, visitor: Visitor, answer: Answer) -> int | None:
    """Take the answer to who somebody is: None if it was right, else how many tries are left."""
    parts = portal.parts
    profile_id = find_person(parts.store, parts.keys, answer, visitor.known.profile_ids)
    with parts.store.bulk() as bulk:
        if profile_id is None:
            portal.note(bulk, "portal.person_not_recognised", (visitor.contact.subject_id,))
            return count_try(bulk, visitor.session)
        know_who(bulk, visitor.session, profile_id)
        portal.note(bulk, "portal.person_recognised", (visitor.contact.subject_id, profile_id))
    return None


def leave(portal: Portal, visitor: Visitor, *, everywhere: bool) -> None:
    """Sign out, of this browser or of all."""
    with portal.parts.store.bulk() as bulk:
        if everywhere:
            end_all_sessions(bulk, visitor.session)
        else:
            end_session(bulk, visitor.session)
        detail = {"everywhere": "yes" if everywhere else "no"}
        portal.note(bulk, "portal.signed_out", (visitor.contact.subject_id,), detail)
