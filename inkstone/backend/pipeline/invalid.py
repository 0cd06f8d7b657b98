"""What pydantic says about a wrong value, in both languages."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.texts import Text, text

_SAID: dict[str, str] = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_type": "应为文本",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "应符合 {pattern}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数，不能有小数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "set_type": "应为列表",
    "dict_type": "应为键值对象",
    "mapping_type": "应为键值对象",
    "model_type": "应为键值对象",
    "model_attributes_type": "应为键值对象",
    "none_required": "应为空",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "literal_error": "应为 {expected} 之一",
    "enum": "应为 {expected} 之一",
    "datetime_type": "应为日期和时间",
    "datetime_parsing": "应为日期和时间",
    "datetime_from_date_parsing": "应为日期和时间",
    "date_type": "应为日期",
    "date_parsing": "应为日期",
    "uuid_parsing": "应为 UUID",
    "url_parsing": "应为网址",
    "json_invalid": "不是正确的 JSON",
    "value_error": "{error}",
    "assertion_error": "{error}",
}
"""Kinds of pydantic's errors to Chinese; English is pydantic's own."""


def said(item: Mapping[str, Any]) -> Text:
    """Return one of ``ValidationError.errors()`` in both languages; kinds without a translation stay in English."""
    english = str(item["msg"]).rstrip(".")
    known = _SAID.get(str(item["type"]))
    if known is None:
        return text(english, english)
    return text(known.format_map({"error": english, **item.get("ctx", {})}).replace("'", ""), english)
