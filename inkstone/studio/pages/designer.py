"""The Designer. Address: ``?pipeline=ID``, and ``&run=ID`` for the run whose states the canvas shows."""

import streamlit as st

from inkstone.components.errors import InkstoneError
from inkstone.studio.designer.draft import open_draft
from inkstone.studio.designer.opening import opening
from inkstone.studio.designer.running import follow_address
from inkstone.studio.designer.workspace import HEIGHT, workspace
from inkstone.studio.parts.problem import show_problem

# The canvas needs the room: it takes the whole width, the whole height, and folds the side bar at first.
STYLE = f"""<style>
[data-testid="stMainBlockContainer"] {{ max-width: none; padding: 3.4rem 1.4rem 0; }}
[data-testid="stMainBlockContainer"] > div {{ gap: .6rem; }}
.st-key-designer_header {{ gap: .7rem; }}
.designer-title {{ font-family: var(--ink-serif); font-size: 1.3rem; font-weight: 600; line-height: 1.7; white-space: nowrap; }}
.st-key-designer_panel.st-key-designer_panel {{ flex: none; height: {HEIGHT}; overflow-y: auto; padding: .9rem; gap: .7rem; flex-wrap: nowrap; }}
/* The panel keeps a width in which its fields can be read; the canvas gives way. */
[data-testid="stHorizontalBlock"]:has(.st-key-designer_panel) {{ flex-wrap: nowrap; }}
[data-testid="stHorizontalBlock"]:has(.st-key-designer_panel) > [data-testid="stColumn"] {{ min-width: 0; width: auto; flex: 1 1 0; }}
[data-testid="stHorizontalBlock"]:has(.st-key-designer_panel) > [data-testid="stColumn"]:has(.st-key-designer_panel) {{ flex: 0 0 max(18.6rem, 24%); }}
@media (max-width: 1000px) {{
  [data-testid="stMainBlockContainer"] {{ padding: 3.2rem .7rem 0; }}
  .st-key-designer_header {{ gap: .35rem; flex-wrap: wrap; row-gap: 0; }}
  .designer-title {{ font-size: 1.1rem; max-width: 14rem; overflow: hidden; text-overflow: ellipsis; }}
}}
@media (max-width: 640px) {{
  [data-testid="stHorizontalBlock"]:has(.st-key-designer_panel) {{ flex-wrap: wrap; }}
  [data-testid="stHorizontalBlock"]:has(.st-key-designer_panel) > [data-testid="stColumn"] {{ flex: 1 1 100% !important; }}
}}
</style>"""

wished = st.query_params.get("pipeline")
if not wished:
    opening()
else:
    try:
        draft = open_draft(wished)
    except InkstoneError as problem:
        show_problem(problem)
        opening()
    else:
        st.set_page_config(initial_sidebar_state="collapsed")
        st.html(STYLE)
        follow_address(draft)
        st.fragment(workspace)()
