// <menu-details>: closes the <details> inside it on Escape, on a click elsewhere and when focus leaves.
// Without this script the menu opens and closes by its own summary.
class MenuDetails extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    document.addEventListener("click", (event) => this.contains(event.target) || this.close());
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) this.close();
    });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.details.open) return;
      this.close();
      this.querySelector("summary").focus();
    });
  }

  close() {
    this.details.open = false;
  }
}

customElements.define("menu-details", MenuDetails);
