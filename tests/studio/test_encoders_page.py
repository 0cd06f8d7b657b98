"""The page of encoders: what is here, a check, what is absent and where it would go."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

import inkstone.studio
from inkstone.backend.store.database import migrate

MAIN = Path(inkstone.studio.__file__).parent / "main.py"


def test_a_shipped_encoder_is_checked_and_an_absent_one_has_a_place(inkstone_home: Path) -> None:
    migrate()
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    app.switch_page("pages/encoders.py").run()
    assert not app.exception
    words = "\n".join(str(getattr(item.proto, "body", "")) for item in app.get("html"))
    assert "inkstone-zh-tiny" in words and "bert-base-chinese" in words and "Apache-2.0" in words
    app.selectbox(key="encoder_check_name").select("inkstone-zh-tiny")
    app.button(key="encoder_check").click().run()
    assert [item.value for item in app.success]
    app.selectbox(key="encoder_where").select("rbt3").run()
    assert str(inkstone_home / "encoders" / "rbt3") in "\n".join(item.value for item in app.code)
    assert app.button(key="encoder_import").disabled
