"""Errors of the command line alone."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

USAGE = ErrorKind(
    "cli.usage",
    text("命令写法不正确：{problem}", "The command is wrong: {problem}"),
    text("运行 {command} --help 查看用法。", "See: {command} --help"),
)
ROLE_NEEDED = ErrorKind(
    "cli.role_needed",
    text(
        "猜不出哪一列是“{role}”。现有的列：{columns}。",
        "Cannot tell which column is the {role}. The columns are: {columns}.",
    ),
    text("请用 {option} 指定。", "Name it with {option}."),
)
NO_DATA_BINDING = ErrorKind(
    "cli.no_binding",
    text("这个流程没有接收 {option} 的地方。", "This pipeline has no place that takes {option}."),
    text("请改用 --set 节点.参数=值，或使用方案模板。", "Use --set node.param=value, or a solution template."),
)
PORT_TAKEN = ErrorKind(
    "cli.port_taken",
    text("{host}:{port} 已被占用。", "{host}:{port} is in use."),
    text(
        "请关闭占用它的程序，或换一个端口：--port {other}。",
        "Close the program that uses it, or choose another port: --port {other}.",
    ),
)
CHILD_DIED = ErrorKind(
    "cli.child_died",
    text("{name} 反复意外结束（退出码 {code}）。", "{name} keeps ending unexpectedly (exit code {code})."),
    text("请查看上面的日志。", "See the log above."),
    status=500,
)
BAD_OUTPUT_FILE = ErrorKind(
    "cli.bad_output_file",
    text("不能写入 {file}：{problem}", "Cannot write {file}: {problem}."),
    text(
        "支持 .csv、.tsv、.jsonl；请检查文件夹和权限。", "Use .csv, .tsv or .jsonl, in a folder that you may write to."
    ),
)
PASSWORDS_DIFFER = ErrorKind(
    "cli.passwords_differ",
    text("两次输入的密码不同。", "The two passwords differ."),
    text("请重试。", "Try again."),
)
