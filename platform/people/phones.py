"""Mobile phones of the mainland as people write them: one spelling to compare, and a masked one to show."""

import re
import unicodedata

MOBILE = re.compile(r"1[3-9][0-9]{9}")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[3-9][0-9]{9}$)")


def normalise(text: str) -> str:
    """Full-width digits become ASCII; spaces, hyphens and China's own +86 go. Nothing else is guessed."""
    plain = re.sub(r"[\s\-‐‑–—]", "", unicodedata.normalize("NFKC", text))
    return _COUNTRY.sub("", plain)


def is_mobile(phone: str) -> bool:
    """Whether a normalised phone can get a short message: eleven digits of a mainland mobile."""
    return MOBILE.fullmatch(phone) is not None


def mask(phone: str) -> str:
    """138****5678; less where there are fewer digits."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)
