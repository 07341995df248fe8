"""Who said what: Article -> Quotes. Pure but for `indexing`, which stores them."""
