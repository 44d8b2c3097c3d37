"""The quality report: what each column holds, what is wrong with it, what mending would bring."""
