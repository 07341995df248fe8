"""From article to cited answer. Knows nothing of Discord or terminals."""
