"""What is derived from the stored articles and can be rebuilt: passages, their vectors, their words."""
