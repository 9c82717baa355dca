"""Signature Version 4 of Amazon Web Services, for POST requests with a body and no query.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from typing import NamedTuple
from urllib.parse import urlsplit

from accord_portal.foundation import clock

ALGORITHM, SERVICE = "AWS4-HMAC-SHA256", "ses"
SIGNED_HEADERS = "content-type;host;x-amz-date"


class Credentials(NamedTuple):
    """Whose key signs, and where."""

    key_id: str
    secret: str
    region: str


def signed(by: Credentials, url: str, body: bytes) -> dict[str, str]:
    """The headers of a JSON request to this address, good for some minutes."""
    now = clock.now().strftime("%Y%m%dT%H%M%SZ")
    parts = urlsplit(url)
    headers = {"content-type": "application/json", "host": parts.netloc, "x-amz-date": now}
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"POST\n{parts.path}\n\n{lines}\n{SIGNED_HEADERS}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{now[:8]}/{by.region}/{SERVICE}/aws4_request"
    to_sign = f"{ALGORITHM}\n{now}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{by.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    credential = f"Credential={by.key_id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"
    return {
        "Content-Type": headers["content-type"],
        "X-Amz-Date": now,
        "Authorization": f"{ALGORITHM} {credential}",
    }
