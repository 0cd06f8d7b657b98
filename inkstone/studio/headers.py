"""Headers on every answer of the server: security on pages, demos, REST and static files; what a page will need on that page."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SHARED = (
    "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'; script-src "
)
# What Streamlit fetches only once it has drawn the page so far: a page that is opened afresh may fetch it meanwhile.
_CHUNKS = {
    "/compare": ("PlotlyChart", "DataFrame"),
    "/runs": ("DataFrame",),
    "/search": ("PlotlyChart", "DataFrame"),
    "/models": ("DataFrame",),
}


@cache
def _inline_scripts() -> str:
    """Return the CSP hashes of the inline scripts in Streamlit's own page, which vary with its version."""
    import streamlit

    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def content_security_policy(path: str) -> str:
    """Return the policy of a path.

    Pages run Streamlit's own files alone. Gradio writes its configuration into the page as inline scripts, and FastAPI's
    documentation page does likewise, so those two may; neither shows anything that another user wrote as HTML.
    """
    if path.startswith(("/demo/", "/api/docs")):
        return _SHARED + "'self' 'unsafe-inline' 'unsafe-eval'"
    return _SHARED + f"'self' 'wasm-unsafe-eval' {_inline_scripts()}"


@cache
def preloads(path: str) -> str:
    """Return the ``Link`` header of a page: scripts for the browser to fetch and compile while Streamlit starts.

    Nothing for other paths, and nothing where another version of Streamlit names its files otherwise.
    """
    import streamlit

    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    files = [file for name in _CHUNKS.get(path, ()) for file in folder.glob(f"{name}.*.js")]
    return ", ".join(f"</static/js/{file.name}>; rel=modulepreload; crossorigin" for file in files)


class Headers:
    """ASGI middleware that adds the headers to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in COMMON.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", content_security_policy(scope["path"]))
                if scope["path"] in _CHUNKS:
                    headers.setdefault("Link", preloads(scope["path"]))
            await send(message)

        await self.app(scope, receive, send_with_headers)
