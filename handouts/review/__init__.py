"""Review of the text: rules, readability, sign-off, and verifying printed copies."""
