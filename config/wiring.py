"""What each app offers to the others: comment targets, panels, sitemaps, scheduled jobs, readiness."""

from datetime import timedelta

from foundation import jobs


def connect() -> None:
    """Register everything; called once by ConfigConfig.ready()."""
    _comment_targets()
    _comment_desk()
    _blog()
    _sales()
    _carts()
    _payment_ticks()
    _readiness()
    _order_desk()
    _reconciliation()
    _machines()
    _setup_checks()
    _retention()
    _dependents()
    _forms()


def _comment_targets() -> None:
    from blog.comment_policy import ArticleComments
    from blog.models import Article
    from comments import targets

    targets.register(Article, ArticleComments())


def _comment_desk() -> None:
    from blog import comment_policy
    from comments import desk, lookalikes, retention
    from foundation import admin_panels

    lookalikes.register(comment_policy.authors)
    lookalikes.register(desk.shop_and_staff)
    admin_panels.register(desk.waiting_panel)
    jobs.register_tick(name="forget comment origins", every=timedelta(hours=6), call=retention.forget_origins)


def _forms() -> None:
    from config import sign_in
    from foundation import form_sizes

    form_sizes.know_browser(sign_in.is_known_browser)


def _blog() -> None:
    from blog import panels as blog_panels
    from blog import publishing
    from shop.catalogue import panels

    panels.register(blog_panels.read_about_it)
    jobs.register_tick(
        name="announce scheduled articles", every=timedelta(minutes=1), call=publishing.announce_due
    )


def _sales() -> None:
    from foundation import freshness
    from shop.catalogue import prices

    freshness.plan(prices.sale_moments)


def _carts() -> None:
    from shop.cart import bought, notices
    from shop.checkout import under_way
    from shop.orders import sources

    notices.register(under_way.at_bank)
    sources.register(sources.Source(lock=bought.lock, take_out=bought.take_out))


def _payment_ticks() -> None:
    from shop.payments import card_testing, reconcile, refunds, webhooks

    jobs.register_tick(name="sync payments", every=timedelta(seconds=5), call=reconcile.sync_due)
    minutes = timedelta(minutes=1)
    jobs.register_tick(name="fetch lost events", every=10 * minutes, call=webhooks.fetch_undelivered)
    jobs.register_tick(name="ask about pending refunds", every=15 * minutes, call=refunds.ask_pending)
    hours = timedelta(hours=6)
    jobs.register_tick(name="forget payment origins", every=hours, call=card_testing.forget_origins)


def _readiness() -> None:
    from django.conf import settings

    from foundation import readiness
    from shop.payments import review

    def webhooks() -> str:
        return readiness.waits_too_long(review.oldest_unprocessed(), settings.READY_WEBHOOK_SECONDS)

    readiness.register("webhooks", webhooks)


def _order_desk() -> None:
    from foundation import admin_panels
    from shop.backoffice import panels

    admin_panels.register(panels.orders_to_ship)
    admin_panels.register(panels.withdrawals_to_refund)
    admin_panels.register(panels.payments_to_review)
    admin_panels.register(panels.disputes_to_answer)


def _reconciliation() -> None:
    from foundation import admin_panels
    from shop.backoffice.reconciling import daily, screen

    admin_panels.register(screen.differences_panel)
    jobs.register_tick(name="compare with Stripe", every=timedelta(days=1), call=daily.begin)


def _machines() -> None:
    import blog.machines
    import config.machines
    import shop.catalogue.machines
    from foundation import site_index

    site_index.register("home", config.machines.entries)
    site_index.register("catalogue", shop.catalogue.machines.entries)
    site_index.register("blog", blog.machines.entries)


def _dependents() -> None:
    from blog import panels as blog_panels
    from foundation import dependents
    from shop.catalogue import price_rules
    from shop.catalogue.models import Collection, Product, Variant
    from shop.discounts import setup_checks
    from shop.papers import mentions

    dependents.register(Product, setup_checks.codes_of)
    dependents.register(Collection, setup_checks.codes_of)
    dependents.register(Product, blog_panels.articles_of)
    dependents.register(Product, price_rules.breaks_of)
    dependents.register(Product, mentions.papers_of)
    dependents.register(Variant, mentions.papers_of)


def _setup_checks() -> None:
    import shop.backoffice.setup_checks
    import shop.catalogue.setup_checks
    import shop.discounts.setup_checks
    import shop.payments.setup_checks
    import shop.shipping.setup_checks
    from config import setup_checks as settings_and_pages
    from foundation import setup_checks

    for check in (
        setup_checks.identity_is_complete,
        settings_and_pages.legal_pages_are_written,
        shop.catalogue.setup_checks.something_can_be_bought,
        shop.catalogue.setup_checks.products_are_whole,
        shop.shipping.setup_checks.parcels_reach_every_zone,
        shop.backoffice.setup_checks.every_country_has_a_tax,
        shop.backoffice.setup_checks.tax_classes_are_taxed,
        shop.discounts.setup_checks.codes_apply_to_something,
        shop.payments.setup_checks.stripe_was_heard_of,
        settings_and_pages.mails_arrive,
        settings_and_pages.address_is_safe,
        setup_checks.worker_is_running,
        settings_and_pages.mode_is_live,
    ):
        setup_checks.register(check)


def _retention() -> None:
    import comments.retention
    import shop.cart.retention
    import shop.payments.retention
    from config import kept_files
    from foundation import retention

    for rule in (
        shop.cart.retention.CARTS,
        retention.SESSIONS,
        retention.SENT_MAILS,
        retention.UNSENT_MAILS,
        shop.payments.retention.EVENTS,
        shop.payments.retention.UNPAID_ORDERS,
        shop.payments.retention.ORIGINS,
        comments.retention.ORIGINS,
    ):
        retention.register(rule)
    jobs.register_tick(name="forget kept files", every=timedelta(hours=1), call=kept_files.forget_old)
    jobs.register_tick(name="forget what is old", every=timedelta(hours=1), call=retention.forget_due)
