"""Who owns the indexes of a data directory, and how others ask through the owner."""
