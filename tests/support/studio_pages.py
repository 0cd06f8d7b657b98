"""Opens a page of the studio, without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

import inkstone.studio

MAIN = Path(inkstone.studio.__file__).parent / "main.py"


def open_page(name: str, language: str = "zh", **query: str) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=200)
    app.query_params["lang"] = language
    app.run()
    app.switch_page(f"pages/{name}.py")
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, [item.message for item in app.exception]
    return app


def html(app: AppTest) -> str:
    return "\n".join(str(getattr(item.proto, "body", "")) for item in app.get("html"))
