"""Errors of the data components: what can be wrong with a file or a table, and what to do about it."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

# The file as a whole

EMPTY_FILE = ErrorKind(
    "data.empty_file",
    text("文件是空的：{file}。", "The file is empty: {file}."),
    text("请选择有内容的文件。", "Choose a file with content."),
)
HEADER_ONLY = ErrorKind(
    "data.header_only",
    text("文件只有表头，没有数据行：{file}。", "The file has a header but no rows: {file}."),
    text("请在表头下加入数据行后再上传。", "Add rows below the header and upload it again."),
)
NOT_TEXT = ErrorKind(
    "data.not_text",
    text("{file} 不是文本文件，它的内容像是{found}。", "{file} is not a text file; its content looks like {found_en}."),
    text(
        "请上传 CSV、TSV、JSON、JSONL、XLSX、Parquet、TXT 文件，或由它们组成的 zip。",
        "Upload a CSV, TSV, JSON, JSONL, XLSX, Parquet or TXT file, or a zip of them.",
    ),
)
UNKNOWN_FORMAT = ErrorKind(
    "data.unknown_format",
    text("无法读取这种格式：{file}（{found}）。", "This format cannot be read: {file} ({found_en})."),
    text(
        "请另存为 CSV、TSV、JSON、JSONL、XLSX、Parquet 或 TXT 后再上传。",
        "Save it as CSV, TSV, JSON, JSONL, XLSX, Parquet or TXT and upload it again.",
    ),
)
BROKEN_FILE = ErrorKind(
    "data.broken_file",
    text(
        "{format} 文件已损坏或不完整：{file}（{detail}）。",
        "The {format} file is damaged or incomplete: {file} ({detail}).",
    ),
    text("请重新导出或重新下载后再上传。", "Export or download it again and retry."),
)
UNDECODABLE = ErrorKind(
    "data.undecodable",
    text(
        "第 {row} 行不能按 {encoding} 编码读取：{file}。",
        "Row {row} cannot be read as {encoding}: {file}.",
    ),
    text(
        "请在“读取数据”中换一种编码，或用编辑器把文件另存为 UTF-8。",
        "Choose another encoding in Read table, or save the file as UTF-8 in an editor.",
    ),
)
UNKNOWN_ENCODING = ErrorKind(
    "data.unknown_encoding",
    text("没有名为 {encoding} 的编码。", "There is no encoding called {encoding}."),
    text("常用的有 auto、utf-8、gb18030、utf-16、big5。", "Usual ones: auto, utf-8, gb18030, utf-16, big5."),
)

# Size

TOO_LARGE = ErrorKind(
    "data.too_large",
    text("{file} 太大：{actual}，上限是 {limit}。", "{file} is too large: {actual}; the limit is {limit}."),
    text("请拆分文件，或请管理员调高上限。", "Split the file, or ask your administrator to raise the limit."),
    status=413,
)
TOO_MANY_ROWS = ErrorKind(
    "data.too_many_rows",
    text("{file} 超过了 {limit} 行的上限。", "{file} has more than {limit} rows, the limit."),
    text("请抽样或拆分后再上传。", "Sample or split it and upload it again."),
    status=413,
)
TOO_MANY_COLUMNS = ErrorKind(
    "data.too_many_columns",
    text("{file} 有 {actual} 列，上限是 {limit} 列。", "{file} has {actual} columns; the limit is {limit}."),
    text(
        "请只保留需要的列；若分隔符识别有误，请指定分隔符。",
        "Keep only the columns needed; if the delimiter was guessed wrongly, name it.",
    ),
    status=413,
)
CELL_TOO_LONG = ErrorKind(
    "data.cell_too_long",
    text(
        "第 {row} 行“{at}”列的内容有 {actual} 个字，上限是 {limit} 个字。",
        "Row {row}, column '{at}' holds {actual} characters; the limit is {limit}.",
    ),
    text(
        "请把这条文本截短或拆成多行；如果是引号没有成对造成的，请补上引号。",
        "Shorten the text or split it into several rows; if an unclosed quote caused it, close the quote.",
    ),
)

# Rows and columns

DUPLICATE_COLUMNS = ErrorKind(
    "data.duplicate_columns",
    text("列名重复：{columns}。", "Column names occur twice: {columns}."),
    text("请给每一列不同的名字。", "Give every column a name of its own."),
)
RAGGED_ROW = ErrorKind(
    "data.ragged_row",
    text(
        "第 {row} 行有 {actual} 列，而表头有 {expected} 列：{sample}",
        "Row {row} has {actual} cells where the header has {expected}: {sample}",
    ),
    text(
        "请给含分隔符的文本加引号，或指定正确的分隔符；也可以把“坏行”设为“跳过”。",
        "Quote texts that contain the delimiter or name the right delimiter; or set 'bad rows' to skip.",
    ),
)
NO_SUCH_COLUMN = ErrorKind(
    "data.no_such_column",
    text("没有名为“{column}”的列。现有的列：{columns}。", "There is no column '{column}'. The columns are: {columns}."),
    text("请从现有的列中选择。{hint}", "Choose one of these columns. {hint}"),
)
COLUMN_TWICE = ErrorKind(
    "data.column_twice",
    text("“{column}”列被同时指定为 {roles}。", "Column '{column}' is given several roles: {roles}."),
    text("每个角色请选择不同的列。", "Choose a different column for each role."),
)
NO_SUCH_SHEET = ErrorKind(
    "data.no_such_sheet",
    text(
        "工作簿中没有名为“{sheet}”的工作表。现有：{sheets}。", "The workbook has no sheet '{sheet}'. It has: {sheets}."
    ),
    text("请选择其中一个工作表。", "Choose one of these sheets."),
)
JSON_SHAPE = ErrorKind(
    "data.json_shape",
    text("无法把这个 JSON 看成一张表：{detail}", "This JSON cannot be read as a table: {detail_en}"),
    text(
        '请改成对象的数组，例如 [{{"text": "…", "label": "…"}}]，或每行一个对象（JSONL）。',
        'Make it an array of objects, such as [{{"text": "...", "label": "..."}}], or one object a line (JSONL).',
    ),
)
MIXED_COLUMN = ErrorKind(
    "data.mixed_column",
    text(
        "“{at}”列有时是列表、有时是单个值（第 {row} 行）。",
        "Column '{at}' holds a list in some rows and a single value in others (row {row}).",
    ),
    text("请让这一列在每一行都是同一种形式。", "Use the same form in every row of this column."),
)

# Archives and folders

UNSAFE_ARCHIVE = ErrorKind(
    "data.unsafe_archive",
    text("压缩包中的“{member}”不安全：{detail}。", "The archive member '{member}' is not safe: {detail_en}."),
    text(
        "请用普通的文件夹重新打包（不含链接、绝对路径和 ..）。",
        "Pack a plain folder again, without links, absolute paths or '..'.",
    ),
)
ZIP_BOMB = ErrorKind(
    "data.zip_bomb",
    text(
        "压缩包解开后过大（{actual}，压缩比 {ratio}）。",
        "The archive grows too large when unpacked ({actual}, ratio {ratio}).",
    ),
    text("请直接上传其中的数据文件。", "Upload the data file itself."),
    status=413,
)
ENCRYPTED_ARCHIVE = ErrorKind(
    "data.encrypted_archive",
    text("压缩包有密码：{file}。", "The archive is protected by a password: {file}."),
    text("请去掉密码后重新打包。", "Pack it again without a password."),
)
TOO_MANY_FILES = ErrorKind(
    "data.too_many_files",
    text("{file} 中有 {actual} 个文件，上限是 {limit} 个。", "{file} holds {actual} files; the limit is {limit}."),
    text("请把文本放进一个 CSV，或每个标签一个文件。", "Put the texts into one CSV, or one file per label."),
    status=413,
)
SEVERAL_TABLES = ErrorKind(
    "data.several_tables",
    text("{file} 中有多个数据文件：{members}。", "{file} holds several data files: {members}."),
    text("请分别上传；每个标签一个文件时请用 .txt。", "Upload them one by one; for one file per label use .txt."),
)
NO_FILES = ErrorKind(
    "data.no_files",
    text("{file} 中没有可读的数据文件。", "{file} holds no file that can be read."),
    text("请放入一个数据文件，或每个标签一个文本文件。", "Put a data file into it, or one text file per label."),
)

# Labels

MISSING_LABELS = ErrorKind(
    "data.missing_labels",
    text(
        "“{at}”列有 {count} 行没有标签（空或 NaN），第一处在第 {row} 行。",
        "Column '{at}' has {count} rows without a label (empty or NaN); the first is row {row}.",
    ),
    text(
        "请补上标签，或把“缺失的标签”设为“丢弃这些行”（missing_labels=drop）或“保留”（keep）。",
        "Add the labels, or set 'missing labels' to drop these rows (missing_labels=drop) or to keep them (keep).",
    ),
)
LABELS_DIFFER = ErrorKind(
    "data.labels_differ",
    text(
        "有些标签只差大小写、空格或全半角：{groups}。",
        "Some labels differ only by case, spaces or width: {groups}.",
    ),
    text(
        "打开“合并写法不同的标签”（merge_labels=true）即可修复；若确实是不同的类别，请把它设为“不合并”。",
        "Turn on 'merge labels' (merge_labels=true) to fix them; if they are really different classes, set it to off.",
    ),
)
ONE_CLASS = ErrorKind(
    "data.one_class",
    text("“{at}”列只有一个类别：{label}。", "Column '{at}' has only one class: {label}."),
    text(
        "分类至少需要两个类别；请检查是否选错了列。",
        "Classification needs at least two classes; check whether this is the right column.",
    ),
)
TOO_MANY_LABELS = ErrorKind(
    "data.too_many_labels",
    text(
        "“{at}”列有 {count} 种取值（共 {rows} 行），看起来像自由文本而不是标签。",
        "Column '{at}' has {count} different values in {rows} rows; it looks like free text rather than labels.",
    ),
    text(
        "请选择真正的标签列；确实有这么多类别时，请调高“最多类别数”。",
        "Choose the real label column; if there really are so many classes, raise 'most classes'.",
    ),
)
NO_COMMON_LABELS = ErrorKind(
    "data.no_common_labels",
    text(
        "{part} 的标签与训练数据完全不同：{labels}。",
        "The labels of {part} are all unknown to the training rows: {labels}.",
    ),
    text("请检查标签列和标签的写法。", "Check the label column and how the labels are written."),
)

# Amounts

TOO_FEW_ROWS = ErrorKind(
    "data.too_few_rows",
    text(
        "可用的数据只有 {rows} 行，不足以划分出{part}。",
        "Only {rows} rows can be used: not enough to split off {part_en} rows.",
    ),
    text(
        "请增加数据（建议每个类别至少 10 条），或调整划分比例。",
        "Add rows (at least 10 a class is wise), or change the shares.",
    ),
)
NOTHING_LEFT = ErrorKind(
    "data.nothing_left",
    text("处理之后没有剩下任何行。", "No row is left after this step."),
    text("请检查文本列是否选对，或放宽清洗选项。", "Check the text column, or loosen the cleaning options."),
)
