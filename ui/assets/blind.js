/* The blind tenth: bands picked before the machine's are shown, kept in this tab until they are handed in. */
(() => {
  "use strict";
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  let shown = "";
  const form = () => $(".right.blind");
  const cards = () => $$('.card-criterion[data-blind="1"]');
  const here = () => { const d = $(".screen").dataset; return { batch: d.batch, item: +d.item, show: d.show }; };
  const key = () => { const d = $(".screen").dataset; return `koushi-blind:${d.batch}:${d.item}`; };
  function kept() { try { return { bands: {}, crossed: [], rating: null, ...JSON.parse(sessionStorage.getItem(key()) || "{}") }; } catch { return { bands: {}, crossed: [], rating: null }; } }
  function keep(of) { try { sessionStorage.setItem(key(), JSON.stringify(of)); } catch { /* a private window: it lives as long as the page */ } draw(of); }
  const check = (button, on) => button.setAttribute("aria-checked", on ? "true" : "false");

  function draw(of) { // what was picked, on the form
    cards().forEach((c) => { $$("[data-pick]", c).forEach((b) => check(b, of.bands[c.dataset.card] === +b.dataset.pick)); c.classList.toggle("picked", c.dataset.card in of.bands); });
    $$('[name="crossed"]', form()).forEach((box) => { box.checked = of.crossed.includes(box.value); });
    $$("[data-rating]", form()).forEach((b) => check(b, of.rating === +b.dataset.rating));
    const left = cards().filter((c) => !(c.dataset.card in of.bands)).length, d = form().dataset, button = $("[data-blind-give]");
    if (!button) return;
    $(".blind-end p").textContent = left ? d.left.replace("#", left) : d.ready; button.disabled = left > 0;
  }
  function pick(of, band, go) { // and on to the next one without a band, by keyboard
    const now = kept(); now.bands[of.dataset.card] = band; keep(now);
    const next = go && cards().find((c) => !(c.dataset.card in now.bands)); if (next) next.focus();
  }
  function give() {
    const now = kept(), known = cards().map((c) => c.dataset.card);
    const left = cards().find((c) => !(c.dataset.card in now.bands)); if (left) return left.focus();
    window.koushi.ask({ action: "blind", ...here(), bands: Object.fromEntries(known.map((id) => [id, now.bands[id]])), crossed: now.crossed, rating: now.rating });
  }

  document.addEventListener("click", (e) => {
    const picked = e.target.closest("[data-pick]"), rated = e.target.closest("[data-rating]");
    if (picked) return pick(picked.closest(".card-criterion"), +picked.dataset.pick, false);
    if (rated && form()) { const now = kept(), n = +rated.dataset.rating; now.rating = now.rating === n ? null : n; return keep(now); }
    if (rated) return rated.getAttribute("aria-checked") === "true" || window.koushi.ask({ action: "rate", ...here(), rating: +rated.dataset.rating });
    if (e.target.closest("[data-blind-give]")) return give();
    const adopt = e.target.closest("[data-blind-adopt]"); if (adopt) { adopt.disabled = true; window.koushi.ask({ action: "adopt", ...here() }); }
  });
  document.addEventListener("change", (e) => {
    if (e.target.name !== "crossed" || !form()) return;
    const now = kept(); now.crossed = $$('[name="crossed"]:checked', form()).map((box) => box.value); keep(now);
  });
  document.addEventListener("keydown", (e) => { // before 阅卷's own keys: Enter there means "looked at"
    if (!form() || e.metaKey || e.ctrlKey || e.altKey || e.isComposing || e.target.matches("input, textarea, select")) return;
    if (/^[0-4]$/.test(e.key)) {
      const focused = document.activeElement && document.activeElement.closest('[data-blind="1"]'), of = focused || $('[data-blind="1"].current') || cards()[0];
      e.preventDefault(); e.stopImmediatePropagation(); if (of) pick(of, +e.key, true);
    }
    if (e.key === "Enter" && !e.target.closest("button, a, summary, .said-turn")) { e.preventDefault(); e.stopImmediatePropagation(); give(); }
  }, true);

  function arrived() {
    const screen = $(".screen"); if (!screen || shown === screen.dataset.nonce) return;
    shown = screen.dataset.nonce; if (form()) return draw(kept());
    const both = $(".compared"); if (both && sessionStorage.getItem(key())) { sessionStorage.removeItem(key()); setTimeout(() => both.scrollIntoView({ block: "start" })); }
  }
  const own = window.koushi.stage;
  window.koushi.stage = (element, trigger) => {
    own(element, trigger);
    new MutationObserver(arrived).observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-nonce"] }); arrived();
  };
})();
