"""What the register and the news show the public, found by words, and as open data."""
