"""What can go wrong with the store."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

DATABASE_UNREACHABLE = ErrorKind(
    "system.database_unreachable",
    text("无法打开数据库：{problem}", "The database cannot be opened: {problem}."),
    text(
        "请检查 INKSTONE_HOME 或 INKSTONE_DATABASE_URL，以及数据库服务是否在运行。",
        "Check INKSTONE_HOME or INKSTONE_DATABASE_URL, and that the database server runs.",
    ),
    status=503,
)
DATABASE_NEWER = ErrorKind(
    "system.database_newer",
    text("数据库由更新版本的 Inkstone 创建（{revision}）。", "The database was made by a newer Inkstone ({revision})."),
    text("请升级 Inkstone，或使用另一个 INKSTONE_HOME。", "Upgrade Inkstone, or use another INKSTONE_HOME."),
    status=503,
)
ARTIFACT_MISSING = ErrorKind(
    "store.artifact_missing",
    text("结果文件已不存在（{artifact}）。", "The files of this output are gone ({artifact})."),
    text("请重新运行产生它的节点。", "Run the node that makes it again."),
    status=410,
)
ARTIFACT_DAMAGED = ErrorKind(
    "store.artifact_damaged",
    text("结果文件已损坏（{artifact}）。", "The files of this output were changed or damaged ({artifact})."),
    text("请用“忽略缓存”重新运行产生它的节点。", "Run the node that makes it again with 'ignore cache'."),
    status=500,
)
ARTIFACT_LINK = ErrorKind(
    "store.artifact_link",
    text("结果文件夹中不能有链接：{file}", "An output must hold no links: {file}."),
    text("请让组件复制文件。", "Let the component copy the file instead."),
)
UNKNOWN_DATASET = ErrorKind(
    "data.unknown_dataset",
    text("没有数据集 {reference}。", "There is no dataset {reference}."),
    text("请在“数据”页查看名称，或先上传它。{hint}", "Look its name up on the Data page, or upload it first. {hint}"),
    status=404,
)
UNKNOWN_SAMPLE = ErrorKind(
    "data.unknown_sample",
    text("没有示例数据 {reference}。", "There is no sample data {reference}."),
    text("示例数据有：{known}。", "The samples are: {known}."),
    status=404,
)
UNKNOWN_MODEL = ErrorKind(
    "models.unknown",
    text("没有模型 {reference}。", "There is no model {reference}."),
    text("请在“模型”页查看名称和版本。{hint}", "Look its name and version up on the Models page. {hint}"),
    status=404,
)
UNKNOWN_LEXICON = ErrorKind(
    "lexicon.unknown",
    text("没有这个词库：{reference}", "There is no word list {reference}."),
    text("请检查名称，或在“词库”页导入。{hint}", "Check the name, or import it on the page Word lists. {hint}"),
    status=404,
)
DEPLOYMENT_OF_ANOTHER = ErrorKind(
    "deployment.of_another",
    text("服务“{name}”属于另一位用户。", "The deployment '{name}' belongs to somebody else."),
    text("请换一个服务名称，或请其所有者更换版本。", "Choose another name, or ask its owner to change the version."),
    status=403,
)
