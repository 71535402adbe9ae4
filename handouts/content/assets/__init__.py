"""A clinic's brand: colours, logo, fonts."""
