"""The only way out: one web address is fetched, politely, and safe from what a stranger may try."""
