"""All addresses: the map is PRODUCT's table in docs/architecture.md; each app adds its own."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import machines, views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", machines.sitemap_section, name="sitemap-section"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("llms.txt", machines.llms, name="llms"),
    path("", include("foundation.urls")),
    path("", include("shop.urls")),
    path("", include("blog.urls")),
    path("comments/", include("comments.urls")),
    path("admin/", admin.site.urls),
]
if settings.IS_DEMO:
    urlpatterns.append(path("pay/demo/", include("shop.payments.demo.urls")))

handler400 = "config.views.bad_request"
handler404 = "config.views.page_not_found"
handler403 = "config.views.permission_denied"
handler500 = "config.views.server_error"
