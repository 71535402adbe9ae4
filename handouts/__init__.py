"""Handouts: YAML content and Jinja templates in, branded and accessible PDF leaflets out."""

__version__ = "0.1.0"
