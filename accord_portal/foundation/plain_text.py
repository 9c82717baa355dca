"""Markdown that staff write, as text for reading: without its marks, as a person types who has no others.

Headings stand in capitals, items begin with a hyphen or their number, quotes with "> ". An address stands in
brackets after the words that lead to it. Lines are left whole: mail programs wrap them to the width there is.
"""

from functools import lru_cache

from markdown_it.tree import SyntaxTreeNode

from .rich_text import IS_OURS, tokens_of

BREAKS = {"softbreak": "\n", "hardbreak": "\n"}


@lru_cache(maxsize=256)
def plain(markdown: str, base_url: str = "") -> str:
    """The text without marks; with a `base_url`, links to our own pages are whole addresses."""
    return _blocks(SyntaxTreeNode(tokens_of(markdown)), base_url)


def _blocks(node: SyntaxTreeNode, base_url: str, between: str = "\n\n") -> str:
    return between.join(filter(None, (_block(child, base_url) for child in node.children)))


def _block(node: SyntaxTreeNode, base_url: str) -> str:
    match node.type:
        case "heading":
            words = _blocks(node, base_url)
            return words if "://" in words else words.upper()
        case "bullet_list" | "ordered_list":
            return "\n".join(_items(node, base_url))
        case "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in _blocks(node, base_url).split("\n"))
        case "table":
            rows = [row for part in node.children for row in part.children]
            return "\n".join(" | ".join(_block(cell, base_url) for cell in row.children) for row in rows)
        case "fence" | "code_block":
            return node.content.rstrip("\n")
        case "hr":
            return "-" * 20
        case "inline":
            return _words(node, base_url)
    return _blocks(node, base_url)


def _items(node: SyntaxTreeNode, base_url: str) -> list[str]:
    """Each item with its mark, and what belongs to it below it."""
    first, is_numbered = int(node.attrs.get("start", 1)), node.type == "ordered_list"
    marks = [f"{first + place}. " if is_numbered else "- " for place in range(len(node.children))]
    return [
        mark + _blocks(item, base_url, "\n").replace("\n", "\n" + " " * len(mark))
        for mark, item in zip(marks, node.children, strict=True)
    ]


def _words(node: SyntaxTreeNode, base_url: str) -> str:
    if node.type in BREAKS:
        return BREAKS[node.type]
    if not node.children:
        return node.content
    words = "".join(_words(child, base_url) for child in node.children)
    if node.type != "link":
        return words
    address = str(node.attrs["href"])
    if base_url and IS_OURS.match(address):
        address = f"{base_url}/{address.lstrip('/')}"
    return words if address.removeprefix("mailto:") == words else f"{words} ({address})"
