"""The demo portal of Zhejiang (330000): ``python -m examples.zhejiang``."""

from examples.identity import Portal, Service, Withheld
from examples.languages import Text
from examples.serve import serve

ZHEJIANG = Portal(
    key="zj",
    name=Text("浙江政务服务网（演示）", "Zhejiang Government Services (demo)"),
    region=Text("浙江省", "Zhejiang Province"),
    motto=Text("一次登录，全省通办", "Sign in once, served across the province"),
    # Ask for what the services below need and for nothing else: every scope is shown to the person.
    scope="openid profile cn_region cn_realname",
    services=(
        Service("shield", Text("社保查询", "Social insurance"), Text("参保与待遇", "Your record")),
        Service("home", Text("公积金", "Housing fund"), Text("余额与提取", "Balance, withdrawal")),
        Service("shop", Text("企业开办", "Start a business"), Text("一日办结", "Within a day")),
        Service("heart", Text("医保服务", "Medical insurance"), Text("异地备案", "Care elsewhere")),
    ),
    withheld=(
        Withheld(
            Text("证件号码", "ID number"),
            Text("以上事项用不到，所以没有申请", "None of the services above needs it"),
        ),
        Withheld(
            Text("手机号", "Mobile number"),
            Text("本网站不拨打电话，也不发送短信", "Nothing here calls or texts you"),
        ),
    ),
)

if __name__ == "__main__":
    serve(ZHEJIANG)
