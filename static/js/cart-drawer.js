// <cart-drawer>: shows the cart in a panel after "Add to cart", without leaving the product's page.
// htmx sends the form and follows the shop's redirect; what comes back is the cart's own page, of which the
// panel shows the lines. Anything else that comes back, such as a form with a mistake, replaces the page's
// content. Without this script, or without htmx, the form leads to the cart's page.
class CartDrawer extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.querySelector(".drawer-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.opener?.focus());
    document.body.addEventListener("htmx:beforeSwap", (event) => this.route(event.detail));
    document.body.addEventListener("htmx:afterSwap", (event) => this.show(event.detail));
    document.body.addEventListener("htmx:sendError", (event) => this.fallBack(event.detail));
    document.body.addEventListener("htmx:responseError", (event) => this.fallBack(event.detail));
  }

  isOurs(detail) {
    return detail.target === this.querySelector(".drawer-content");
  }

  route(detail) {
    if (!this.isOurs(detail) || detail.serverResponse.includes('id="cart"')) return;
    detail.target = document.querySelector("#main");
    detail.selectOverride = "#main";
    detail.swapOverride = "outerHTML";
  }

  show(detail) {
    if (!this.isOurs(detail)) return;
    this.forgetMistakes();
    this.opener = detail.requestConfig.triggeringEvent?.submitter ?? detail.requestConfig.elt;
    if (!this.dialog.open) this.dialog.showModal();
  }

  forgetMistakes() {
    document.querySelectorAll(".buy-box :is(.error-summary, .field-error)").forEach((told) => told.remove());
    document.querySelectorAll(".buy-box [aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  }

  fallBack(detail) {
    if (this.isOurs(detail)) detail.requestConfig.elt.submit();
  }
}

customElements.define("cart-drawer", CartDrawer);
