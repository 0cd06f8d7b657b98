"""What can go wrong between a user's wish and the engines."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

FORBIDDEN = ErrorKind(
    "auth.forbidden",
    text("你的角色（{role}）不能这样做：{action}。", "Your role ({role}) does not allow this: {action}."),
    text("请联系所有者或管理员。", "Ask the owner or an administrator."),
    status=403,
)
LOGIN_FAILED = ErrorKind(
    "auth.login_failed",
    text("用户名或密码不正确。", "The name or the password is wrong."),
    text(
        "请检查后重试；管理员可以用 inkstone users password 重设密码。",
        "Check both and try again; an administrator can set a new one: inkstone users password.",
    ),
    status=401,
)
TOO_MANY_ATTEMPTS = ErrorKind(
    "auth.too_many_attempts",
    text("登录失败次数过多。", "Too many failed logins."),
    text("请在 {seconds} 秒后再试。", "Try again in {seconds} seconds."),
    status=429,
)
OTHER_COLUMNS = ErrorKind(
    "dataset.other_columns",
    text(
        "数据集“{name}”已存在，而且列不同（现有：{old}；新文件：{new}）。",
        "The dataset '{name}' exists with other columns (there: {old}; new file: {new}).",
    ),
    text(
        "请换一个名称，或选择“替换”以新的列建立新版本。",
        "Choose another name, or choose replace to make a new version with the new columns.",
    ),
    status=409,
)
NO_USERS = ErrorKind(
    "auth.no_users",
    text("要在 {host} 上提供服务，必须先添加用户。", "Serving on {host} needs at least one user."),
    text(
        "请运行：inkstone users add 名称 --role admin，或改用 127.0.0.1。",
        "Run: inkstone users add NAME --role admin; or serve on 127.0.0.1.",
    ),
)
UPLOAD_TOO_LARGE = ErrorKind(
    "upload.too_large",
    text("文件超过上限 {limit}。", "The file is larger than the limit of {limit}."),
    text(
        "请拆分文件，或由管理员调高 INKSTONE_MAX_UPLOAD。",
        "Split the file, or have an administrator raise INKSTONE_MAX_UPLOAD.",
    ),
    status=413,
)
UPLOAD_MISSING = ErrorKind(
    "upload.missing",
    text("没有找到文件：{name}", "There is no such file: {name}."),
    text("请检查文件名。", "Check its name."),
    status=404,
)
UPLOAD_ABSENT = ErrorKind(
    "upload.absent",
    text("请求中没有文件。", "The request holds no file."),
    text(
        "请以 multipart 字段 file，或直接以请求体发送文件。",
        "Send it as the multipart field 'file', or as the raw body.",
    ),
)
UNKNOWN_COLUMN = ErrorKind(
    "dataset.unknown_column",
    text("没有名为“{column}”的列。现有的列：{columns}。", "There is no column '{column}'. The columns are: {columns}."),
    text("请选择现有的列。", "Choose one of them."),
)
UNKNOWN_ROLE = ErrorKind(
    "dataset.unknown_role",
    text("没有名为“{role}”的角色。", "There is no role '{role}'."),
    text("可用的角色：{roles}。", "The roles are: {roles}."),
)
JOB_LOST = ErrorKind(
    "dataset.job_lost",
    text("这项工作意外中断了。", "This work ended unexpectedly."),
    text("请再试一次；若再次中断，可能是内存不够。", "Try again; if it ends again, the memory may be too small."),
    status=500,
)
JOB_STOPPED = ErrorKind(
    "dataset.job_stopped",
    text("已停止。", "It was stopped."),
    text("没有改动任何数据；可以随时重新开始。", "Nothing was changed; begin again at any time."),
)
NO_SUCH_FIX = ErrorKind(
    "dataset.no_such_fix",
    text("数据体检没有给出修复“{code}”。", "The data doctor offers no fix '{code}'."),
    text("可用的修复：{codes}。", "The fixes are: {codes}."),
)
UNKNOWN_ROW = ErrorKind(
    "dataset.unknown_row",
    text("数据集没有第 {row} 行（共 {rows} 行，从 0 数起）。", "There is no row {row} ({rows} rows, counted from 0)."),
    text("请检查行号。", "Check the number of the row."),
)
NO_LABEL = ErrorKind(
    "dataset.no_label",
    text("第 {row} 行没有给出标签。", "No label is given for row {row}."),
    text("请给出一个非空的标签。", "Give a label that is not empty."),
)
NO_TAGS = ErrorKind(
    "dataset.no_tags",
    text("没有给出标签。", "No tags were given."),
    text("请写下至少一个标签名称。", "Write at least one tag."),
)
NOTHING_LABELLED = ErrorKind(
    "dataset.nothing_labelled",
    text("这个版本还没有人工标签。", "Nobody has labelled rows of this version yet."),
    text("请先标注几行。", "Label some rows first."),
)
NOTHING_TO_CHOOSE = ErrorKind(
    "learning.nothing_to_choose",
    text("这次运行没有可以继续标注的文本。", "There are no texts that could be labelled for this run."),
    text(
        "需要一次成功并登记了模型的运行，以及未标注的文本：在向导里上传未标注文件，或让部分行的标签空着。",
        "Needed are a run that succeeded and registered a model, and texts without a label: add a file of unlabelled texts in the "
        "wizard, or leave the label of some rows empty.",
    ),
    status=409,
)
NOT_CHOSEN = ErrorKind(
    "learning.not_chosen",
    text("第 {row} 行不在这一轮要标注的文本里。", "Row {row} is not among the texts of this round."),
    text("请只标注这一轮列出的行。", "Label only the rows that the round lists."),
)
TEMPLATE_NOT_FOUND = ErrorKind(
    "template.not_found",
    text("没有名为“{name}”的方案模板，也没有这个文件。", "There is no solution template and no file called '{name}'."),
    text("用 inkstone templates 查看全部模板。{hint}", "List all with: inkstone templates. {hint}"),
    status=404,
)
PIPELINE_NOT_FOUND = ErrorKind(
    "pipeline.not_found",
    text("没有流程“{reference}”。", "There is no pipeline '{reference}'."),
    text("它可能已被删除；请查看流程列表。", "It may have been deleted; see the list of pipelines."),
    status=404,
)
VERSION_NOT_FOUND = ErrorKind(
    "pipeline.version_not_found",
    text("流程没有版本 {number}。", "The pipeline has no version {number}."),
    text("请查看它的版本列表。", "See the list of its versions."),
    status=404,
)
CONFLICT = ErrorKind(
    "pipeline.conflict",
    text(
        "别人已经保存了这个流程（现在是第 {current} 次修改，你的是第 {yours} 次）。",
        "Someone else has saved this pipeline (it is at revision {current}, yours at {yours}).",
    ),
    text("请重新载入，或把你的修改另存为新流程。", "Load it again, or save yours as a new pipeline."),
    status=409,
)
RUN_AMBIGUOUS = ErrorKind(
    "runs.ambiguous",
    text("有多个运行以“{reference}”开头。", "Several runs begin with '{reference}'."),
    text("请多写几位。", "Write more of it."),
)
RUN_IS_ACTIVE = ErrorKind(
    "runs.is_active",
    text("运行还没有结束（{state}）。", "The run has not ended ({state})."),
    text("请先停止它，或等它结束。", "Stop it first, or wait until it ends."),
    status=409,
)
UNKNOWN_OPTION = ErrorKind(
    "runs.unknown_option",
    text("没有名为“{at}”的运行选项。", "There is no run option '{at}'."),
    text("可用的选项：{known}。", "The options are: {known}."),
)
BAD_OPTION = ErrorKind(
    "runs.bad_option",
    text("运行选项“{at}”不能是 {value}。", "The run option '{at}' cannot be {value}."),
    text("这里需要{expected_zh}。", "It takes {expected_en}."),
)
OUTPUT_NOT_FOUND = ErrorKind(
    "runs.output_not_found",
    text("节点 {node} 没有名为“{port}”的输出。", "Node {node} has given no output '{port}'."),
    text("请等节点运行结束，或查看它有哪些输出。", "Wait until the node has ended, or see which outputs it has."),
    status=404,
)
NOT_READABLE = ErrorKind(
    "runs.output_not_readable",
    text("这个输出（{type}）不能在页面上查看。", "This output ({type}) cannot be shown on a page."),
    text("请下载它。", "Download it instead."),
)
BAD_STAGE = ErrorKind(
    "models.bad_stage",
    text("没有名为“{stage}”的阶段。", "There is no stage '{stage}'."),
    text("可用的阶段：{stages}。", "The stages are: {stages}."),
)
BAD_FORMAT = ErrorKind(
    "models.bad_format",
    text("不能导出为“{format}”。", "A model cannot be exported as '{format}'."),
    text("可用的格式：{formats}。", "The formats are: {formats}."),
)
NO_TEXTS = ErrorKind(
    "predict.no_texts",
    text("没有要预测的文本。", "There is no text to predict."),
    text("请至少给出一条文本。", "Give at least one text."),
)
TOO_MANY_TEXTS = ErrorKind(
    "predict.too_many_texts",
    text("一次最多预测 {limit} 条文本。", "One request takes at most {limit} texts."),
    text(
        "请分批发送，或用 predict.batch 组件处理整个文件。",
        "Send them in parts, or use the predict.batch component for a whole file.",
    ),
    status=413,
)
UNEVEN_PAIRS = ErrorKind(
    "predict.uneven_pairs",
    text("文本有 {texts} 条，第二文本有 {pairs} 条。", "There are {texts} texts but {pairs} second texts."),
    text("两者必须一样多。", "Give as many of one as of the other."),
)
USER_NOT_FOUND = ErrorKind(
    "user.not_found",
    text("没有用户“{name}”。", "There is no user '{name}'."),
    text("用 inkstone users list 查看全部用户。", "List all with: inkstone users list."),
    status=404,
)
USER_EXISTS = ErrorKind(
    "user.exists",
    text("用户“{name}”已经存在。", "The user '{name}' exists already."),
    text(
        "请换一个名称，或用 inkstone users password 重设密码。",
        "Choose another name, or set a new password: inkstone users password.",
    ),
    status=409,
)
UNKNOWN_USER_ROLE = ErrorKind(
    "user.unknown_role",
    text("没有名为“{role}”的用户角色。", "There is no user role '{role}'."),
    text("可用的角色：admin、member、viewer。", "The roles are: admin, member, viewer."),
)
WEAK_PASSWORD = ErrorKind(
    "user.weak_password",
    text("密码太短或太长。", "The password is too short or too long."),
    text("请用 {minimum} 到 {maximum} 个字。", "Use {minimum} to {maximum} characters."),
)
LAST_ADMIN = ErrorKind(
    "user.last_admin",
    text("“{name}”是最后一个管理员。", "'{name}' is the last administrator."),
    text("请先让另一个用户成为管理员。", "Make another user an administrator first."),
    status=409,
)
TOKEN_NOT_FOUND = ErrorKind(
    "user.token_not_found",
    text("没有这个令牌。", "There is no such token."),
    text("请查看令牌列表。", "See the list of tokens."),
    status=404,
)
DEPLOYMENT_EXISTS = ErrorKind(
    "deployment.exists",
    text("已有名为“{name}”的服务。", "A deployment called '{name}' exists."),
    text(
        "请换一个名称，或在服务页把它切换到这个模型版本。",
        "Choose another name, or change that deployment to this model version.",
    ),
    status=409,
)
BAD_SHARE = ErrorKind(
    "deployment.bad_share",
    text(
        "试用版本的流量份额必须在 0 和 1 之间，得到 {share}。",
        "The share of a canary lies between 0 and 1; it was {share}.",
    ),
    text("例如 0.1 表示十分之一的请求。", "For instance, 0.1 is a tenth of the requests."),
)
NOTHING_BEFORE = ErrorKind(
    "deployment.nothing_before",
    text("服务“{name}”没有更早的版本可以回退。", "The deployment '{name}' has no earlier version to go back to."),
    text("请直接选择要使用的模型版本。", "Choose the model version that it should answer with."),
    status=409,
)
