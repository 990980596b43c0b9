"""What may go wrong at sign-in: the HTTP status, and words that show a way on."""

from dataclasses import dataclass

from examples.languages import Text

# Seconds after which a browser, or a monitor, may knock again.
RETRY_AFTER = 30


class Problem(Exception):
    """A sign-in that did not happen; *reason* is a key of PROBLEMS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Explanation:
    """The page of one problem; *retry* offers to sign in again."""

    status: int
    title: Text
    advice: Text
    retry: bool = True


# The provider's error codes (RFC 6749, OpenID Connect Core section 3.1.2.6) that have their own page.
# Its error_description is for developers and may hold anything: it is never shown.
ANSWERS = {
    "access_denied": "denied",
    "login_required": "not_signed_in",
    "interaction_required": "not_signed_in",
    "account_selection_required": "not_signed_in",
    "consent_required": "consent_needed",
    "unmet_authentication_requirements": "level_too_low",
    "temporarily_unavailable": "unavailable",
    "server_error": "unavailable",
    "mismatching_state": "stale",
    "invalid_grant": "stale",
}

PROBLEMS = {
    "denied": Explanation(
        403,
        Text("您没有同意授权，因此没有登录", "You did not allow it, so you are not signed in"),
        Text(
            "没有任何信息提供给本网站。不登录也可以浏览，需要时再登录即可。",
            "Nothing was passed to this site. You can look around without signing in, "
            "and sign in whenever you need to.",
        ),
    ),
    "not_signed_in": Explanation(
        401,
        Text("您还没有登录统一身份认证", "You are not signed in with Tongxing yet"),
        Text("请点击下面的按钮登录。", "Use the button below to sign in."),
    ),
    "consent_needed": Explanation(
        403,
        Text("需要您先确认授权", "We need your permission first"),
        Text(
            "请点击下面的按钮，查看本网站申请的信息并决定是否同意。",
            "Use the button below to see what this site asks for, and decide.",
        ),
    ),
    "level_too_low": Explanation(
        403,
        Text("实名等级不足", "Your real-name level is not high enough"),
        Text(
            "请先在统一身份认证中提升实名等级，也可以到线下窗口办理。",
            "Raise your real-name level with Tongxing first, or visit a service counter.",
        ),
    ),
    "stale": Explanation(
        400,
        Text("这个登录链接已使用或已过期", "This sign-in link has been used or has expired"),
        Text(
            "可能是点了后退、重复点击，或浏览器禁用了 Cookie。重新登录即可，您的信息是安全的。",
            "Perhaps you went back, clicked twice, or your browser blocks cookies. "
            "Just sign in again; your information is safe.",
        ),
    ),
    "wrong_issuer": Explanation(
        400,
        Text("无法确认登录结果的来源", "We could not tell where this answer came from"),
        Text(
            "为保护您的账号，这次登录已停止。请从本网站重新登录。",
            "To protect your account we stopped here. Please sign in again from this site.",
        ),
    ),
    "bad_answer": Explanation(
        502,
        Text("登录没有完成", "Sign-in could not be completed"),
        Text(
            "统一身份认证的答复有误，为保护您的账号未予采用。请稍后重试。",
            "The answer we got did not add up, so we did not use it. Please try again later.",
        ),
    ),
    "refused": Explanation(
        502,
        Text("登录没有完成", "Sign-in could not be completed"),
        Text(
            "统一身份认证没有受理本网站的请求。请稍后重试。",
            "Tongxing did not accept this site's request. Please try again later.",
        ),
    ),
    "unavailable": Explanation(
        503,
        Text("登录服务暂时不可用", "Sign-in is unavailable at the moment"),
        Text("请稍后重试，其他内容可照常浏览。", "Please try again shortly; the rest of this site works."),
    ),
    "not_found": Explanation(
        404,
        Text("没有找到这个页面", "There is no such page"),
        Text("网址可能有误，请返回首页。", "The address may be wrong; please go to the front page."),
        retry=False,
    ),
    "fault": Explanation(
        500,
        Text("网站出了点问题", "Something went wrong here"),
        Text("请稍后重试。", "Please try again later."),
        retry=False,
    ),
}
