"""What can be wrong with a pipeline document."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_YAML = ErrorKind(
    "pipeline.bad_yaml",
    text("这不是有效的 YAML：{problem}", "This is not valid YAML: {problem}."),
    text("请检查第 {line} 行附近的缩进和引号。", "Check indentation and quotes near line {line}."),
)
TOO_LARGE = ErrorKind(
    "pipeline.too_large",
    text("流程文件有 {size} 字节，超过上限 {limit}。", "The pipeline file has {size} bytes; the limit is {limit}."),
    text(
        "流程文件只写组件和参数；数据请上传为数据集。",
        "A pipeline file holds components and parameters; upload data as a dataset.",
    ),
    status=413,
)
BAD_DOCUMENT = ErrorKind(
    "pipeline.bad_document",
    text("流程文件的 {field} 不正确：{problem}", "The pipeline file is wrong at {field}: {problem}."),
    text("请对照文档中的 YAML 格式修改。", "Correct it as the YAML page of the documentation describes."),
)
EMPTY = ErrorKind(
    "pipeline.empty",
    text("流程中没有可运行的节点。", "The pipeline has no node that could run."),
    text("请从左侧拖入组件，或启用一个节点。", "Drag a component onto the canvas, or enable a node."),
)
BAD_NODE_ID = ErrorKind(
    "pipeline.bad_node_id",
    text("节点编号不可用：{node}", "This node id cannot be used: {node}."),
    text(
        "请用小写字母开头，只含小写字母、数字、_，最多 40 个字。",
        "Start with a lower-case letter; use a-z, 0-9 and _, at most 40.",
    ),
)
UNKNOWN_PARAM = ErrorKind(
    "pipeline.unknown_param",
    text("节点 {node} 没有参数“{at}”。", "Node {node} has no parameter '{at}'."),
    text("请检查拼写或删除它。{hint}", "Check the spelling or remove it. {hint}"),
)
MISSING_PARAM = ErrorKind(
    "pipeline.missing_param",
    text("节点 {node} 缺少必填参数“{title_zh}”（{at}）。", "Node {node} needs a value for '{title_en}' ({at})."),
    text("请填写它。", "Fill it in."),
)
OUT_OF_BOUNDS = ErrorKind(
    "pipeline.out_of_bounds",
    text(
        "节点 {node} 的“{title_zh}”（{at}）为 {value}，超出范围。",
        "Node {node}: '{title_en}' ({at}) is {value}, out of bounds.",
    ),
    text("它必须{bound_zh}。", "It must be {bound_en}."),
)
BAD_CHOICE = ErrorKind(
    "pipeline.bad_choice",
    text("节点 {node} 的“{title_zh}”（{at}）不能是 {value}。", "Node {node}: '{title_en}' ({at}) cannot be {value}."),
    text("请从中选择：{choices}。", "Choose one of: {choices}."),
)
BAD_TYPE = ErrorKind(
    "pipeline.bad_type",
    text("节点 {node} 的“{title_zh}”（{at}）不能是 {value}。", "Node {node}: '{title_en}' ({at}) cannot be {value}."),
    text("这里需要{type_zh}。", "It takes {type_en}."),
)
BAD_PARAM = ErrorKind(
    "pipeline.bad_param",
    text("节点 {node} 的参数（{at}）不正确：{problem}", "Node {node}: the parameter {at} is wrong: {problem}."),
    text("请修改这个参数。", "Correct this parameter."),
)
BAD_SOURCE = ErrorKind(
    "pipeline.bad_source",
    text("节点 {node} 的数据引用不正确：{value}", "Node {node}: this is not a reference to data: {value}."),
    text(
        "请写成 dataset:名称@版本、dataset:名称 或 sample:文件。",
        "Write dataset:NAME@VERSION, dataset:NAME or sample:FILE.",
    ),
)
BAD_LEXICON = ErrorKind(
    "pipeline.bad_lexicon",
    text("节点 {node} 的词库引用不正确：{value}", "Node {node}: this is not a reference to a word list: {value}."),
    text(
        "请写成 lexicon:名称@版本、lexicon:名称 或 sample:文件。",
        "Write lexicon:NAME@VERSION, lexicon:NAME or sample:FILE.",
    ),
)
UNKNOWN_COLUMN = ErrorKind(
    "pipeline.unknown_column",
    text(
        "节点 {node} 的“{title_zh}”指向不存在的列“{value}”。",
        "Node {node}: '{title_en}' names a column that is not there: {value}.",
    ),
    text("现有的列：{columns}。{hint}", "The columns are: {columns}. {hint}"),
)
UNKNOWN_INPUT = ErrorKind(
    "pipeline.unknown_input",
    text("节点 {node} 没有输入“{at}”。", "Node {node} has no input '{at}'."),
    text("它的输入有：{inputs}。{hint}", "Its inputs are: {inputs}. {hint}"),
)
BAD_REFERENCE = ErrorKind(
    "pipeline.bad_reference",
    text("节点 {node} 的输入“{at}”写成了“{value}”。", "Node {node}: the input '{at}' reads '{value}'."),
    text("请写成 节点.输出，例如 split.train。", "Write NODE.OUTPUT, such as split.train."),
)
UNKNOWN_NODE = ErrorKind(
    "pipeline.unknown_node",
    text("“{value}”指向不存在的节点。", "'{value}' names a node that is not there."),
    text("请检查节点编号。{hint}", "Check the id of the node. {hint}"),
)
UNKNOWN_OUTPUT = ErrorKind(
    "pipeline.unknown_output",
    text(
        "节点 {node} 的输入“{at}”指向“{value}”，但 {source} 没有这个输出。",
        "Node {node}: the input '{at}' reads '{value}', but {source} has no such output.",
    ),
    text("{source} 的输出有：{outputs}。{hint}", "The outputs of {source} are: {outputs}. {hint}"),
)
PORT_TYPE = ErrorKind(
    "pipeline.port_type",
    text(
        "节点 {node} 的输入“{at}”需要 {wanted}，而 {value} 给出的是 {given}。",
        "Node {node}: the input '{at}' takes {wanted}, but {value} gives {given}.",
    ),
    text("请连接一个类型相同的输出。", "Connect an output of the same type."),
)
TOO_MANY_EDGES = ErrorKind(
    "pipeline.too_many_edges",
    text(
        "节点 {node} 的输入“{at}”只接受一条连线，现在有 {count} 条。",
        "Node {node}: the input '{at}' takes one edge and has {count}.",
    ),
    text("请只留下一条。", "Keep one of them."),
)
MISSING_INPUT = ErrorKind(
    "pipeline.missing_input",
    text(
        "节点 {node} 的必需输入“{title_zh}”（{at}）没有连接。",
        "Node {node}: the required input '{title_en}' ({at}) is not connected.",
    ),
    text("请把一个类型为 {wanted} 的输出连到它。", "Connect an output of type {wanted} to it."),
)
DISABLED_INPUT = ErrorKind(
    "pipeline.disabled_input",
    text(
        "节点 {node} 的必需输入“{title_zh}”（{at}）来自已停用的节点 {source}。",
        "Node {node}: the required input '{title_en}' ({at}) comes from {source}, which is disabled.",
    ),
    text(
        "请启用 {source}，或停用 {node}，或改接其他输出。",
        "Enable {source}, disable {node} too, or connect another output.",
    ),
)
CYCLE = ErrorKind(
    "pipeline.cycle",
    text("这些节点连成了环：{path}。", "These nodes form a cycle: {path}."),
    text("请断开其中一条连线。", "Remove one of the edges."),
)
UNKNOWN_VARIABLE = ErrorKind(
    "pipeline.unknown_variable",
    text(
        "节点 {node} 的参数“{at}”使用了未定义的变量 {value}。",
        "Node {node}: the parameter '{at}' uses the variable {value}, which is not defined.",
    ),
    text("请在 variables 中定义它。{hint}", "Define it under variables. {hint}"),
)
BAD_OVERRIDE = ErrorKind(
    "pipeline.bad_override",
    text("无法理解“{value}”。", "'{value}' cannot be understood."),
    text("请写成 节点.参数=值，例如 train.epochs=5。", "Write NODE.PARAMETER=VALUE, such as train.epochs=5."),
)
BAD_RESOURCE = ErrorKind(
    "pipeline.bad_resource",
    text("节点 {node} 的资源设置（{at}）不正确：{problem}", "Node {node}: the resource {at} is wrong: {problem}."),
    text("可用的设置：{known}。", "The settings are: {known}."),
)
UNKNOWN_BINDING = ErrorKind(
    "pipeline.unknown_binding",
    text("这个模板没有“{at}”这一项。", "This template does not take '{at}'."),
    text("它有：{known}。", "It takes: {known}."),
)
