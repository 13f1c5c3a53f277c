"use strict";
// The viewer inside another page: that page sends the play, is told how tall the clip is, and both share their keys.
(() => {
  const say = (type, more = {}) => parent.postMessage({isStreamlitMessage: true, type: `streamlit:${type}`, ...more}, "*");
  const OF_VIEWER = [" ", "ArrowLeft", "ArrowRight"], OF_PAGE = ["g", "q", "s", "u"];

  function embed(id, value) {
    const script = Object.assign(document.createElement("script"), {type: "application/json", id, textContent: JSON.stringify(value)});
    document.body.append(script);
  }

  addEventListener("message", (event) => {
    if (event.source !== parent || event.data.type !== "streamlit:render" || document.getElementById("motion")) return;
    embed("motion", event.data.args.motion);
    embed("figure", event.data.args.figure);
    document.querySelector("[data-field]").setAttribute("aria-label", event.data.args.story);
    document.body.append(Object.assign(document.createElement("script"), {src: "play_viewer.js"}));
  });

  const pass = (event, page) => page.body.dispatchEvent(new KeyboardEvent("keydown", {key: event.key, code: event.code, bubbles: true}));
  const isFree = (event) => event.isTrusted && !event.altKey && !event.ctrlKey && !event.metaKey;
  addEventListener("keydown", (event) => {
    if (!isFree(event) || !OF_PAGE.includes(event.key)) return;
    parent.focus();  // The clip may vanish with its verdict, and keys are lost on what is gone.
    pass(event, parent.document);
  });
  const fromPage = (event) => {
    if (isFree(event) && OF_VIEWER.includes(event.key) && event.target === parent.document.body) {
      event.preventDefault();
      pass(event, document);
    }
  };
  parent.document.addEventListener("keydown", fromPage);
  addEventListener("pagehide", () => parent.document.removeEventListener("keydown", fromPage));

  new ResizeObserver(() => say("setFrameHeight", {height: document.querySelector(".stage").offsetHeight})).observe(document.querySelector(".stage"));
  say("componentReady", {apiVersion: 1});
})();
