"""The words on the housing fund's own pages."""

from examples.languages import Text

FUND_WORDS = {
    "title": Text("提取住房公积金", "Withdraw from the housing fund"),
    "balance": Text("账户余额", "Balance"),
    "fund_account": Text("个人公积金账号", "Fund account"),
    "amount": Text("提取金额（元）", "Amount (CNY)"),
    "amount_hint": Text("例如 12000 或 12000.50", "For example 12000 or 12000.50"),
    "reason": Text("提取原因", "Reason"),
    "payee": Text("收款人", "Pay to"),
    "payee_why": Text("只能提取到本人账户。", "Money goes to an account of your own alone."),
    "bank": Text("开户银行", "Bank"),
    "account": Text("收款账号", "Account number"),
    "go_on": Text("下一步：去统一身份认证确认", "Next: confirm at Tongxing"),
    "go_on_why": Text(
        "您将前往统一身份认证，核对金额并证明是您本人。金额达到5万元时需要两种方式。",
        "Tongxing shows you the amount and asks you to prove that it is you. "
        "From CNY 50,000 on it takes two ways.",
    ),
    "check": Text("请检查以下内容", "Please check the following"),
    "amount_wrong": Text("请填写大于零的金额，最多两位小数。", "Enter an amount above zero, to the fen."),
    "amount_too_much": Text("金额超过账户余额。", "That is more than there is in the account."),
    "reason_wrong": Text("请选择提取原因。", "Choose a reason."),
    "bank_wrong": Text("请填写开户银行。", "Enter the bank."),
    "account_wrong": Text("请填写8至30位数字的账号。", "Enter the account number, 8 to 30 digits."),
    "cancelled": Text(
        "没有确认，因此没有提取。您填写的内容还在，可以修改后再试。",
        "It was not confirmed, so nothing was drawn. What you entered is still here.",
    ),
    "level_too_low": Text(
        "没有提取：这项业务需要实人认证。您填写的内容还在；也可以到柜台办理。",
        "Nothing was drawn: this needs a real-person verification. What you entered is still here; "
        "the counter can help as well.",
    ),
    "try_later": Text(
        "没有提取：暂时无法办理，可能是请求过于频繁。您填写的内容还在，请稍后再试。",
        "Nothing was drawn: it does not work just now, perhaps it was asked for too often. "
        "What you entered is still here; try again later.",
    ),
    "begin_again": Text(
        "没有提取：确认已过期或已使用。您填写的内容还在，请再试一次。",
        "Nothing was drawn: the confirmation was used or is over. What you entered is still here; try again.",
    ),
    "done": Text("提取成功", "The withdrawal is done"),
    "application": Text("申请编号", "Application number"),
    "left": Text("提取后余额", "Balance left"),
    "proof": Text("本人证明", "How you proved it"),
    "proved_at": Text("证明时间", "Proved at"),
    "receipt": Text("凭证", "Receipt"),
    "receipt_good": Text(
        "凭证的签名已用统一身份认证的历史密钥核验。多年以后仍可核验，其中没有图像和金额。",
        "The receipt's signature was checked with the provider's keys of all times. It can be checked "
        "years from now, and holds no picture and no amount.",
    ),
    "receipt_none": Text("这次没有可核验的凭证。", "There is no receipt that could be checked."),
    "receipt_number": Text("凭证编号", "Number"),
    "receipt_at": Text("签发时间", "Issued at"),
    "try_it": Text("试一试：事后改金额", "Try it: change the amount afterwards"),
    "try_why": Text(
        "用这次的令牌多提取1000元。令牌只对您确认过的金额有效，因此会被拒绝。",
        "Ask for CNY 1,000 more with the same token. It is good for what you confirmed alone, "
        "so it will be refused.",
    ),
    "try_button": Text("多提取1000元", "Draw CNY 1,000 more"),
    "changed_refused": Text(
        "已拒绝：{amount}元不是您确认的金额。接口答复 {status}：",
        "Refused: CNY {amount} is not what you confirmed. The API answered {status}:",
    ),
    "again": Text("再办一笔", "Another withdrawal"),
}
