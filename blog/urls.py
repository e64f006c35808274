"""Addresses of the blog and of the owner's own pages."""

from django.urls import path

from blog import feeds, views

app_name = "blog"
urlpatterns = [
    path("blog/", views.article_list, name="article-list"),
    path("blog/feed.atom", feeds.atom, name="feed-atom"),
    path("blog/feed.rss", feeds.rss, name="feed-rss"),
    path("blog/category/<slug:slug>/", views.category, name="category"),
    path("blog/tag/<slug:slug>/", views.tag, name="tag"),
    path("blog/author/<slug:slug>/", views.author, name="author"),
    path("blog/<slug:slug>/share.jpg", views.article_share_card, name="article-share-card"),
    path("blog/<slug:slug>/", views.article_detail, name="article-detail"),
    path("pages/<slug:slug>/", views.page, name="page"),
    path("blogs/<slug:blog>/<slug:slug>", views.from_shopify, name="shopify"),
    path("blogs/<slug:blog>/<slug:slug>/", views.from_shopify),
]
