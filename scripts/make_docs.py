"""Writes docs/components.md and docs/templates.md from the specs: ``python scripts/make_docs.py``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.yaml_io import load_document
from inkstone.components.registry import registry

ROOT = Path(__file__).parents[1]


def _both(words: dict[str, str] | None) -> str:
    return f"{words['zh']} · {words['en']}" if words else ""


def _cell(words: object) -> str:
    return str(words).replace("|", "\\|").replace("\n", " ")


def _ports(title: str, ports: list[dict[str, Any]]) -> Iterator[str]:
    for port in ports:
        marks = [name for name in ("optional", "many") if port[name]]
        extra = f" ({', '.join(marks)})" if marks else ""
        yield f"- {title} `{port['name']}`: {port['type']}{extra}"


def _parameter(name: str, schema: dict[str, Any]) -> str:
    bounds = [
        f"{sign} {schema[key]}"
        for key, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
        if key in schema
    ]
    default = f"`{schema['default']}`" if "default" in schema else "required"
    help_text = schema.get("help_text") or {"zh": "", "en": ""}
    cells = [f"`{name}`", _both(schema.get("title_text")), default, ", ".join(bounds), help_text["en"]]
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def components() -> str:
    """Return docs/components.md: every component with its ports and parameters."""
    lines = [
        "# Components",
        "",
        "Made from the specs by `python scripts/make_docs.py`. The same texts stand in the palette and the parameter",
        "panel, in both languages. How to add one: a module with `SPEC` and `run`, announced by the entry point group",
        "`inkstone.components`; see [architecture](architecture.md).",
    ]
    category = ""
    for item in registry().values():
        spec = item.spec.describe()
        if spec["category"] != category:
            category = spec["category"]
            lines += ["", f"## {category}"]
        lines += ["", f"### `{spec['key']}` {_both(spec['title'])}", "", _both(spec["summary"]), ""]
        lines += [*_ports("in", spec["inputs"]), *_ports("out", spec["outputs"])]
        if spec["params"]:
            lines += ["", "| parameter | name | default | bounds | |", "|---|---|---|---|---|"]
            lines += [_parameter(name, schema) for name, schema in spec["params"].items()]
    return "\n".join(lines) + "\n"


def templates() -> str:
    """Return docs/templates.md: every solution template with its story and the choices it takes."""
    lines = ["# Solution templates", "", "Made from `inkstone/assets/templates` by `python scripts/make_docs.py`."]
    for path in sorted((ROOT / "inkstone" / "assets" / "templates").glob("*.yaml")):
        document: Pipeline = load_document(path.read_bytes())
        info = document.template
        if info is None or document.title is None:
            continue
        lines += ["", f"## {document.title.zh} · {document.title.en} (`{document.name}`)", ""]
        lines += [info.summary.zh, "", info.summary.en, "", info.story.zh, "", info.story.en, ""]
        lines += ["| choice | goes to |", "|---|---|"]
        lines += [f"| `--{name}` | {', '.join(f'`{to}`' for to in b.targets)} |" for name, b in info.bindings.items()]
        lines += ["", f"Nodes: {', '.join(f'`{name}`' for name in document.nodes)}."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both pages."""
    for name, content in (("components", components()), ("templates", templates())):
        (ROOT / "docs" / f"{name}.md").write_text(content, "utf-8")


if __name__ == "__main__":
    main()
