"""Documents made for tests, as small as their kinds allow."""

from __future__ import annotations

import io
import subprocess
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DUBLIN_CORE = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
OPEN_DOCUMENT = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files: Mapping[str, str | bytes], mode: str = "w:gz") -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:  # type: ignore[call-overload]  # the mode is given
        for name, content in files.items():
            body = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return data.getvalue()


def docx(*paragraphs: str, title: str | None = None, inside: str = "") -> bytes:
    """A .docx; `inside` is XML that stands after its paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(words)}</w:t></w:r></w:p>" for words in paragraphs)
    core = f"<cp:coreProperties xmlns:cp='urn:cp' {DUBLIN_CORE}><dc:title>{title or ''}</dc:title></cp:coreProperties>"
    document = f"<w:document {WORD}><w:body>{body}{inside}</w:body></w:document>"
    return zipped({"word/document.xml": document, "docProps/core.xml": core})


def odt(inside: str, title: str = "") -> bytes:
    content = f"<office:document-content {OPEN_DOCUMENT}><office:body><office:text>{inside}</office:text></office:body></office:document-content>"  # noqa: E501
    meta = f"<office:document-meta {OPEN_DOCUMENT} {DUBLIN_CORE}><dc:title>{title}</dc:title></office:document-meta>"
    return zipped({"content.xml": content, "meta.xml": meta})


def pdf(pages: Sequence[Sequence[str]], title: str = "") -> bytes:
    """A PDF of lines; an empty one leaves room between paragraphs."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    objects.append(f"<</Title({title})>>".encode())
    kids = []
    for lines in pages:
        shown = " ".join(f"({_pdf_string(line)}) Tj 0 -14 Td" for line in lines)
        stream = f"BT /F1 11 Tf 72 750 Td {shown} ET".encode("cp1252")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % content
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    return pdf_of(objects)


def scanned(lines: Sequence[str]) -> bytes:
    """A page of these lines as a picture, as a scanner makes it; pdftoppm draws it."""
    drawn = subprocess.run(["pdftoppm", "-r", "150", "-"], input=pdf([lines]), capture_output=True, check=True).stdout
    _, size, _, samples = drawn.split(b"\n", 3)
    width, height = map(int, size.split())
    return pictured(width, height, samples)


def pictured(width: int, height: int, samples: bytes, *, pages: int = 1) -> bytes:
    """A PDF whose pages are one picture, of three bytes a dot."""
    packed, show = zlib.compress(samples), b"612 0 0 792 0 0 cm /I Do"
    kind = b"/Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode"
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"6 0 R " * pages, pages),
            b"<<%s/Width %d/Height %d/Length %d>>stream\n%s\nendstream" % (kind, width, height, len(packed), packed),
            b"<<>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(show), show),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</XObject<</I 3 0 R>>>>/Contents 5 0 R>>",
        ]
    )


def pdf_of(objects: Sequence[bytes]) -> bytes:
    """A PDF of numbered objects, of which the first is the catalogue and the fourth tells of it."""
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(data)
    size = len(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return data + b"trailer<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, start)


def _pdf_string(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
