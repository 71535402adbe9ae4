"""Memory that the engine does not give back.

For every line, of which a leaflet has thousands, it makes a list of font features and never lets go
of it; of the feature itself it makes one too many. That was 1 MB for a leaflet.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

LEAKY = {"70.0"}
"""Versions of WeasyPrint that do so. To let go of what another one has let go of would crash."""


def install() -> None:
    """Give it back, once in a process."""
    from weasyprint import __version__
    from weasyprint.text.ffi import ffi, pango
    from weasyprint.text.line_break import Layout

    setup = Layout.setup
    if __version__ not in LEAKY or hasattr(setup, "__wrapped__"):
        return

    @wraps(setup)
    def letting_go(self: Any, style: Any) -> None:
        """Prepare a line. Its list of features then goes with it, and they with the list."""
        features = style.font_config.font_features
        features.clear()  # a feature belongs to one list, so it must not be used again
        setup(self, style)
        features.clear()
        attributes = pango.pango_layout_get_attributes(self.layout)
        if attributes != ffi.NULL:
            pango.pango_attr_list_unref(attributes)  # the layout has a reference of its own

    Layout.setup = letting_go
