"""The demo company 云台租赁: who works there, who its customers are, what they rented."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

PASSWORD = "luyue-demo"  # shown on the start page of the demo only

# What the company has adopted, each after what it stands on. Texts shipped for other trades wait in the store, adopted by nobody.
REGULATIONS = ("L0", "company", "live-rental-individual", "live-rental-objections")


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    name: str
    posts: tuple[str, ...]  # "team" or "team/post"
    says: str  # what he does, for the start page
    says_en: str


STAFF = (
    Person("chensiyuan", "陈思远", ("service-desk",), "客服：接待、登记、跟进", "Service desk: receives, registers, follows"),
    Person("limin", "李敏", ("service-desk",), "客服：接待、登记、跟进", "Service desk: receives, registers, follows"),
    Person("zhaolan", "赵岚", ("service-desk", "service-desk/lead"), "客服主管：审批、复核、投诉", "Service desk lead: approves, reviews"),
    Person("xuke", "许可", ("advisors",), "业务顾问：合同条款", "Advisor: contract terms"),
    Person("fangjing", "方静", ("advisors", "advisors/lead"), "业务主管", "Advisors lead"),
    Person("helicheng", "何立诚", ("technical-support",), "技术支持：设备检测", "Technical support: tests units"),
    Person("tangwei", "唐炜", ("technical-support", "technical-support/lead"), "技术主管", "Technical lead"),
    Person("sunyue", "孙悦", ("finance",), "财务：核对费用、退款、发票", "Finance: fees, refunds, invoices"),
    Person("qiancheng", "钱程", ("finance", "finance/lead"), "财务主管", "Finance lead"),
    Person("gaoxiang", "高翔", ("warehouse",), "仓储物流：出库、回收、取件", "Warehouse: outbound, recovery, pick-up"),
    Person("mengfan", "孟凡", ("warehouse", "warehouse/lead"), "仓储主管", "Warehouse lead"),
    Person("luwen", "陆文", ("quality",), "质检：抽查、预防", "Quality: samples, prevents"),
    Person("songqing", "宋青", ("quality", "quality/lead"), "质检主管", "Quality lead"),
    Person("zhouqiming", "周启明", ("management", "management/manager"), "经理：审批 2000 元以内", "Manager: approves up to CNY 2,000"),
    Person("yehang", "叶航", ("management", "management/general-manager"), "总经理", "General manager"),
    Person("guanyi", "关毅", ("management", "management/legal"), "法务：合同条款", "Legal counsel: contract terms"),
)


@dataclass(frozen=True, slots=True)
class Client:
    key: str
    kind: str  # individual | company
    name: str
    phone: str
    account: str
    contact_person: str = ""
    email: str = ""


CLIENTS = (
    Client("zhou", "individual", "周晓岚", "13800135678", "YT10021", email="zhouxl@example.com"),
    Client("miaobo", "company", "广州喵播文化", "13922226027", "YT20007", "林婉清", "service@miaobo.example"),
    Client("shen", "individual", "沈嘉禾", "13666601234", "YT10058"),
    Client("mumian", "company", "苏州木棉服饰", "13711118866", "YT20019", "顾佳", "finance@mumian.example"),
    Client("yunshang", "company", "杭州云尚传媒", "13800006027", "YT20002", "林婉清", "ops@yunshang.example"),
    Client("qiu", "individual", "邱明", "13566778899", "YT10102"),
    Client("xingye", "company", "深圳星野科技", "13434345656", "YT20031", "罗毅", "luoyi@xingye.example"),
    Client("lu", "individual", "陆晨", "13355551212", "YT10077"),
    Client("wang", "individual", "王一鸣", "13277778888", "YT10113"),
    Client("qinghe", "company", "成都青禾农业", "13188889999", "YT20044", "蒋雯", "hello@qinghe.example"),
    Client("lin", "individual", "林可", "13099990000", "YT10131"),
    Client("tang", "individual", "唐悦", "15912341234", "YT10140"),
    Client("zhao", "individual", "赵子涵", "15823452345", "YT10152"),
    Client("haina", "company", "宁波海纳电商", "15734563456", "YT20052", "汪涛", "caiwu@haina.example"),
)


@dataclass(frozen=True, slots=True)
class Rental:
    number: str
    client: str
    starts_days: int  # from today
    ends_days: int
    lines: tuple[tuple[str, str, int, str], ...]  # model, serial, quantity, price a day
    deposit: Decimal
    state: str
    billed: str = ""  # what was charged, where it is not what the contract says
    invoice_title: str = ""  # as it was issued, where it is not the customer's name
    changed_price: str = ""  # a day, by terms the company put in force without asking


# Units on the shelf, so that plans can be sent and orders allocated: model, front of the serial number, how many.
SPARE_UNITS = (
    ("补光灯 600D", "LS600-09", 6),
    ("补光灯 300D", "LS300-09", 4),
    ("FX3 摄像机", "FX3-02", 3),
    ("FX30 摄像机", "FX30-02", 3),
    ("直播一体机", "LIVE-02", 4),
    ("领夹麦克风", "MIC-09", 6),
    ("室内美妆套装", "KIT-02", 3),
    ("户外直播背包", "BAG-02", 2),
    ("户外骑行套装", "RIDE-02", 2),
)

RENTALS = (
    Rental(
        "ZL-260210-0316", "yunshang", -12, 3, (("FX3 摄像机", "FX3-0131", 1, "380.00"), ("24-70 镜头", "GM2470-0044", 1, "120.00")), Decimal("15000"), "out"
    ),
    Rental("ZL-261102-0021", "zhou", -20, -6, (("补光灯 600D", "LS600-0210", 2, "60.00"),), Decimal("6000"), "returned"),
    Rental(
        "ZL-261108-0102",
        "mumian",
        -14,
        10,
        (("直播一体机", "LIVE-0077", 1, "260.00"), ("无线麦克风", "MIC-0301", 2, "30.00")),
        Decimal("8000"),
        "out",
        invoice_title="苏州木棉服装",
    ),
    Rental("ZL-261112-0045", "lin", -10, -1, (("采集卡", "CAP-0012", 1, "40.00"), ("HDMI 线", "", 2, "0.00")), Decimal("1500"), "returned"),
    Rental("ZL-261114-0063", "tang", -7, 5, (("补光灯 300D", "LS300-0118", 1, "45.00"),), Decimal("2000"), "out"),
    Rental("ZL-261115-0080", "qinghe", -6, 24, (("户外直播背包", "BAG-0009", 1, "220.00"),), Decimal("5000"), "out", changed_price="240.00"),
    Rental("ZL-261116-0091", "wang", -5, 2, (("导播台", "SW-0031", 1, "150.00"),), Decimal("4000"), "out"),
    Rental("ZL-261117-0007", "lu", -4, 6, (("补光灯 600D", "LS600-0220", 3, "60.00"),), Decimal("9000"), "out"),
    Rental("ZL-261118-0013", "shen", -3, 0, (("室内美妆套装", "KIT-0042", 1, "199.00"),), Decimal("3000"), "out"),
    Rental("ZL-261119-0030", "haina", -2, 12, (("FX30 摄像机", "FX30-0055", 2, "210.00"),), Decimal("10000"), "out", invoice_title="宁波海纳电子商务"),
    Rental("ZL-261110-0017", "zhao", -11, -4, (("领夹麦克风", "MIC-0288", 2, "25.00"),), Decimal("800"), "returned"),
    Rental("ZL-261113-0054", "xingye", -8, 12, (("补光灯 600D", "LS600-0230", 6, "55.00"),), Decimal("12000"), "out", billed="7560.00"),
    Rental("ZL-261120-0002", "miaobo", -1, 9, (("直播一体机", "LIVE-0081", 8, "240.00"),), Decimal("40000"), "out"),
    Rental("ZL-261109-0008", "qiu", -13, 1, (("户外骑行套装", "RIDE-0003", 1, "180.00"),), Decimal("3500"), "out"),
)
