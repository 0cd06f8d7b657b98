"""The look of the demos: the same ink, paper and seal as the pages. Fonts are those of the machine; nothing is fetched."""

from typing import Any

import gradio as gr

_FONTS = ["Source Sans 3", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
_MONO = ["Source Code Pro", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
_SEAL = gr.themes.Color(
    c50="#fbeeea", c100="#f6d9d2", c200="#ecb5a9", c300="#e18f7f", c400="#d6705c", c500="#c74f3b", c600="#b5392a",
    c700="#952d21", c800="#76241b", c900="#5a1c15", c950="#3a120d", name="seal",
)  # fmt: skip
_PAPER = gr.themes.Color(
    c50="#fcfaf5", c100="#f3eee3", c200="#e4ddcf", c300="#cfc6b4", c400="#a9a192", c500="#827c70", c600="#5d5a53",
    c700="#3a4350", c800="#242c37", c900="#1b222c", c950="#12171e", name="paper",
)  # fmt: skip


def demo_theme() -> Any:
    """Return the Gradio theme."""
    theme = gr.themes.Base(
        primary_hue=_SEAL, secondary_hue=_PAPER, neutral_hue=_PAPER, font=_FONTS, font_mono=_MONO, radius_size="sm"
    )
    return theme.set(
        body_background_fill="#fcfaf5",
        body_background_fill_dark="#12171e",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1b222c",
        button_primary_background_fill="#b5392a",
        button_primary_background_fill_dark="#c74f3b",
        button_primary_text_color="#ffffff",
        block_label_text_color="#5d5a53",
        color_accent="#b5392a",
    )


def demo_css() -> str:
    """Return the few rules that the theme cannot say."""
    return (
        ".gradio-container { max-width: 1040px !important; margin: 0 auto !important; }"
        ".ink-head h2 { font-family: 'Source Serif 4', 'Noto Serif CJK SC', 'Songti SC', serif; margin: .4rem 0 0; }"
        ".ink-answers { max-height: 32rem; overflow: auto; border: 1px solid var(--border-color-primary); border-radius: 3px; }"
        ".ink-answers table { width: 100%; border-collapse: collapse; font-size: .88rem; line-height: 1.5; margin: 0; }"
        ".ink-answers table, .ink-answers tr { border: 0; }"
        ".ink-answers th { position: sticky; top: 0; background: var(--block-background-fill); text-align: left; white-space: nowrap; }"
        ".ink-answers th, .ink-answers td { padding: .45rem .7rem; vertical-align: top; border: 0; overflow-wrap: anywhere;"
        " border-bottom: 1px solid var(--border-color-primary); min-width: 4.5rem; }"
        ".ink-answers td.long { min-width: 10rem; } .ink-answers td.long:first-child { min-width: 15rem; }"
        ".ink-answers td.number { text-align: right; white-space: nowrap; }"
        ".ink-head p { opacity: .7; margin: .1rem 0 .6rem; }"
        ".ink-absent { padding: 0 .2rem; } .ink-absent p { opacity: .7; font-size: .85rem; margin: 0 0 .35rem; }"
        ".ink-keyword { display: inline-block; margin: 0 .4rem .4rem 0; padding: .15rem .55rem; overflow-wrap: anywhere;"
        " border: 1px dashed var(--border-color-accent, currentColor); border-radius: 3px; }"
        ".ink-keyword small { opacity: .6; margin-left: .4rem; }"
    )
