"""Says of each script given whether PowerShell's grammar takes it, one word a line."""

import sys

import tree_sitter
import tree_sitter_powershell

parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        tree = parser.parse(file.read())
    print("refused" if tree.root_node.has_error else "taken")
