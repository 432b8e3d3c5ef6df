"""Parses every file below a folder with CPython's own parser, and visits every node of every tree."""

import ast
import sys
from pathlib import Path


class Visitor(ast.NodeVisitor):
    nodes = 0

    def generic_visit(self, node):
        self.nodes += 1
        super().generic_visit(node)


visitor = Visitor()
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    visitor.visit(ast.parse(path.read_bytes()))
print(visitor.nodes)
