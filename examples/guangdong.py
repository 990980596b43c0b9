"""The demo portal of Guangdong (440000): ``python -m examples.guangdong``."""

from examples.identity import Portal, Service, Withheld
from examples.languages import Text
from examples.serve import serve

GUANGDONG = Portal(
    key="gd",
    name=Text("广东政务服务网（演示）", "Guangdong Government Services (demo)"),
    region=Text("广东省", "Guangdong Province"),
    motto=Text("数据多跑路，群众少跑腿", "Let the data travel, so that you need not"),
    # The same scopes as Zhejiang, and still a different `sub`: the two cannot match their records.
    scope="openid profile cn_region cn_realname",
    services=(
        Service("shield", Text("社保查询", "Social insurance"), Text("缴费与转移", "Paid, moved")),
        Service("road", Text("跨省通办", "Cross-province"), Text("外省事，本地办", "From anywhere")),
        Service("shop", Text("企业开办", "Start a business"), Text("全程网办", "Fully online")),
        Service("school", Text("入学报名", "School places"), Text("随迁子女", "Families who moved")),
    ),
    withheld=(
        Withheld(
            Text("证件号码", "ID number"),
            Text("以上事项用不到，所以没有申请", "None of the services above needs it"),
        ),
        Withheld(
            Text("详细住址", "Home address"),
            Text("只需知道您来自哪个省份", "The province you come from is enough"),
        ),
    ),
)

if __name__ == "__main__":
    serve(GUANGDONG)
