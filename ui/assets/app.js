/* koushi in the browser: clicks become events, the clock counts, the microphone listens, replies are spoken.
   Nothing here decides anything: the server does, and the page shows what it says. */
(() => {
  "use strict";
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const cookie = (name) => (document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`)) || [])[1];
  const keep = { // private windows may refuse storage; then drafts live as long as the page
    get: (k) => { try { return localStorage.getItem(k); } catch { return null; } },
    set: (k, v) => { try { v === null ? localStorage.removeItem(k) : localStorage.setItem(k, v); } catch { /* as above */ } },
  };
  let fire = null, stage = null;      // Gradio's trigger, the element it belongs to
  let sending = null;                 // {nonce, text, since} of an utterance on its way
  let heard = null;                   // {text, confidence} as the recogniser wrote it
  let wanted = false;                 // a sentence is being tried: show it when it comes
  let recorder = null, meter = null, screenId = "";
  const screen = () => $(".screen");
  const dock = () => $(".dock");
  const busy = () => !!sending || (screen() && screen().dataset.busy === "1");

  // ---- events to the server -------------------------------------------------------------------
  const go = (action, more = {}) => fire && fire("click", { action, ...more });
  const address = (query) => history.pushState({}, "", query ? `/?${query}` : "/");

  const actions = {
    home: () => { stopVoice(); if (busy()) return location.assign("/"); address(""); go("home"); },
    station: (el) => { address(`station=${el.dataset.station}`); go("station", { station: el.dataset.station }); },
    draw: () => go("draw"),
    resume: (el) => { address(`talk=${el.dataset.talk}`); go("talk", { talk: el.dataset.talk }); },
    begin: () => begin(),
    again: () => { const id = screen().dataset.station; address(`station=${id}`); go("station", { station: id, mode: screen().dataset.mode }); },
    askend: () => busy() || $(".ask").showModal(),
    closeask: () => $(".ask").close(),
    end: () => { $(".ask").close(); stopVoice(); go("end", { talk: screen().dataset.talk }); },
    report: (el) => { el.disabled = true; stopVoice(); go("report", { talk: screen().dataset.talk }); },
    hint: (el) => { el.disabled = true; go("hint", { talk: screen().dataset.talk }); },
    rewind: (el) => { if (busy()) return; stopVoice(); go("rewind", { talk: screen().dataset.talk, turn: +el.dataset.turn }); },
    whatif: (el) => { const box = el.previousElementSibling, text = el.dataset.text || (box && box.value) || ""; if (!text.trim()) return; el.disabled = true; wanted = true; go("whatif", { talk: screen().dataset.talk, turn: +el.dataset.turn, text }); },
    goto: (el) => { history.pushState({}, "", `/?${el.dataset.query}`); go("open", { query: `?${el.dataset.query}` }); },
    consent: (el) => go("consent", { talk: screen().dataset.talk, answer: el.dataset.answer }),
    language: () => { document.cookie = `koushi_lang=${cookie("koushi_lang") === "en" ? "zh" : "en"}; path=/; max-age=31536000; samesite=lax`; location.reload(); },
    mute: (el) => { const on = el.getAttribute("aria-pressed") !== "true"; keep.set("koushi.mute", on ? "1" : null); showMute(); if (on) stopVoice(); },
    talk: () => talkButton(),
    miccheck: () => micCheck(),
  };
  document.addEventListener("click", (e) => {
    const open = $(".mood[open]"); if (open && !open.contains(e.target)) open.open = false;
    const el = e.target.closest("[data-do]");
    if (!el || !(el.dataset.do in actions)) return;
    if (el.tagName === "A") { if (e.metaKey || e.ctrlKey || e.shiftKey) return; e.preventDefault(); }
    actions[el.dataset.do](el);
  });
  window.addEventListener("popstate", () => busy() ? location.reload() : go("open", { query: location.search }));

  // ---- choose: filters work here, at once -------------------------------------------------------
  const filter = () => {
    const want = Object.fromEntries($$("[data-filter]").map((el) => [el.dataset.filter, el.value.trim().toLowerCase()]));
    let shown = 0;
    for (const li of $$(".grid > li")) {
      const words = (want.text || "").split(/\s+/).filter(Boolean), text = li.dataset.text.toLowerCase();
      const fits = words.every((w) => text.includes(w)) && ["level", "kind", "role", "trade"].every((k) => !want[k] || li.dataset[k].toLowerCase() === want[k])
        && (!want.function || li.dataset.function.toLowerCase().includes(`|${want.function}|`));
      li.hidden = !fits; shown += fits;
    }
    const count = $(".count"); if (count) count.textContent = count.dataset.count.replace("#", shown);
    const empty = $(".choose .empty"); if (empty) empty.hidden = shown > 0;
  };
  document.addEventListener("input", (e) => { if (e.target.matches("[data-filter]")) filter(); if (e.target.matches(".dock textarea")) typed(); });
  document.addEventListener("change", (e) => { if (e.target.matches("[data-filter]")) filter(); if (e.target.name === "mode") reading(); });

  // ---- card: reading time in exam mode, microphone check ------------------------------------------
  let readingTimer = 0;
  const mode = () => ($('input[name="mode"]:checked') || {}).value || "practice";
  const begin = () => { clearInterval(readingTimer); const b = $('[data-do="begin"]'); if (b) b.disabled = true; closeMeter(); go("begin", { station: screen().dataset.station, mode: mode() }); };
  function reading() {
    clearInterval(readingTimer);
    const shown = $(".reading"); if (!shown) return;
    shown.hidden = mode() !== "exam"; if (shown.hidden) return;
    const ends = Date.now() + 1000 * +$(".start").dataset.reading;
    const tick = () => {
      if (!document.contains(shown)) return clearInterval(readingTimer);
      const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
      $("b", shown).textContent = clock(left); if (!left) begin();
    };
    tick(); readingTimer = setInterval(tick, 250);
  }
  async function micCheck() {
    const note = $(".mic-note"), level = $(".mic-check .level"), words = dock().dataset;
    const stream = await openMic((key) => { note.textContent = words[key]; }); if (!stream) return;
    let loudest = 0;
    meter = listen(stream, (v) => { loudest = Math.max(loudest, v); level.style.setProperty("--level", v); });
    setTimeout(() => { closeMeter(); stream.getTracks().forEach((t) => t.stop()); level.style.setProperty("--level", 0); note.textContent = loudest > 0.04 ? words.micOk : words.micQuiet; }, 4000);
  }

  // ---- microphone -----------------------------------------------------------------------------
  async function openMic(say) {
    if (!navigator.mediaDevices || !window.MediaRecorder) { say("micInsecure"); return null; }
    try { return await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } }); }
    catch (error) { say(error.name === "NotFoundError" ? "micMissing" : "micDenied"); return null; }
  }
  function listen(stream, show) {
    const context = new AudioContext(), analyser = context.createAnalyser(); analyser.fftSize = 512;
    context.createMediaStreamSource(stream).connect(analyser);
    const data = new Float32Array(analyser.fftSize); let on = true;
    (function tick() {
      if (!on) return;
      analyser.getFloatTimeDomainData(data);
      show(Math.min(1, Math.sqrt(data.reduce((s, v) => s + v * v, 0) / data.length) * 5)); requestAnimationFrame(tick);
    })();
    return { close: () => { on = false; context.close(); } };
  }
  function closeMeter() { if (meter) meter.close(); meter = null; }
  async function talkButton() {
    const d = dock();
    if (d.dataset.state === "listen") return recorder && recorder.stop();
    if (d.dataset.state === "speak") { stopVoice(); if (d.dataset.hearing !== "1") return; }
    if (d.dataset.state === "think" || d.dataset.state === "work") return;
    error("");
    const stream = await openMic((key) => error(d.dataset[key])); if (!stream) return;
    const pieces = []; recorder = new MediaRecorder(stream);
    recorder.ondataavailable = (e) => e.data.size && pieces.push(e.data);
    recorder.onstop = () => { closeMeter(); stream.getTracks().forEach((t) => t.stop()); hear(new Blob(pieces, { type: recorder.mimeType })); };
    meter = listen(stream, (v) => $(".round .level").style.setProperty("--level", v));
    recorder.start(); state("listen");
    const mine = recorder; setTimeout(() => mine.state === "recording" && mine.stop(), 120000);
  }
  async function hear(blob) {
    state("work");
    try {
      const answer = await fetch(`/voice/hear?talk=${encodeURIComponent(screen().dataset.talk)}`, { method: "POST", body: blob, headers: { "content-type": "application/octet-stream" } });
      const said = await answer.json();
      if (!answer.ok || !said.text) error(said.problem || dock().dataset.lost);
      else {
        const box = $(".dock textarea"), before = box.value.trim();
        heard = { text: (heard ? heard.text : "") + said.text, confidence: heard ? Math.min(heard.confidence, said.confidence) : said.confidence };
        box.value = before + said.text; $(".heard-mark").hidden = false; typed();
      }
    } catch { error(dock().dataset.lost); }
    state("idle"); $(".dock textarea").focus();
  }

  // ---- the text box -----------------------------------------------------------------------------
  const isLetter = () => screen().dataset.kind === "letter";
  const draftKey = () => `koushi.draft.${screen().dataset.talk}`;
  function typed() {
    const box = $(".dock textarea"); box.style.height = "auto"; box.style.height = `${box.scrollHeight}px`;
    keep.set(draftKey(), box.value || null); if (!box.value) forgetHeard();
    $(".letter-count").textContent = isLetter() ? screen().dataset.length.replace("#", (box.value.match(/\p{Script=Han}/gu) || []).length) : "";
    error("");
  }
  function forgetHeard() { heard = null; $(".heard-mark").hidden = true; }
  function error(text) { const e = $(".dock-error"); e.textContent = text; e.hidden = !text; }
  function send() {
    const box = $(".dock textarea"), text = box.value.trim(), d = dock().dataset;
    if (busy() || !fire || ["listen", "work"].includes(d.state)) return;
    if (!text) return error(d.empty);
    if ([...text].length > +(screen().dataset.most || d.limit)) return error(d.tooLong.replace(d.limit, screen().dataset.most || d.limit).replace("#", [...text].length));
    stopVoice(); error("");
    sending = { nonce: Math.random().toString(36).slice(2), text: box.value };
    state("think");
    fire("submit", { talk: screen().dataset.talk, turns: +screen().dataset.turns, text, nonce: sending.nonce, heard: heard && heard.text, confidence: heard && heard.confidence });
    const mine = sending; setTimeout(() => lookAfter(mine), 6000);
  }
  async function lookAfter(mine) { // nothing came back: is anybody there?
    if (sending !== mine) return;
    try { if ((await fetch("/healthz", { cache: "no-store" })).ok) return void setTimeout(() => lookAfter(mine), 4000); } catch { /* told below */ }
    if (sending === mine) { sending = null; state("idle"); error(dock().dataset.lost); }
  }
  document.addEventListener("submit", (e) => { if (e.target.matches(".dock")) { e.preventDefault(); send(); } });
  document.addEventListener("keydown", (e) => {
    if (e.target.matches && e.target.matches(".dock textarea") && e.key === "Enter" && !e.shiftKey && !isLetter() && !e.isComposing && e.keyCode !== 229) { e.preventDefault(); send(); }
  });
  function state(name) {
    const d = dock(); d.dataset.state = name;
    $(".dock-note").textContent = d.dataset[`note${name[0].toUpperCase()}${name.slice(1)}`];
    $(".talk-name").textContent = d.dataset[`name${name[0].toUpperCase()}${name.slice(1)}`];
    $(".talk-button").disabled = name === "think" || name === "work" || (d.dataset.hearing !== "1" && name !== "speak");
    $(".send").disabled = name === "think" || name === "work";
  }

  // ---- the counterpart's voice ---------------------------------------------------------------------
  let spoken = "";
  function showMute() { const b = $('[data-do="mute"]'); if (b) b.setAttribute("aria-pressed", String(keep.get("koushi.mute") === "1")); }
  function speak(talk, index) {
    const id = `${talk}/${index}`, way = screen().dataset.voice;
    if (spoken === id) return; spoken = id;
    if (!way || keep.get("koushi.mute") === "1") return;
    if (way === "browser") {
      if (!window.speechSynthesis) return;
      const words = new SpeechSynthesisUtterance($(`#turn-${index} .said`).textContent); words.lang = "zh-CN";
      words.onstart = () => state("speak"); words.onend = words.onerror = () => dock().dataset.state === "speak" && state("idle");
      return speechSynthesis.speak(words);
    }
    const audio = $(".voice"); audio.src = `/voice/reply.wav?talk=${encodeURIComponent(talk)}&turn=${index}`;
    audio.onplaying = () => dock().dataset.state === "idle" && state("speak");
    audio.onended = audio.onerror = audio.onpause = () => dock().dataset.state === "speak" && state("idle");
    audio.play().catch(() => { /* no sound allowed yet: the text is there */ });
  }
  function stopVoice() {
    const audio = $(".voice"); if (audio) { audio.pause(); audio.removeAttribute("src"); }
    if (window.speechSynthesis) speechSynthesis.cancel();
    if (dock() && dock().dataset.state === "speak") state("idle");
  }

  // ---- clock ------------------------------------------------------------------------------------
  const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
  let clockFrom = 0, clockKey = "";
  setInterval(() => {
    const s = screen(); if (!s || s.dataset.screen !== "talk" || s.dataset.stop) return;
    const key = s.dataset.talk + s.dataset.elapsed; if (key !== clockKey) { clockKey = key; clockFrom = Date.now() - 1000 * +s.dataset.elapsed; }
    const now = (Date.now() - clockFrom) / 1000, limit = +s.dataset.limit;
    const shown = $(".clock"); if (shown) shown.textContent = clock(now);
    const line = $(".progress i"); if (line) line.style.width = `${Math.min(100, (100 * now) / limit)}%`;
    const note = $(".dock-note");
    if (now >= limit && dock().dataset.state === "idle" && note) note.textContent = dock().dataset.over;
  }, 500);

  // ---- what the server sent ------------------------------------------------------------------------
  const live = document.createElement("div");
  let seen = "";
  live.className = "sr"; live.setAttribute("aria-live", "polite"); live.setAttribute("role", "log");
  function arrived() {
    const s = screen(); if (!s) return;
    const d = s.dataset, id = `${d.screen}:${d.talk || d.station || ""}`, isNew = id !== screenId;
    document.documentElement.lang = s.lang; document.body.dataset.screen = d.screen;
    const closed = d.screen !== "talk" || !!d.stop;
    if (dock()) dock().classList.toggle("closed", closed);
    if (isNew) entered(d); screenId = id;
    if (wanted && ($("#tried") || $(".report .notice"))) { wanted = false; ($("#tried") || $(".report .notice")).scrollIntoView({ block: "center" }); }
    if (d.screen !== "talk") return;
    showMute();
    if (sending && d.sent === sending.nonce) { // committed: the browser may forget its copy
      const box = $(".dock textarea"); if (box.value === sending.text) { box.value = ""; typed(); } forgetHeard(); sending = null;
    }
    if (sending && d.refused === sending.nonce) { sending = null; state("idle"); } // refused: the words stay in the box
    if (d.busy === "1") state("think");
    else if (dock().dataset.state === "think" && !sending) state("idle");
    if (+d.speak >= 0 && d.busy === "0") { const said = $(`#turn-${d.speak} .said`); if (said && spoken !== `${d.talk}/${d.speak}`) live.textContent = said.textContent; speak(d.talk, +d.speak); }
    const log = $(".log"), now = `${d.talk}/${d.busy}/${d.stop}/${log.textContent.length}/${$(".after").textContent.length}`;
    if (now !== seen && !(isNew && isLetter())) scrollDown(isNew); seen = now; // a letter is read from its top
  }
  function entered(d) {
    const wanted = { choose: "", card: `station=${d.station}`, talk: `talk=${d.talk}`, report: `report=${d.talk}` }[d.screen];
    if (wanted !== undefined && location.search !== (wanted ? `?${wanted}` : "")) history[screenId ? "pushState" : "replaceState"]({}, "", wanted ? `/?${wanted}` : "/");
    window.scrollTo(0, 0); closeMeter(); clearInterval(readingTimer);
    if (d.screen === "card") reading();
    if (d.screen === "choose") filter();
    if (d.screen === "talk") {
      const box = $(".dock textarea"), kind = d.kind === "letter" ? "letter" : "talk", send = $(".send");
      dock().classList.toggle("letter", kind === "letter"); box.placeholder = box.dataset[kind]; send.textContent = send.dataset[kind];
      box.value = d.draft || keep.get(draftKey()) || ""; forgetHeard(); sending = null; state(d.busy === "1" ? "think" : "idle"); error(""); typed();
    }
    const main = $("#content"); if (screenId && main) main.focus({ preventScroll: true });
  }
  function scrollDown(jump) {
    const near = innerHeight + scrollY > document.documentElement.scrollHeight - 420;
    if (jump || near) requestAnimationFrame(() => window.scrollTo({ top: document.documentElement.scrollHeight, behavior: "auto" }));
  }
  window.koushi = {
    stage(element, trigger) { stage = element; fire = trigger; document.body.append(live); new MutationObserver(arrived).observe(stage, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-turns", "data-busy", "data-sent", "data-talk", "data-screen", "data-stop", "data-refused", "data-notice", "data-speak"] }); arrived(); },
  };
})();
