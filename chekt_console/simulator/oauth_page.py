"""The pages of the authorization server, as text."""

from __future__ import annotations

import html
from collections.abc import Mapping

from starlette.responses import HTMLResponse

_HEADERS = {
    "Cache-Control": "no-store",
    # No form-action: browsers apply it to the redirect back to the program too.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f3f5f7;color:#1c2733}"
    "main{max-width:24rem;margin:10vh auto;background:#fff;padding:2rem;border-radius:8px;border:1px solid #d5dbe1}"
    "h1{font-size:1.3rem;margin:0 0 .5rem}label{display:block;margin:1rem 0 .25rem;font-weight:600}"
    "input{width:100%;box-sizing:border-box;padding:.6rem;font:inherit;border:1px solid #8795a3;border-radius:4px}"
    "button{font:inherit;padding:.6rem 1.2rem;margin:1.5rem .5rem 0 0;border-radius:4px;border:1px solid #1660a8;"
    "background:#1660a8;color:#fff}button.plain{background:#fff;color:#1660a8}"
    ".error{color:#a3162a;font-weight:600}ul{padding-left:1.2rem;font-size:.9rem}"
)


def message_page(title: str, text: str, status: int) -> HTMLResponse:
    return _page(title, f"<h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>", status)


def sign_in_page(
    client: str,
    scopes: list[str],
    hidden: Mapping[str, str],
    *,
    error: str = "",
    user: str = "",
    status: int = 200,
) -> HTMLResponse:
    fields = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in hidden.items()
    )
    told = f'<p class="error" role="alert">{html.escape(error)}</p>' if error else ""
    wishes = "".join(f"<li>{html.escape(scope)}</li>" for scope in scopes)
    body = (
        f"<h1>Sign in to CHeKT (simulator)</h1><p><b>{html.escape(client)}</b> asks for access to your dealer account.</p>"
        f'{told}<form method="post" action="/authorize" autocomplete="off">{fields}'
        '<label for="username">User name</label>'
        f'<input id="username" name="username" value="{html.escape(user)}" autofocus required>'
        '<label for="password">Password</label><input id="password" name="password" type="password" required>'
        '<button name="action" value="allow">Sign in and allow</button>'
        '<button class="plain" name="action" value="cancel" formnovalidate>Cancel</button></form>'
        f"<details><summary>What it may do</summary><ul>{wishes}</ul></details>"
    )
    return _page("Sign in", body, status)


def _page(title: str, body: str, status: int) -> HTMLResponse:
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )
    return HTMLResponse(text, status, _HEADERS)
