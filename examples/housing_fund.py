"""The demo centre of the housing provident fund: ``python -m examples.housing_fund``."""

from flask import Blueprint

from examples.fund_api import fund_api
from examples.fund_ledger import Ledger
from examples.identity import Portal, Service, Withheld
from examples.languages import Text
from examples.relying_party import RelyingParty
from examples.resource_server import ResourceServer, keys_of
from examples.serve import serve
from examples.sessions import Sessions
from examples.settings import Settings
from examples.withdrawals import FORM, withdrawal_pages

API = "/api"
PURCHASE = f"{FORM}?reason=01"


def _rooms(relying_party: RelyingParty, sessions: Sessions, settings: Settings) -> tuple[Blueprint, ...]:
    # A real centre's API is a program of its own; here it only listens at the same address.
    server = ResourceServer(settings.issuer, settings.url + API, keys_of(settings.issuer))
    return withdrawal_pages(relying_party, sessions, settings), fund_api(server, Ledger())


HOUSING_FUND = Portal(
    key="fund",
    name=Text("示例市住房公积金管理中心（演示）", "Example City Housing Provident Fund Centre (demo)"),
    region=Text("示例市", "Example City"),
    motto=Text("安居有保障，提取更省心", "A home within reach, a withdrawal without queues"),
    # Money goes to the account holder in person, hence the real name; the phone is for the receipt.
    scope="openid profile cn_realname phone",
    services=(
        Service("ledger", Text("余额查询", "Balance"), Text("账户余额", "What you have"), FORM),
        Service("key", Text("租房提取", "Rent withdrawal"), Text("按月到账", "Paid monthly"), FORM),
        Service(
            "home",
            Text("购房提取", "Purchase withdrawal"),
            Text("首套住房", "First home"),
            f"{FORM}?reason=01",
        ),
        Service("road", Text("异地转移", "Transfer"), Text("跨省通办", "Between provinces")),
    ),
    withheld=(
        Withheld(
            Text("证件号码", "ID number"),
            Text("登录和查询用不到，所以没有申请", "Signing in and looking things up work without it"),
        ),
        Withheld(
            Text("所属地区", "Home region"),
            Text("缴存地在本市，与来自哪里无关", "Your fund is held here, wherever you come from"),
        ),
    ),
    api=API,
    rooms=_rooms,
)

if __name__ == "__main__":
    serve(HOUSING_FUND)
