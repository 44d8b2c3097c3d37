"""Collecting: files and events in, with what could not be used kept aside."""
