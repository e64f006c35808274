"""The demo's blog and the owner's own pages."""

from django.utils.text import slugify

from blog import publishing
from blog.models import Article, ArticleFigure, ArticleProduct, Author, Category, Page, Tag
from config.demo_content.sources import Row, picture, recent, tables, text
from shop.catalogue.models import Product


def load() -> None:
    """Make what is missing of the blog and the pages. Needs a transaction, and the products."""
    rows = tables("articles")
    for row in rows["category"]:
        Category.objects.get_or_create(slug=row["slug"], defaults=row)
    for row in rows["author"]:
        if not Author.objects.filter(slug=row["slug"]).exists():
            Author.objects.create(**row | {"picture": picture(row["picture"])})
    for row in rows["article"]:
        if not Article.objects.filter(slug=row["slug"]).exists():
            _article(row)
    for row in tables("pages")["page"]:
        if not Page.objects.filter(slug=row["slug"]).exists():
            publishing.save_page(page=Page(**row | {"body": text("pages", row["body"])}))


def _article(row: Row) -> None:
    article = Article(
        **{name: row[name] for name in ("slug", "title", "subtitle", "excerpt", "cover_alt")},
        category=Category.objects.get(slug=row["category"]),
        author=Author.objects.get(slug=row["author"]),
        cover=picture(row["cover"]),
        body=text("articles", row["body"]),
        status=Article.Status.PUBLISHED,
        published_at=recent(row["published_at"]),
    )
    publishing.save_article(article=article)
    for name in row["tags"]:
        article.tags.add(Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0])
    for figure in row.get("figure", []):
        ArticleFigure.objects.create(article=article, **figure | {"picture": picture(figure["picture"])})
    for position, slug in enumerate(row["products"], start=1):
        product = Product.objects.filter(slug=slug).first()
        if product:
            ArticleProduct.objects.create(article=article, product=product, position=position)
