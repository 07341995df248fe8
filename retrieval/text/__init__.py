"""English, once: whatever the parts know of the language stands here."""
