"use strict";
(() => {
  const axis = {gridcolor: "--rule", linecolor: "--rule", zerolinecolor: "--quiet", automargin: true, fixedrange: true};
  const base = {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", margin: {l: 8, r: 12, t: 10, b: 8},
    font: {family: "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif", color: "--ink", size: 13},
    hoverlabel: {bgcolor: "--card", bordercolor: "--rule", font: {color: "--ink"}},
    legend: {orientation: "h", y: 1.02, yanchor: "bottom", x: 0, font: {size: 12.5}},
  };

  function draw() {
    for (const box of document.querySelectorAll("[data-figure]")) {
      const figure = embedded(box.dataset.figure);
      const layout = {...base, ...figure.layout, xaxis: {...axis, ...figure.layout.xaxis}, yaxis: {...axis, ...figure.layout.yaxis}};
      Plotly.react(box, themed(figure.data), themed(layout), {responsive: true, displayModeBar: false});
    }
  }

  onThemeChange(draw);
  draw();
})();
