"""Models of every kind of file: what a leaflet, a block, a table or a workspace may say."""
