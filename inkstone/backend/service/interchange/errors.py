"""What can go wrong when runs are exported or imported."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_FORMAT = ErrorKind(
    "interchange.bad_format",
    text("不能导出为“{format}”。", "Runs cannot be exported as '{format}'."),
    text("可用的格式：{formats}。", "The formats are: {formats}."),
)
NOT_MLFLOW = ErrorKind(
    "interchange.not_mlflow",
    text("{file} 里没有找到 MLflow 的运行：{zh}", "{file} holds no MLflow runs: {en}."),
    text(
        "请提供 mlruns 文件夹、它的 zip，或 mlflow.db（SQLite）。",
        "Give a folder mlruns, a zip of it, or mlflow.db (SQLite).",
    ),
)
TOO_MUCH = ErrorKind(
    "interchange.too_much",
    text("{file} 太大：{zh}", "{file} is too large: {en}."),
    text("请分几次导入。", "Import it in parts."),
    status=413,
)
