"""``components``, ``templates``, ``validate``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import BAD_INPUT, OK, print_json, print_lines, print_table, report_problems
from inkstone.backend.cli.words import say, tell
from inkstone.backend.service import components, pipelines, templates
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.views import ComponentView
from inkstone.components.errors import ProblemList


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        "components",
        help=say("列出组件，或显示一个组件的端口和参数。", "List components, or show the ports and parameters of one."),
    )(_components)
    app.command("templates", help=say("列出方案模板，或显示一个。", "List solution templates, or show one."))(
        _templates
    )
    app.command("validate", help=say("检查流程文件，列出全部问题。", "Check a pipeline file and list every problem."))(
        _validate
    )


def _components(
    component: Annotated[str | None, typer.Argument(help=say("组件编号", "Id of a component"))] = None,
    as_json: Json = False,
) -> None:
    if component is not None:
        view = components.get(LOCAL, component)
        print_json(view.spec) if as_json else _show(view)
        return
    found = components.list_(LOCAL)
    if as_json:
        print_json([item.spec for item in found])
        return
    rows = [(item.key, tell(item.title), tell(item.summary)) for item in found]
    print_table([say("组件", "Component"), say("名称", "Title"), say("说明", "Summary")], rows, "-")


def _show(view: ComponentView) -> None:
    spec = view.spec
    print_lines(f"{view.key}  {tell(view.title)}", tell(view.summary), "")
    ports = [(say("输入", "input"), port) for port in spec["inputs"]] + [
        (say("输出", "output"), port) for port in spec["outputs"]
    ]
    rows = [(side, port["name"], port["type"], tell(port["title"])) for side, port in ports]
    print_table(["", say("端口", "Port"), say("类型", "Type"), say("名称", "Title")], rows, "-")
    print_lines("")
    columns = [say("参数", "Parameter"), say("默认值", "Default"), say("取值", "Values"), say("说明", "Help")]
    print_table(
        columns, [_parameter(name, item) for name, item in spec["params"].items()], say("没有参数", "no parameters")
    )


def _parameter(name: str, item: dict[str, Any]) -> tuple[str, str, str, str]:
    default = str(item["default"]) if "default" in item else say("必填", "required")
    values = ", ".join(item["choices"]) if item.get("choices") else _bounds(item)
    return name, default, values, tell(item["title_text"]) + say("：", ": ") + tell(item["help_text"])


def _bounds(item: dict[str, Any]) -> str:
    parts = [item, *item.get("anyOf", [])]
    words = {"minimum": "≥ ", "exclusiveMinimum": "> ", "maximum": "≤ ", "exclusiveMaximum": "< "}
    found = [sign + f"{part[key]:g}" for part in parts for key, sign in words.items() if key in part]
    return ", ".join(found) or next((str(part["type"]) for part in parts if part.get("type", "null") != "null"), "")


def _templates(
    name: Annotated[str | None, typer.Argument(help=say("模板名称", "Name of a template"))] = None,
    yaml: Annotated[bool, typer.Option("--yaml", help=say("输出 YAML 文件。", "Print its YAML."))] = False,
    as_json: Json = False,
) -> None:
    from inkstone.backend.pipeline.yaml_io import dump_document

    if name is None:
        found = templates.list_(LOCAL)
        if as_json:
            print_json(found)
            return
        rows = [(item.name, tell(item.title), tell(item.summary)) for item in found]
        print_table([say("模板", "Template"), say("名称", "Title"), say("说明", "Summary")], rows, "-")
        return
    document = templates.get(LOCAL, name)
    if as_json:
        print_json(document)
    elif yaml or document.template is None:
        print(dump_document(document), end="")
    else:
        print_lines(f"{name}  {tell(document.title)}", "", tell(document.template.story), "")
        nodes = [(node_id, node.component) for node_id, node in document.nodes.items()]
        print_table([say("节点", "Node"), say("组件", "Component")], nodes, "-")


def _validate(
    file: Annotated[Path, typer.Argument(help=say("流程文件", "A pipeline file"))], as_json: Json = False
) -> int:
    from inkstone.backend.cli.documents import read_document

    document = read_document(file)
    problems = pipelines.problems(opened(), document)
    if problems:
        report_problems(ProblemList(problems), as_json=as_json)
        return BAD_INPUT
    if as_json:
        print_json({"valid": True, "problems": []})
    else:
        print_lines(say("没有问题：{count} 个节点。", "No problems: {count} nodes.", count=len(document.nodes)))
    return OK
