"""The customer's own page: people see what is known of them, and decide.

A public process of its own, without marketing data. Whoever proves that they can read what reaches
a contact point sees what belongs to it, and what belongs to the person once it is known who.
"""

from passerelle.portal.options import PortalOptions, read_options
from passerelle.portal.paper_links import make_paper_link
from passerelle.portal.serving import serve_portal

__all__ = ["PortalOptions", "make_paper_link", "read_options", "serve_portal"]
