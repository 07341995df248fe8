"""What the parts know of English: words, names, and who or what is mentioned."""
