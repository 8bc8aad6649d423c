from tests.browser.chromium import browser_type_launch_args, open_window

__all__ = ["browser_type_launch_args", "open_window"]
