"""A drawing (SVG) as a PNG, for slides and for sites that take no SVG."""

from importlib.resources import files
from typing import Final

_ZOOM: Final = 2
"""Pixels for each unit of the drawing, so that it is sharp on paper and on small screens."""


def to_png(svg: str) -> bytes:
    """Return a drawing as a PNG on white.

    Its letters are those of Source Sans, and of the system where that has none. Raises ValueError
    for what is no SVG.
    """
    import resvg_py  # not at the start of each command

    fonts = files("font_source_sans_pro") / "files"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            background="#ffffff",
            zoom=_ZOOM,
            font_files=[
                str(fonts / f"SourceSansPro-{weight}.ttf") for weight in ("Regular", "Bold")
            ],
            sans_serif_family="Source Sans Pro",
        )
    )
