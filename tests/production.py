"""Production's settings, made up, and a process that starts with them."""

from pathlib import Path

ROOT = Path(__file__).parents[1]


def production(folder: Path) -> dict[str, str]:
    """The least that production needs, with what it writes in `folder`."""
    return {
        "SECRET_KEY": "".join(chr(33 + n) for n in range(60)),
        "ALLOWED_HOSTS": "accord.example",
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "BASE_URL": "https://accord.example",
        "OFFICE_POSTAL_ADDRESS": "1 Example Street, Wellington 6011",
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "accord_portal.settings",
    }
