"""The `start` command, the second half of `make run`."""

import os
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import first_pages, modes, staff, start
from config import port as port_check
from config.processes import Pair

DEMO = gettext_lazy("""\
  owner and moderator, both with the password  %(password)s

This is the demo: no real money, and mails are files in %(var)s/mail/. Things to try:
  - read %(site)s/blog/what-is-music-therapy/ and leave a comment;
    then approve it as moderator in %(site)s/admin/comments/comment/
  - buy %(site)s/products/antares-bamboo-panpipes/: its payment page plays every way to pay
  - ship or refund the order as owner in %(site)s/admin/
""")

NO_PROXY = gettext_lazy(
    "HOST=%(host)s is open to the network and nothing stands in front of the shop. Put nginx before it"
    " (deploy/nginx.conf) and set TRUSTED_PROXIES=1: it brings https and limits what one address can open."
)


class Command(BaseCommand):
    """Prepare the shop and run web and worker together until Ctrl-C."""

    help = "Prepare the shop (tables, static files, demo) and run web and worker until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take host and port."""
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--only-prepare", action="store_true", help="bring all up to date and end")

    def handle(self, *args: Any, host: str, port: int, only_prepare: bool, **options: Any) -> None:
        """Prepare, then run both processes until a signal or until one of them ends. Raises CommandError."""
        refusal = "" if only_prepare else port_check.refusal(host, str(port))
        if refusal:
            raise CommandError(refusal)
        was_new = self.prepare()
        if not only_prepare:
            self.run(host, port, was_new=was_new)

    def run(self, host: str, port: int, *, was_new: bool) -> None:
        """Start web and worker, tell where they are and wait. Raises CommandError when one ends by itself."""
        os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")  # for both; .env was read already
        logs = Path(settings.VAR_DIR) / "log"
        if start.is_public_without_proxy(host):
            self.stderr.write(self.style.WARNING(NO_PROXY % {"host": host}))
        web = start.web(host, port, logs / "web.log")
        pair = Pair(web, start.worker(logs / "worker.log"))
        pair.start()
        try:
            if settings.IS_DEMO and not was_new:
                start.load_demo()  # beside the start of the others: only the staff's passwords can be new
            if start.wait_until_it_answers(start.own_address(host, port), web):
                pair.note_up()
                self.tell(logs)
            dead = pair.wait()
        finally:
            pair.end()
        if dead:
            what = {"name": dead.name, "code": dead.process.returncode, "log": dead.log}
            text = _("The %(name)s process ended by itself (code %(code)s), so the other ended too: %(log)s")
            raise CommandError(text % what)
        self.say(_("Kora has ended."))

    def prepare(self) -> bool:
        """Bring tables, content and static files up to date; return whether any was not.

        Raises CommandError.
        """
        try:
            modes.refuse_wrong_keys()
            modes.refuse_unsafe_live()
            static = start.StaticFiles()
            is_new = not static.are_current()
            if is_new:
                self.say(_("Collecting and compressing the static files"))
                static.begin()
            if not start.are_tables_current():
                is_new = True
                self.say(_("Making the tables"))
                start.migrate()
            start.check_mode()
            staff.ensure_groups()
            if not settings.IS_DEMO:
                first_pages.ensure()
            elif is_new:
                self.say(_("Loading the demo and its pictures"))
                start.load_demo()
            static.finish()
        except (modes.WrongMode, subprocess.CalledProcessError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted before the shop was ready.")) from None
        return is_new

    def tell(self, logs: Path) -> None:
        """Print where the shop is, who may sign in and what to try."""
        say, site = self.say, os.environ.get("SITE_URL", settings.SITE_URL)
        say("\n" + self.style.SUCCESS(_("Kora is at %(site)s/") % {"site": site}))
        say(_("Staff sign in at %(site)s/admin/") % {"site": site})
        if settings.IS_DEMO:
            say(DEMO % {"site": site, "password": settings.DEMO_STAFF_PASSWORD, "var": settings.VAR_DIR})
        say(_("Logs: %(logs)s/web.log and worker.log. Ctrl-C ends everything.") % {"logs": logs})

    def say(self, text: str) -> None:
        """Print a line at once, also into a pipe or a file."""
        self.stdout.write(text)
        self.stdout.flush()
