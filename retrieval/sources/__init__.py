"""Files, web pages and feeds to articles: the only place where raw input is validated."""
