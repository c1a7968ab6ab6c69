/* Evidence both ways: a quote shows its place in the talk, a bubble shows what it was evidence for. */
(() => {
  "use strict";
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  const LEADS = ".quote[data-turn], .red-line[data-turn], .curve-dot[data-turn], .act[data-turn]";
  const clear = () => $$(".said-turn.on, [data-card].on, mark.on, .quote.on").forEach((el) => el.classList.remove("on"));
  function toBubble(turn, quote, card) {
    const bubble = document.getElementById(`said-${turn}`); if (!bubble) return;
    clear(); bubble.classList.add("on");
    const text = $$("p", bubble)[0], start = text.textContent.indexOf(quote), end = start + quote.length; let at = 0;
    for (const node of text.childNodes) { // light up the pieces that lie in the quote
      const length = node.textContent.length;
      if (quote && start >= 0 && node.nodeName === "MARK" && at >= start && at + length <= end) node.classList.add("on");
      at += length;
    }
    if (card) card.classList.add("on");
    bubble.scrollIntoView({ block: "center", behavior: calm() });
  }
  function toCards(bubble) {
    clear(); bubble.classList.add("on");
    const ids = new Set($$("mark[data-for]", bubble).flatMap((m) => m.dataset.for.split(" ")));
    $$("mark", bubble).forEach((m) => m.classList.add("on"));
    const cards = $$("[data-card]").filter((c) => ids.has(c.dataset.card));
    cards.forEach((c) => { if (c.tagName === "DETAILS") c.open = true; });
    cards.forEach((c) => [c, ...$$(`.quote[data-turn="${bubble.dataset.turn}"]`, c)].forEach((el) => el.classList.add("on")));
    if (cards[0]) cards[0].scrollIntoView({ block: "nearest", behavior: calm() });
  }
  document.addEventListener("click", (e) => {
    const quote = e.target.closest(LEADS), bubble = e.target.closest(".said-turn.mine");
    if (quote) toBubble(quote.dataset.turn, quote.dataset.quote || "", quote.closest("[data-card]"));
    else if (bubble && !String(getSelection())) toCards(bubble);
  });
  document.addEventListener("keydown", (e) => {
    if ((e.key === "Enter" || e.key === " ") && e.target.matches && e.target.matches(".curve-dot")) { e.preventDefault(); toBubble(e.target.dataset.turn, "", null); }
    if ((e.key === "Enter" || e.key === " ") && e.target.matches && e.target.matches(".said-turn.mine")) { e.preventDefault(); toCards(e.target); }
  });
  const folded = () => $$("details.criterion:not([open])"); let opened = [];
  addEventListener("beforeprint", () => { opened = folded(); opened.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => { opened.forEach((d) => { d.open = false; }); opened = []; });
  if (document.body && document.body.dataset.print === "1") addEventListener("load", () => print());
})();
