"""What the redirector says: header lists made once, and three small pages."""

from livingroom.links.redirector.protocol import HttpProtocol

Headers = list[tuple[str, str]]

# No Referrer-Policy: the shop is to see where the visitor came from as it would without us.
REDIRECT: Headers = [("cache-control", "private, no-store"), ("x-robots-tag", "noindex")]
PAGE: Headers = [
    *REDIRECT,
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", "default-src 'none'"),
    ("x-content-type-options", "nosniff"),
]
JSON: Headers = [
    ("cache-control", "no-store"),
    ("x-robots-tag", "noindex"),
    ("content-type", "application/json"),
]


def _page(title: str, text: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><h1>{title}</h1><p>{text}</p></html>"
    )


NOT_FOUND = _page("No such link", "Please check the address: a letter may be missing or mistyped.")
STOPPED = _page("This link has ended", "What it led to is no longer on offer.")
TRY_AGAIN = _page("Please try again", "We cannot look this link up just now.")
WRONG_METHOD = _page("Links can only be opened", "This address answers GET and HEAD.")


def not_found(proto: HttpProtocol, method: str) -> None:
    _send(proto, method, 404, PAGE, NOT_FOUND)


def stopped(proto: HttpProtocol, method: str) -> None:
    _send(proto, method, 410, PAGE, STOPPED)


def try_again(proto: HttpProtocol, method: str) -> None:
    _send(proto, method, 503, [*PAGE, ("retry-after", "5")], TRY_AGAIN)


def wrong_method(proto: HttpProtocol, method: str) -> None:
    _send(proto, method, 405, [*PAGE, ("allow", "GET, HEAD")], WRONG_METHOD)


def json(proto: HttpProtocol, method: str, body: str) -> None:
    _send(proto, method, 200, JSON, body)


def _send(proto: HttpProtocol, method: str, status: int, headers: Headers, body: str) -> None:
    if method == "HEAD":
        proto.response_empty(status, headers)
    else:
        proto.response_str(status, headers, body)
