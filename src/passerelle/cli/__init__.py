"""The command line: `passerelle NOUN VERB`."""
