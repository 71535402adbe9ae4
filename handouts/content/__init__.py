"""From the bytes of files to one frozen document."""
