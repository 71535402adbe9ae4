"""What holds for the words: rules, readability, sign-off, and from a sheet back to its words."""
