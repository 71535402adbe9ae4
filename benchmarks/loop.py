"""The plain way: WeasyPrint in a loop over finished pages, one process, fonts read once."""

from __future__ import annotations

import sys
from pathlib import Path

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from handouts.pdf.fontconfig import use_private_fonts

use_private_fonts()
fonts = FontConfiguration()
for name in sys.argv[1:]:
    page = HTML(string=Path(name).read_text("utf-8"))
    page.render(font_config=fonts).write_pdf(pdf_variant="pdf/ua-1")
