// <product-choice>: shows price and stock of the variant that is chosen, and keeps the choice in the address.
// A <template> for each variant holds both. Without this script each option names its own price.
class ProductChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => event.target.name === "sku" && this.show(event.target));
  }

  show(radio) {
    const facts = this.querySelector(`template[data-sku="${CSS.escape(radio.value)}"]`);
    const place = document.querySelector(".product-facts");
    if (facts && place) place.replaceChildren(facts.content.cloneNode(true));
    const address = new URL(location.href);
    address.searchParams.set("variant", radio.value);
    history.replaceState(history.state, "", address);
  }
}

customElements.define("product-choice", ProductChoice);
