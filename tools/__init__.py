"""What `./dev` does: set up, check, measure, document. Not shipped with passerelle."""
