"""The pages themselves: addresses, views, templates, and what browsers are told about safety."""
