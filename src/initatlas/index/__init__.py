"""The index: the studies of a folder on one page, and any two of them side by side.

What the command line calls:

    read(results) -> Shelf        what the folder has
    page(shelf) -> str            the page, to be written beside the studies' folders

Only `report.json` of each study is read.
"""

from initatlas.index.page import page
from initatlas.index.reading import Shelf, read

__all__ = ["Shelf", "page", "read"]
