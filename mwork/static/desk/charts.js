/* Draws the start page's charts from the JSON of /admin/figures/: lines per day, bars that stand on each other per month. */
"use strict";

(() => {
  const WIDTH = 460, HEIGHT = 170, LEFT = 44, RIGHT = 6, TOP = 10, BOTTOM = 20;
  const COLORS = ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)"];
  const language = document.documentElement.lang || "ru";
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const full = new Intl.NumberFormat(language);
  const SVG = "http://www.w3.org/2000/svg";

  function node(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function ceiling(most) { // the next round number
    if (most <= 4) return 4;
    const power = 10 ** Math.floor(Math.log10(most));
    return [1, 2, 2.5, 5, 10].map(step => step * power).find(step => step >= most);
  }

  function named(chart, period) {
    const options = chart.step === "day" ? { day: "numeric", month: "short" } : { month: "short", year: "2-digit" };
    return new Date(period + "T00:00:00Z").toLocaleDateString(language, { ...options, timeZone: "UTC" });
  }

  function sums(chart) {
    const line = document.createElement("div");
    line.className = "sum";
    chart.series.forEach((series, index) => {
      const total = series.values.reduce((one, other) => one + other, 0);
      const item = document.createElement("span"), mark = document.createElement("i");
      mark.style.background = COLORS[index % COLORS.length];
      const shown = chart.unit === "%" ? "" : ": " + full.format(total) + (chart.unit ? " " + chart.unit : "");
      item.append(mark, series.label + shown);
      line.append(item);
    });
    return line;
  }

  function drawn(chart) {
    const figure = document.createElement("figure"), caption = document.createElement("figcaption");
    figure.className = "chart";
    figure.id = "chart-" + chart.name;
    caption.textContent = chart.label;
    const svg = node("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": chart.label });
    const count = chart.periods.length, stacked = chart.kind === "bars";
    const heights = chart.periods.map((_, place) => chart.series.map(series => series.values[place]))
      .map(values => stacked ? values.reduce((one, other) => one + other, 0) : Math.max(0, ...values));
    const most = ceiling(Math.max(0, ...heights)), step = (WIDTH - LEFT - RIGHT) / count;
    const x = place => LEFT + (place + .5) * step, y = value => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most);
    for (const part of [0, .5, 1]) {
      svg.append(node("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(most * part), y2: y(most * part) }));
      svg.append(node("text", { x: LEFT - 6, y: y(most * part) + 3, "text-anchor": "end" }, short.format(most * part)));
    }
    const below = new Array(count).fill(0);
    chart.series.forEach((series, index) => {
      const color = COLORS[index % COLORS.length];
      if (stacked) {
        series.values.forEach((value, place) => {
          if (!value) return;
          const top = y(below[place] + value), width = Math.max(2, step * .62);
          svg.append(node("rect", { x: x(place) - width / 2, y: top, width, height: y(below[place]) - top, fill: color, rx: 2 }));
          below[place] += value;
        });
        return;
      }
      const points = series.values.map((value, place) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
      if (chart.series.length === 1) {
        svg.append(node("polygon", { class: "area", points: `${x(0)},${y(0)} ${points} ${x(count - 1)},${y(0)}`, fill: color }));
      }
      svg.append(node("polyline", { class: "line", points, stroke: color }));
    });
    for (let place = 0; place < count; place++) {
      const over = node("rect", { class: "over", x: LEFT + place * step, y: TOP, width: step, height: HEIGHT - TOP - BOTTOM });
      const told = chart.series.map(series => `${series.label}: ${full.format(series.values[place])} ${chart.unit}`);
      over.append(node("title", {}, [named(chart, chart.periods[place]), ...told].join("\n")));
      svg.append(over);
    }
    for (const place of new Set([0, Math.floor((count - 1) / 2), count - 1])) {
      const anchor = place === 0 ? "start" : place === count - 1 ? "end" : "middle";
      const at = place === 0 ? LEFT : place === count - 1 ? WIDTH - RIGHT : x(place);
      svg.append(node("text", { x: at, y: HEIGHT - 5, "text-anchor": anchor }, named(chart, chart.periods[place])));
    }
    figure.append(caption, sums(chart), svg);
    return figure;
  }

  const place = document.getElementById("charts"), select = place.querySelector("select");

  async function show() {
    const target = place.querySelector(".drawn");
    try {
      const answer = await fetch(`${place.dataset.source}?days=${select.value}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      target.replaceChildren(...(await answer.json()).charts.map(drawn));
      place.dataset.days = select.value;
    } catch {
      target.textContent = place.dataset.failed;
    }
  }

  select.addEventListener("change", show);
  show();
})();
