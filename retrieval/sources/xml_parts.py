"""Documents that are XML in a zip file, .docx, .odt and .epub: opened with bounds, and their parts read."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from retrieval.errors import SourceError

if TYPE_CHECKING:
    from lxml import etree


class XmlParts:
    """An open document."""

    def __init__(self, data: bytes, most: int) -> None:
        """Opens it; `most` bounds what is unpacked of all its parts together.

        Raises:
            SourceError: it is no zip file.
        """
        self._left = most
        self._most = most
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise SourceError("it is damaged or none of its kind; save it again") from None

    def names(self) -> list[str]:
        """Returns the names of all parts."""
        return self._zip.namelist()

    def read(self, name: str) -> bytes:
        """Returns a part, unpacked; empty where there is none.

        Raises:
            SourceError: it is larger than what is left of the bound, encrypted or damaged.
        """
        try:
            with self._zip.open(name) as part:
                data = part.read(self._left + 1)
        except KeyError:
            return b""
        except RuntimeError:
            raise SourceError("it is encrypted; save it without a password") from None
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError):
            raise SourceError("it is damaged; save it again") from None
        self._left -= len(data)
        if self._left < 0:
            raise SourceError(f"it holds more than {self._most:,} bytes when unpacked; add it in parts")
        return data

    def xml(self, name: str) -> etree._Element | None:
        """Returns the root of a part that is XML; None where there is none that can be read.

        Raises:
            SourceError: as `read` does, or it declares entities of its own, which stand for anything.
        """
        from lxml import etree

        data = self.read(name)
        if not data:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
        root = etree.fromstring(data, parser)
        if root is not None and root.getroottree().docinfo.internalDTD is not None:
            raise SourceError("it declares entities of its own, as no such document has to; save it again")
        return root


def local_name(element: etree._Element | None) -> str:
    """Returns an element's name without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if element is not None and isinstance(element.tag, str) else ""
