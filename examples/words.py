"""Every word on the pages that belongs to no portal in particular."""

from examples.languages import Text

WORDS = {
    "sign_in": Text("统一身份认证登录", "Sign in with Tongxing"),
    "sign_in_again": Text("重新登录", "Sign in again"),
    "sign_out": Text("退出登录", "Sign out"),
    "home": Text("返回首页", "Front page"),
    "skip": Text("跳到正文", "Skip to content"),
    "language": Text("语言", "Language"),
    "welcome": Text("您好，欢迎访问", "Welcome"),
    "guest": Text("您尚未登录", "You are not signed in"),
    "guest_why": Text(
        "登录后可办理个人事项。全国一个实名账号，各地门户通用。",
        "Sign in to use personal services. One real-name account works on every portal.",
    ),
    "hello": Text("您好，{name}", "Hello, {name}"),
    "hello_nobody": Text("您好，您已登录", "Hello, you are signed in"),
    "signed_in_at": Text("登录时间", "Signed in at"),
    "signed_out": Text("您已安全退出。", "You have signed out safely."),
    "services": Text("常用服务", "Popular services"),
    "demo": Text("演示", "Demo"),
    "roam": Text("前往其他门户", "Go on to another portal"),
    "roam_why": Text(
        "您已登录统一身份认证，前往以下网站无需再次输入密码。",
        "You are signed in with Tongxing: these sites will not ask for your password again.",
    ),
    "roam_guest": Text("同一个账号也可以登录以下网站。", "The same account signs you in on these sites."),
    "knows": Text("本网站知道的信息", "What this site knows"),
    "knows_why": Text(
        "以下信息经您同意，由统一身份认证提供。",
        "Tongxing passed this on with your permission, and nothing more.",
    ),
    "nothing": Text("除代号外没有其他信息。", "Nothing but the pseudonym."),
    "withheld": Text("本网站无从知道的信息", "What this site does not get to know"),
    "withheld_sub": Text("您在其他网站的代号", "Your pseudonym on other sites"),
    "withheld_sub_why": Text(
        "每个网站得到的代号都不同，彼此无法对应您的办事记录",
        "Each site gets a different one, so they cannot match their records about you",
    ),
    "withheld_password": Text("您的密码和人脸图像", "Your password and your face"),
    "withheld_password_why": Text(
        "只在统一身份认证处验证，从不交给任何网站",
        "They are checked by Tongxing alone and never passed to any site",
    ),
    "sub": Text("您在本网站的代号", "Your pseudonym on this site"),
    "sub_why": Text("只在本网站有效", "Valid on this site only"),
    "how": Text("本次登录", "This sign-in"),
    "acr": Text("认证强度", "Assurance"),
    "amr": Text("认证方式", "How you proved it"),
    "developers": Text("开发者：令牌内容", "For developers: inside the tokens"),
    "id_token": Text("ID 令牌（签名已验证）", "ID token (signature checked)"),
    "access_token": Text(
        "访问令牌（仅供查看，本网站不据此判断）",
        "Access token (for show; this site decides nothing by it)",
    ),
    "header": Text("头部", "Header"),
    "payload": Text("内容", "Payload"),
    "json": Text("以 JSON 查看全部声明", "All claims as JSON"),
    "problem": Text("提示", "Notice"),
    "footer": Text(
        "演示网站，非政府官方网站。人物和数据均为虚构。",
        "A demonstration, not a government site. All people and data are fictitious.",
    ),
}
