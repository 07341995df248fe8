"""SQL, the truth: articles by revision, their passages and quotations, and what was not answered."""
