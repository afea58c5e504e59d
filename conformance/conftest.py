"""Lets `pytest conformance/...` find the plug-in that runs cases (README.md beside it)."""

pytest_plugins = ["pytest_epollcheck"]
