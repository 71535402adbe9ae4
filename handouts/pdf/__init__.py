"""From a page to a PDF: rendered shells, and what is imprinted on them."""
