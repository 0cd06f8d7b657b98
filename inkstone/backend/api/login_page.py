"""The login form: one page without any other file."""

from html import escape

from starlette.responses import HTMLResponse

from inkstone.components.errors import InkstoneError
from inkstone.components.texts import Language, Text, text

_TITLE = text("登录 Inkstone", "Log in to Inkstone")
_NAME = text("用户名", "Name")
_PASSWORD = text("密码", "Password")
_BUTTON = text("登录", "Log in")
_OTHER = text("English", "中文")
_NO_USERS = text(
    "还没有用户。请在服务器上运行：inkstone users add 名称 --role admin",
    "There are no users yet. Run on the server: inkstone users add NAME --role admin",
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_STYLE = """
:root { color-scheme: light dark; --paper: #f6f4ef; --ink: #23211e; --seal: #a3382c; --line: #d8d3c8; --card: #fffdf8; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #1b1a18; --ink: #ece8df; --seal: #e0705f; --line: #3b3833; --card: #242220; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 16px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
main { width: min(92vw, 24rem); padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 1.25rem; font-size: 1.35rem; }
label { display: block; margin: 0.9rem 0 0.25rem; font-size: 0.9rem; }
input { width: 100%; padding: 0.6rem 0.7rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 8px; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--seal); outline-offset: 2px; }
button { width: 100%; margin-top: 1.4rem; padding: 0.65rem; font: inherit; font-weight: 600; color: #fff; background: #a3382c;
  border: 0; border-radius: 8px; cursor: pointer; }
.error { margin: 0 0 0.5rem; padding: 0.6rem 0.8rem; border-left: 3px solid var(--seal); font-size: 0.92rem; }
footer { margin-top: 1.2rem; font-size: 0.85rem; text-align: right; } a { color: inherit; }
"""


def login_page(
    language: Language, target: str, error: InkstoneError | None = None, name: str = "", users: bool = True
) -> HTMLResponse:
    """Return the form.

    Args:
        language: Its language.
        target: Where to go afterwards; a path of this site.
        error: Why the last attempt failed.
        name: What was entered as name.
        users: Whether anybody could log in at all.
    """
    say = {key: escape(words.in_language(language)) for key, words in _words().items()}
    message = error.what.in_language(language) + " " + error.fix.in_language(language) if error else ""
    message = message if users else _NO_USERS.in_language(language)
    alert = f'<p class="error" role="alert">{escape(message)}</p>' if message else ""
    other = "en" if language == "zh" else "zh"
    page = f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{say["title"]}</title><style>{_STYLE}</style></head>
<body><main><h1>{say["title"]}</h1>{alert}
<form method="post" action="/login?lang={language}">
<input type="hidden" name="next" value="{escape(target)}">
<label for="name">{say["name"]}</label>
<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" required autofocus>
<label for="password">{say["password"]}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">{say["button"]}</button></form>
<footer><a href="/login?lang={other}" lang="{other}">{say["other"]}</a></footer></main></body></html>"""
    status = error.status if error else 200
    return HTMLResponse(page, status, {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"})


def language_of(query: str | None, accepted: str) -> Language:
    """Return the language of a visitor: ``?lang``, else the browser's, Chinese where it is listed before English."""
    if query in ("zh", "en"):
        return "zh" if query == "zh" else "en"
    zh, en = accepted.lower().find("zh"), accepted.lower().find("en")
    return "zh" if zh >= 0 and (en < 0 or zh < en) else "en"


def _words() -> dict[str, Text]:
    return {"title": _TITLE, "name": _NAME, "password": _PASSWORD, "button": _BUTTON, "other": _OTHER}
