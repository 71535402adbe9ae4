"""From a document to one self-contained HTML page."""
