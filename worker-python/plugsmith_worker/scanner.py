"""The security scan of `plugin lint`, as the service's scanner looks from Python."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import List

_COMMAND = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "bin", "plugin.js")


@dataclass
class Violation:
    """One finding. `severity` is `error` or `warning`."""

    filename: str
    line: int
    column: int
    severity: str
    message: str
    rule: str


@dataclass
class ScanResult:
    """`passed` when nothing forbids an upload; in strict mode warnings forbid it as well."""

    passed: bool
    violations: List[Violation] = field(default_factory=list)


class PluginSecurityScanner:
    """Scans a plugin's folder with the rules of `plugin lint`, which are those of the service."""

    def __init__(self, strict_mode=False):
        self.strict_mode = strict_mode

    def scan_directory(self, directory):
        """Raises `NotADirectoryError` for a folder that is not there, `RuntimeError` when the scan cannot be run."""
        if not os.path.isdir(directory):
            raise NotADirectoryError(f"there is no folder {directory} to scan (from {os.getcwd()})")
        node = os.environ.get("PLUGSMITH_NODE") or shutil.which("node")
        if node is None:
            raise RuntimeError("the scanner runs on Node, and there is no node on the PATH")
        command = [node, _COMMAND, "lint", os.path.abspath(directory), "--format", "json"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        try:
            findings = json.loads(done.stdout)["findings"]
        except (ValueError, KeyError, TypeError) as error:
            raise RuntimeError(f"plugin lint could not scan {directory}: {(done.stderr or done.stdout).strip()[:500]}") from error
        violations = [_violation(item) for item in findings if item["rule"].startswith("SEC") and not item.get("suppressed")]
        return ScanResult(all(item.severity != "error" and not self.strict_mode for item in violations), violations)


def _violation(finding):
    return Violation(finding["file"], finding["line"] or 0, finding["column"] or 0, finding["severity"], finding["message"], finding["rule"])
