"""Languages and how they write."""
