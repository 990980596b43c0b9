"""Claims in plain words: what a portal knows about the person who is signed in."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from examples.languages import Language, Text
from examples.regions import REGIONS

# China keeps one time, without daylight saving.
BEIJING = timezone(timedelta(hours=8))
LAST_MOMENT = 253_402_000_000  # about the year 9999, where datetime ends
FIRST, LAST = 3, 4  # digits of a phone number that are shown

# What the protocol needs for itself says nothing about the person; acr and the like have own rows.
PROTOCOL = frozenset(
    {"iss", "aud", "azp", "exp", "iat", "nbf", "jti", "sid", "sub", "nonce"}
    | {"at_hash", "c_hash", "s_hash", "acr", "amr", "auth_time"}
)
LABELS = {
    "name": Text("姓名", "Name"),
    "nickname": Text("昵称", "Nickname"),
    "gender": Text("性别", "Gender"),
    "birthdate": Text("出生日期", "Date of birth"),
    "locale": Text("语言", "Language"),
    "zoneinfo": Text("时区", "Time zone"),
    "email": Text("电子邮箱", "E-mail"),
    "email_verified": Text("邮箱已验证", "E-mail verified"),
    "phone_number": Text("手机号", "Mobile number"),
    "phone_number_verified": Text("手机号已验证", "Mobile verified"),
    "cn_realname_level": Text("实名等级", "Real-name level"),
    "cn_home_region": Text("所属地区", "Home region"),
    "cn_home_idp": Text("登录来源", "Signed in through"),
    "age_over_14": Text("年满14周岁", "14 or older"),
    "age_over_16": Text("年满16周岁", "16 or older"),
    "age_over_18": Text("年满18周岁", "18 or older"),
    "age_over_60": Text("年满60周岁", "60 or older"),
    "updated_at": Text("资料更新时间", "Last change"),
}
LEVELS = {
    "l1": Text("初级（未实名）", "Basic (not verified)"),
    "l2": Text("实名认证", "Real-name verified"),
    "l3": Text("实人认证", "Real-person verified"),
    "l4": Text("高级实人认证", "High-assurance verified"),
}
ASSURANCE = {
    "l1": Text("一种验证方式", "One factor"),
    "l2": Text("实名，一种验证方式", "Real name, one factor"),
    "l3": Text("实人，两种验证方式", "Real person, two factors"),
    "l3-tx": Text("实人，针对本次办理验证", "Real person, verified for this transaction"),
    "l4": Text("高级实人，硬件验证", "High assurance, hardware factor"),
}
METHODS = {
    "pwd": Text("密码", "Password"),
    "otp": Text("动态口令", "One-time code"),
    "sms": Text("短信验证码", "Text-message code"),
    "face": Text("刷脸", "Face"),
    "hwk": Text("硬件密钥", "Hardware key"),
    "swk": Text("软件密钥", "Software key"),
    "sc": Text("数字证书", "Digital certificate"),
    "pin": Text("PIN 码", "PIN"),
    "user": Text("本机解锁", "Device unlock"),
    "mfa": Text("多重验证", "Several factors"),
}
YES, NO = Text("是", "Yes"), Text("否", "No")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the claim's *key*, and both sides in the reader's language."""

    key: str
    label: str
    value: str


def describe_claims(claims: dict[str, Any], language: Language) -> list[Row]:
    """Return a row for each claim about the person; one without a label goes last, by its key."""
    known = [key for key in LABELS if key in claims]
    unknown = [key for key in claims if key not in LABELS and key not in PROTOCOL]
    return [
        Row(key, LABELS[key].to(language) if key in LABELS else key, _value(key, claims[key], language))
        for key in known + unknown
    ]


def describe_assurance(acr: object, language: Language) -> str:
    """Return what the last part of an acr such as ``https://…/acr/l3`` means, or nothing."""
    words = ASSURANCE.get(str(acr).rpartition("/")[2])
    return words.to(language) if words else ""


def describe_methods(amr: object, language: Language) -> str:
    """Return the methods of an amr, in order."""
    names = [str(name) for name in amr] if isinstance(amr, list) else []
    words = [METHODS[name].to(language) if name in METHODS else name for name in names]
    return ("、" if language == "zh" else ", ").join(words)


def describe_moment(seconds: object, language: Language) -> str:
    """Return a moment, given in *seconds* since 1970, on China's clock."""
    if not isinstance(seconds, int | float) or not 0 <= seconds < LAST_MOMENT:
        return ""
    moment = datetime.fromtimestamp(seconds, BEIJING)
    if language == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def _value(key: str, value: object, language: Language) -> str:
    if isinstance(value, bool):
        return (YES if value else NO).to(language)
    if key == "cn_realname_level" and str(value) in LEVELS:
        return f"{LEVELS[str(value)].to(language)} ({value})"
    if key == "cn_home_region":
        return _region(str(value), language)
    if key == "phone_number":
        return _mask_phone(str(value))
    if key == "updated_at":
        return describe_moment(value, language) or str(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _region(code: str, language: Language) -> str:
    region = REGIONS.get(code[:2])
    return f"{region.to(language)} ({code})" if region else code


def _mask_phone(number: str) -> str:
    """Show as much as the holder needs to recognise it: others may look at the screen too."""
    local = number.removeprefix("+86")
    return f"{local[:FIRST]}****{local[-LAST:]}" if len(local) > FIRST + LAST else number
