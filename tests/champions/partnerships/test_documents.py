"""Documents are taken in by what is in them, and only ever downloaded."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accord_portal.foundation import documents as taken
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from champions.partnerships import documents
from tests.partnerships import PartnershipDocumentFactory, PartnershipFactory

PDF = b"%PDF-1.7 as signed"


@pytest.mark.django_db
def test_what_is_no_document_or_too_large_is_refused(mere: User, monkeypatch: pytest.MonkeyPatch) -> None:
    partnership = PartnershipFactory()
    page = SimpleUploadedFile("agreement.pdf", b"<html><script>")
    with pytest.raises(NotPossible, match=r"Choose a PDF, Word \(.docx\) or OpenDocument"):
        documents.add(partnership=partnership, by=mere, title="One", file=page)
    monkeypatch.setattr(taken, "DOCUMENT_BYTES", 4)
    with pytest.raises(NotPossible, match="or less"):
        documents.add(partnership=partnership, by=mere, title="One", file=SimpleUploadedFile("a", PDF))
    monkeypatch.undo()
    monkeypatch.setattr(documents, "MANY_DOCUMENTS", 0)
    with pytest.raises(NotPossible, match="at most 0"):
        documents.add(partnership=partnership, by=mere, title="One", file=SimpleUploadedFile("a", PDF))
    assert not partnership.documents.exists()


@pytest.mark.django_db
def test_it_is_a_download_with_its_format_and_size_once_shown(client: Client, mere: User) -> None:
    partnership = PartnershipFactory()
    document = documents.add(
        partnership=partnership,
        by=mere,
        title="As signed… ",
        file=SimpleUploadedFile("../x.exe", PDF, content_type="text/html"),
    )
    url = f"{partnership.get_absolute_url()}documents/{document.pk}/"
    assert client.get(url).status_code == 404
    documents.show(partnership=partnership, by=mere, document=document, show=True)
    assert "As signed…  (PDF, 18 bytes)" in client.get(partnership.get_absolute_url()).content.decode()
    answer = client.get(url)
    assert answer.content == PDF
    named = {name: answer[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")}
    assert named == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="as-signed.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("visibility", ["summary", "private"])
def test_a_summary_shows_no_documents(client: Client, visibility: str) -> None:
    document = PartnershipDocumentFactory(
        is_public=True, partnership=PartnershipFactory(visibility=visibility)
    )
    assert client.get(f"{document.partnership.get_absolute_url()}documents/{document.pk}/").status_code == 404
