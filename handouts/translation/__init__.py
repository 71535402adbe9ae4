"""Languages, and regional spelling."""
