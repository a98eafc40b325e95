"""People in Wagtail's admin: lists within one's own subtrees, and forms that each call one deed."""
