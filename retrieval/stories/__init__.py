"""Which articles carry one text, and which report one event."""
