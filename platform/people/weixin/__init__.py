"""WeChat as a way to sign in: allauth's provider, as far as WeChat's own rules ask for more."""
