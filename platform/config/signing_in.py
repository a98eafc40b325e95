"""Settings of signing in: allauth's, passkeys, codes by short message; part of config.settings."""

import environ

env = environ.Env()

ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # allauth would name the host
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses that nobody here has
# A lecture hall or an office stands behind one address: it may be many people, one account may not be guessed.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/300s/key"}
MFA_ADAPTER = "people.adapters.PasskeyAdapter"
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # a passkey replaces the password here and locks nobody out
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}  # the same hall
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not env.bool("HTTPS_ONLY", default=False)  # localhost while developing

# Codes by short message. Providers and what each needs: people.sms.
SMS: dict[str, object] = {
    "provider": env.str("SMS_PROVIDER", default="console"),  # console | aliyun | none
    "key_id": env.str("SMS_ALIYUN_KEY_ID", default=""),
    "key_secret": env.str("SMS_ALIYUN_KEY_SECRET", default=""),
    "sign_name": env.str("SMS_ALIYUN_SIGN_NAME", default=""),
    "template": env.str("SMS_ALIYUN_TEMPLATE", default=""),
    "notice_template": env.str("SMS_ALIYUN_NOTICE_TEMPLATE", default=""),
    "endpoint": env.str("SMS_ALIYUN_ENDPOINT", default="https://dysmsapi.aliyuncs.com"),
}
# A hall signs in for the first time behind one address; one number, one phone and the two together may not be pestered.
SIGN_IN_CODE_LIMITS = {
    "code_asked_from": "300/10m/ip,3000/d/ip",
    "code_asked_for": "6/h/key,12/d/key",
    "code_asked_again": "1/55s/key",
    "code_tried_from": "600/10m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0

# WeChat, where the operator has an app of his own: "website" shows a QR code on a computer, "account" is an official
# account's and works inside WeChat. Elsewhere it is not offered.
_WEIXIN_KIND = env.str("WEIXIN_KIND", default="account")
_WEIXIN_ID = env.str("WEIXIN_APP_ID", default="")
WEIXIN_ON = bool(_WEIXIN_ID)
SOCIALACCOUNT_ADAPTER = "people.adapters.SocialAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {
    "weixin": {
        "APPS": [{"client_id": _WEIXIN_ID, "secret": env.str("WEIXIN_APP_SECRET", default=""), "key": ""}],
        "AUTHORIZE_URL": "https://open.weixin.qq.com/connect/"
        + ("qrconnect" if _WEIXIN_KIND == "website" else "oauth2/authorize"),
        "ACCESS_TOKEN_URL": "https://api.weixin.qq.com/sns/oauth2/access_token",
        "SCOPE": ["snsapi_login" if _WEIXIN_KIND == "website" else "snsapi_base"],
    }
}
# A browser follows a form's redirects only to where the policy lets forms lead.
FORMS_LEAD_TO = ["https://open.weixin.qq.com"] if WEIXIN_ON else []
