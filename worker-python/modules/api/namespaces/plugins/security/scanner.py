"""The security scanner, for a plugin's own tests."""

from plugsmith_worker.scanner import PluginSecurityScanner, ScanResult, Violation  # noqa: F401
