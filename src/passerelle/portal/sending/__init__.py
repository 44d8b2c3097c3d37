"""Messages with a link: by mail server and gateway, or into a folder as long as there is none."""

from passerelle.portal.sending.carriers import Carrier, open_mail_carrier, open_text_carrier
from passerelle.portal.sending.messages import Message, write_message
from passerelle.portal.sending.postman import Postman

__all__ = [
    "Carrier",
    "Message",
    "Postman",
    "open_mail_carrier",
    "open_text_carrier",
    "write_message",
]
