"""Index of the blog's tables: imports only."""

from blog.articles import Article, ArticleProduct
from blog.figures import ArticleFigure
from blog.pages import Page
from blog.taxonomy import Author, Category, Tag

__all__ = ["Article", "ArticleFigure", "ArticleProduct", "Author", "Category", "Page", "Tag"]
