"""From a page to a PDF: shells and imprints."""
