from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection

pytestmark = pytest.mark.usefixtures("mail_folder")


def message(number: int, body: str = "Tēnā koe") -> EmailMessage:
    headers = {"Message-ID": f"<{number}@example.org>"}
    return EmailMessage("Kia Tūtahi", body, "accord@example.org", ["aroha@example.org"], headers=headers)


def test_each_message_is_one_file(mail_folder: Path) -> None:
    assert get_connection().send_messages([message(1), message(2)]) == 2
    assert sorted(path.name for path in mail_folder.iterdir()) == ["1.eml", "2.eml"]


def test_a_file_is_the_whole_message(mail_folder: Path) -> None:
    get_connection().send_messages([message(1)])
    found = message_from_bytes((mail_folder / "1.eml").read_bytes(), policy=default)
    assert (found["Subject"], found["To"], found["Message-ID"], found.get_content()) == (
        "Kia Tūtahi",
        "aroha@example.org",
        "<1@example.org>",
        "Tēnā koe",
    )


def test_sending_a_message_again_makes_no_second_file(mail_folder: Path) -> None:
    get_connection().send_messages([message(1, "once")])
    get_connection().send_messages([message(1, "again")])
    assert [path.name for path in mail_folder.iterdir()] == ["1.eml"]


def test_it_knows_what_it_took() -> None:
    backend = get_connection()
    assert backend.has("<1@example.org>") is False
    backend.send_messages([message(1)])
    assert (backend.has("<1@example.org>"), backend.has("<2@example.org>")) == (True, False)


def test_a_message_id_cannot_lead_out_of_the_folder(mail_folder: Path) -> None:
    odd = EmailMessage("s", "b", "a@example.org", ["b@example.org"], headers={"Message-ID": "<../../x@y>"})
    get_connection().send_messages([odd])
    assert [path.name for path in mail_folder.iterdir()] == ["....x.eml"]


def test_a_folder_that_cannot_be_written_is_an_error(mail_folder: Path) -> None:
    mail_folder.write_text("not a folder")
    with pytest.raises(FileExistsError):
        get_connection().send_messages([message(1)])
