"""The collector's own process: events in over HTTP, a profile looked up; no Django, no data frames."""
