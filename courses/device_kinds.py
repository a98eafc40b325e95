"""What kind of device a browser says that it runs on: enough for its owner to know his own again. Pure.

Nothing else of what a browser says of itself is kept.
"""

PHONE, TABLET, COMPUTER, WEIXIN = "phone", "tablet", "computer", "weixin"


def kind_of(user_agent: str) -> str:
    """One of the four, empty for what says nothing that is known.

    >>> kind_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 MicroMessenger/8.0")
    'weixin'
    """
    said = user_agent[:1000].lower()
    if "micromessenger" in said:
        return WEIXIN
    if "ipad" in said or "tablet" in said or ("android" in said and "mobile" not in said):
        return TABLET
    if "iphone" in said or "android" in said or "mobile" in said or "harmony" in said:
        return PHONE
    return COMPUTER if any(name in said for name in ("windows", "macintosh", "linux", "cros")) else ""
