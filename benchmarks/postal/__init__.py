"""The measurements of `passerelle.postal`."""
