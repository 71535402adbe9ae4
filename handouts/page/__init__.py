"""From a document to one HTML page that stands alone."""
