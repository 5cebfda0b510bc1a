"""A folder of Markdown files to the articles of a release."""

from pathlib import Path

from knowledge.errors import ArticleBroken
from knowledge.parsing.markdown import parse_article
from knowledge.types import Article


def load_folder(folder: Path) -> tuple[Article, ...]:
    """Every `*.md` below the folder as an article, by path; `ArticleBroken` names file and line.

    Files whose name begins with `_` or is README.md are notes for editors and are left out.
    """
    found: dict[tuple[str, str], tuple[str, Article]] = {}
    for path in sorted(folder.rglob("*.md")):
        if path.name.startswith("_") or path.name == "README.md":
            continue
        name = path.relative_to(folder).as_posix()
        try:
            source = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as problem:
            raise ArticleBroken(name, problem.object.count(b"\n", 0, problem.start) + 1, "it is not UTF-8") from problem
        article = parse_article(source, name)
        key = (article.id, article.locale)
        if key in found:
            raise ArticleBroken(name, 2, f"`{article.id}` in {article.locale} is already in {found[key][0]}")
        found[key] = (name, article)
    return tuple(article for _, article in found.values())
