"""What a browser complains of, and what it must never do: collected on the way, judged at the end."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

IS_NO_FAILURE = "net::ERR_ABORTED"  # the visitor went on before the picture had come


@dataclass
class Watch:
    """Collects console errors, CSP violations, failed requests and requests to other hosts."""

    address: str
    complaints: list[str] = field(default_factory=list)
    expected_statuses: set[int] = field(default_factory=set)

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of the context."""
        context.on("console", self._on_console)
        context.on("weberror", self._on_script_error)
        context.on("request", self._on_request)
        context.on("requestfailed", self._on_failed_request)
        context.on("response", self._on_response)

    def expect(self, *statuses: int) -> None:
        """Let answers with these statuses pass from now on: a page that was asked to be refused."""
        self.expected_statuses.update(statuses)

    def _on_console(self, message: ConsoleMessage) -> None:
        is_expected_answer = any(f"status of {status} " in message.text for status in self.expected_statuses)
        if message.type == "error" and not is_expected_answer:
            page = message.page.url if message.page else ""
            self.complaints.append(f"console: {message.text} (on {page}, {message.location.get('url', '')})")

    def _on_script_error(self, error: WebError) -> None:
        self.complaints.append(f"script error: {error.error}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.complaints.append(f"request to another host: {request.url}")

    def _on_failed_request(self, request: Request) -> None:
        if request.failure != IS_NO_FAILURE:
            self.complaints.append(f"failed: {request.url} ({request.failure})")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected_statuses:
            self.complaints.append(f"answered {response.status}: {response.url}")
