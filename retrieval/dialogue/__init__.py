"""From a conversation to a standalone question, and small talk."""
