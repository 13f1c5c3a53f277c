"use strict";
// Figures name their colours as "--series-1"; the style sheet says what that is in light and in dark.
function themed(value) {
  if (Array.isArray(value)) return value.map(themed);
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, themed(part)]));
  if (typeof value === "string" && value.startsWith("--"))
    return getComputedStyle(document.documentElement).getPropertyValue(value).trim();
  return value;
}

function onThemeChange(draw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

function embedded(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
