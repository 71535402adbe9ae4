"""From file bytes to one frozen document."""
