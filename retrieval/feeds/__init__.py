"""News that comes in by itself: which feeds are read when, and what of them becomes an article."""
