"""A document is what is in it, whatever it is called."""

import zipfile
from io import BytesIO

import pytest

from accord_portal.foundation import documents

PDF = b"%PDF-1.7 as signed"


def zipped(**parts: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


WORD = {"[Content_Types].xml": b"<x/>", "word__document_xml": b"<x/>"}
OPEN_TEXT = b"application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, "pdf"),
        (zipped(**WORD), "docx"),
        (zipped(mimetype=OPEN_TEXT, content_xml=b"<x/>"), "odt"),
        (zipped(**WORD, **{"word/vbaProject.bin": b"code"}), None),
        (zipped(mimetype=OPEN_TEXT, **{"Basic/Standard/script-lb.xml": b"code"}), None),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), None),
        (zipped(**{"a.txt": b"a"}), None),
        (b"<html><script>", None),
        (b"MZ\x90", None),
        (b"PK\x03\x04 broken", None),
        (b"", None),
    ],
)
def test_a_file_is_what_is_in_it(content: bytes, found: str | None) -> None:
    assert documents.format_of(content) == found
