"use strict";
// Moves the layers of the play's figure. Time f is counted in frames from the first one of the page and may be broken.
(() => {
  const motion = embedded("motion"), figure = embedded("figure");
  const find = (name) => document.querySelector(`[data-${name}]`);
  const field = find("field"), banner = find("banner"), scrub = find("scrub"), clock = find("clock"), playButton = find("play");
  const layerOf = Object.fromEntries(figure.data.map((layer, number) => [layer.meta, number]));
  const WIDTH = 160 / 3, MARGIN = 1.5, TRAIL = 10, SIGMAS = {region_50: 1.1774, region_90: 2.1460};
  const yards = (track) => track.map((part) => part.map((value) => (value === null ? null : value / motion.perYard)));

  const players = motion.players.map((player, number) => ({...player, track: yards(motion.tracks[number])}));
  const playerOf = Object.fromEntries(players.map((player) => [player.id, player]));
  const ball = yards(motion.ball), rated = playerOf[motion.rated];
  const targets = motion.targets.map((target) => ({
    ...target,
    landing: target.landing.map((value) => value / motion.perYard),
    ghosts: target.ghosts.map((ghost) => {
      const start = at(playerOf[ghost.id].track, motion.throw), path = yards(ghost.path);
      return {
        player: playerOf[ghost.id], sd: ghost.sd?.map((value) => value / motion.perYard),
        track: path.map((part, axis) => [start ? start[axis] : part[0], ...part]),
      };
    }),
  }));

  const shown = {trails: true, ghosts: true, regions: true, errors: true};
  let target = targets.find((one) => one.actual) ?? targets[0];
  let now = motion.arrival, playing = false, speed = 1;

  const arrival = () => (target && !target.actual ? motion.throw + target.flight : motion.arrival);
  const last = () => Math.max(motion.frames - 1, arrival());
  const isWhatIf = () => Boolean(target) && !target.actual && now > motion.throw;

  // Where a track is at time f, null where nothing was measured; after its end it stays where it ended.
  function at(track, f) {
    const end = track[0].length - 1, early = Math.min(Math.max(Math.floor(f), 0), end), late = Math.min(early + 1, end);
    if (track[0][early] === null) return null;
    const share = track[0][late] === null ? 0 : Math.min(Math.max(f - early, 0), 1);
    return track.map((part) => part[early] + share * (part[late] - part[early]));
  }

  function points(places, people) {
    const kept = people.map((person, number) => [places[number], person]).filter(([place]) => place);
    return {
      x: kept.map(([place]) => place[0]), y: kept.map(([place]) => place[1]), text: kept.map(([, person]) => person.number),
      hovertext: kept.map(([, person]) => `${person.name}, ${person.position}`),
    };
  }

  // Many strokes as one line with gaps.
  function strokes(lines) {
    const x = [], y = [];
    for (const line of lines) {
      for (const place of line) if (place) { x.push(place[0]); y.push(place[1]); }
      x.push(null); y.push(null);
    }
    return {x, y};
  }

  function trail(track, f, from, length = TRAIL) {
    const first = Math.max(Math.ceil(f - length), from), line = [];
    for (let frame = first; frame < f; frame++) line.push(at(track, frame));
    return [...line, at(track, f)];
  }

  function ellipse(place, radius) {
    return Array.from({length: 33}, (_, n) => [place[0] + radius[0] * Math.cos(n * Math.PI / 16), place[1] + radius[1] * Math.sin(n * Math.PI / 16)]);
  }

  function layersAt(f) {
    const inAir = Math.min(f, arrival()) - motion.throw, flying = inAir >= 0 && Boolean(target), whatIf = isWhatIf();
    const ghosts = flying && shown.ghosts ? target.ghosts : [];
    const defenders = ghosts.filter((ghost) => !ghost.player.offense), receivers = ghosts.filter((ghost) => ghost.player.offense);
    const place = (ghost) => at(ghost.track, inAir);
    const side = (offense) => {
      const members = players.filter((player) => player.offense === offense);
      const layer = points(members.map((player) => at(player.track, f)), members);
      return {...layer, text: whatIf ? layer.text.map(() => "") : layer.text};
    };
    const trails = (offense) => strokes(shown.trails && !whatIf ? players.filter((p) => p.offense === offense).map((p) => trail(p.track, f, 0)) : []);
    const region = (name) => strokes(shown.regions && f > motion.throw ? defenders.filter((ghost) => ghost.player.back && ghost.sd)
      .map((ghost) => ellipse(at(ghost.track, Infinity), ghost.sd.map((sd) => sd * SIGMAS[name]))) : []);
    const release = at(ball, motion.throw), landing = target?.landing;
    const ghostBall = whatIf && release ? release.map((value, axis) => value + (landing[axis] - value) * Math.min(inAir / target.flight, 1)) : null;
    const aimedGhost = whatIf && receivers.find((ghost) => ghost.player.id === target.id);
    const aimed = aimedGhost ? place(aimedGhost) : target && at(playerOf[target.id].track, f);
    const single = (spot) => points([spot], [{number: "", name: "ball", position: ""}]);
    return {
      region_90: region("region_90"), region_50: region("region_50"),
      ball_path: strokes(flying && release ? [whatIf ? [release, landing] : trailOfBall(f)] : []),
      offense_trails: trails(true), defense_trails: trails(false),
      ghost_trails: strokes(shown.trails ? ghosts.map((ghost) => trail(ghost.track, inAir, 0)) : []),
      errors: strokes(shown.errors && !whatIf ? defenders.map((ghost) => [place(ghost), at(ghost.player.track, Math.min(f, arrival()))]) : []),
      target_ring: strokes(aimed ? [ellipse(aimed, [1.5, 1.5])] : []),
      rated_ring: strokes(rated ? [ellipse(at(rated.track, f), [2, 2])] : []),
      rated_path: strokes(rated && shown.trails ? [trail(rated.track, f, motion.throw, Infinity)] : []),
      offense: side(true), defense: side(false),
      ghosts: points(defenders.map(place), defenders.map((ghost) => ghost.player)),
      receiver_ghosts: points(receivers.map(place), receivers.map((ghost) => ghost.player)),
      landing: single(flying ? landing : null), ball: single(at(ball, f)), ghost_ball: single(ghostBall),
    };
  }

  function trailOfBall(f) {
    const line = [];
    for (let frame = motion.throw; frame < Math.min(f, motion.arrival); frame++) line.push(at(ball, frame));
    return [...line, at(ball, Math.min(f, motion.arrival))];
  }

  // The part of the field to show: everybody at the throw, the ball and every landing point, as wide as the page allows.
  function view() {
    const places = [...players.map((p) => at(p.track, motion.throw)), ...targets.map((t) => t.landing), at(ball, motion.throw), at(ball, motion.arrival),
      ...(rated ? [at(rated.track, Infinity)] : []), ...(target?.ghosts ?? []).map((ghost) => at(ghost.track, Infinity))].filter(Boolean);
    const from = Math.min(...places.map((p) => p[0])) - 3, to = Math.max(...places.map((p) => p[0]), from + 30) + 4;
    const across = WIDTH + 2 * MARGIN, width = field.clientWidth;
    const height = Math.max(Math.min(width * across / (to - from), innerHeight * 0.72), Math.min(300, width));
    const span = width / height * across, middle = Math.min(Math.max((from + to) / 2, span / 2 - 1), 121 - span / 2);
    return {height, scale: height / across, x: [middle - span / 2, middle + span / 2], y: [-MARGIN, WIDTH + MARGIN]};
  }

  function build() {
    const seen = view(), size = Math.min(Math.max(1.75 * seen.scale, 13), 21), axis = {visible: false, fixedrange: true};
    const data = themed(figure.data);
    for (const layer of data) {
      if (layer.meta === "yard_numbers") layer.textfont.size = 2.4 * seen.scale;
      if (!layer.marker) continue;
      layer.marker.size = {ball: size * 0.6, ghost_ball: size * 0.65, landing: size * 0.6}[layer.meta] ?? size;
      layer.textfont.size = size * 0.56;
    }
    const layout = {
      height: seen.height, margin: {l: 0, r: 0, t: 0, b: 0}, paper_bgcolor: "--turf", plot_bgcolor: "--turf",
      xaxis: {...axis, range: seen.x}, yaxis: {...axis, range: seen.y}, hoverlabel: {bgcolor: "--card", font: {color: "--ink"}},
    };
    const layers = layersAt(now);
    for (const [meta, layer] of Object.entries(layers)) Object.assign(data[layerOf[meta]], layer);
    fade(data);
    return Plotly.react(field, data, themed(layout), {displayModeBar: false, responsive: false});
  }

  // In a what-if the real players step back behind the ghosts.
  function fade(data) {
    for (const meta of ["offense", "defense", "ball"]) data[layerOf[meta]].marker.opacity = isWhatIf() ? 0.22 : 1;
  }

  // One drawing at a time; what changed meanwhile is drawn afterwards.
  let faded = null, drawing = null, isStale = false;
  function draw() {
    isStale = true;
    drawing ??= drawUntilFresh().finally(() => { drawing = null; });
    return drawing;
  }

  async function drawUntilFresh() {
    while (isStale) {
      isStale = false;
      if (faded !== isWhatIf()) {
        faded = isWhatIf();
        await build();
      } else {
        const layers = layersAt(now);
        await Plotly.animate(field, {data: Object.values(layers), traces: Object.keys(layers).map((meta) => layerOf[meta])},
          {mode: "immediate", frame: {duration: 0, redraw: false}, transition: {duration: 0}});
      }
      describe();
    }
  }

  function ghostError() {
    if (!target?.actual || now <= motion.throw) return "";
    const f = Math.min(now, motion.arrival);
    const gaps = target.ghosts.filter((ghost) => ghost.player.back).map((ghost) => {
      const ghostPlace = at(ghost.track, f - motion.throw), place = at(ghost.player.track, f);
      return ghostPlace && place ? Math.hypot(ghostPlace[0] - place[0], ghostPlace[1] - place[1]) : null;
    }).filter((gap) => gap !== null);
    return gaps.length ? ` · ghosts of the backs off by ${(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toFixed(1)} yd` : "";
  }

  function describe() {
    const frame = Math.round(now), moments = {snap: motion.snap, throw: motion.throw, arrival: arrival()};
    const phase = frame < motion.throw ? "before the throw" : frame < arrival() ? "in the air" : "ball is there";
    clock.textContent = `${((frame - motion.snap) * motion.frameSeconds).toFixed(1)} s · ${phase}${ghostError()}`;
    scrub.max = last();
    scrub.value = frame;
    scrub.setAttribute("aria-valuetext", clock.textContent);
    for (const mark of document.querySelectorAll("[data-moment]")) {
      const moment = moments[mark.dataset.moment];
      mark.style.left = `calc(8px + (100% - 16px) * ${moment / last()})`;
      mark.classList.toggle("now", moment === frame);
    }
    playButton.textContent = playing ? "❚❚ Pause" : "▶ Play";
  }

  function say() {
    const whatIf = Boolean(target) && !target.actual;
    if (!banner) return;
    banner.classList.toggle("what-if", whatIf);
    banner.textContent = whatIf ? `What-if: no truth exists for this target. The ghosts show where the model sends everybody had ${playerOf[target.id].name} been thrown to.`
      : target ? "What really happened, with the ghosts that the model predicted for this target." : "What really happened.";
    for (const button of document.querySelectorAll("[data-target]"))
      button.setAttribute("aria-pressed", String(Number(button.dataset.target) === target?.id));
  }

  function remember() {
    const link = new URLSearchParams({...(target && {target: target.id}), t: ((Math.round(now) - motion.snap) * motion.frameSeconds).toFixed(1)});
    history.replaceState(null, "", `#${link}`);
  }

  function goTo(frame) {
    now = Math.min(Math.max(frame, 0), last());
    remember();
    return draw();
  }

  function choose(id) {
    const wasThere = now >= arrival();
    target = targets.find((one) => one.id === id) ?? target;
    faded = null;
    say();
    goTo(wasThere || now <= motion.throw ? arrival() : now);
  }

  function follow() {
    const link = new URLSearchParams(location.hash.slice(1));
    target = targets.find((one) => one.id === Number(link.get("target"))) ?? target;
    if (link.has("t")) now = Math.min(Math.max(motion.snap + Number(link.get("t")) / motion.frameSeconds, 0), last()) || 0;
    else now = rated ? motion.snap : arrival();
    faded = null;
    say();
    return draw();
  }

  function play() {
    playing = !playing;
    if (playing && now >= last()) now = motion.snap;
    let before = performance.now();
    const step = async (time) => {
      if (!playing) return;
      now = Math.min(now + Math.max(time - before, 0) / 1000 / motion.frameSeconds * speed, last());
      before = Math.max(time, before);
      if (now >= last()) playing = false;
      await draw();
      if (playing) requestAnimationFrame(step);
      else remember();
    };
    if (playing) requestAnimationFrame(step);
    else goTo(Math.round(now));
    describe();
  }

  function pauseAt(frame) {
    playing = false;
    return goTo(frame);
  }

  playButton.addEventListener("click", play);
  scrub.addEventListener("input", () => pauseAt(Number(scrub.value)));
  find("speed").addEventListener("change", (event) => { speed = Number(event.target.value); });
  for (const button of document.querySelectorAll("[data-step]"))
    button.addEventListener("click", () => pauseAt(Math.round(now) + Number(button.dataset.step)));
  for (const mark of document.querySelectorAll("[data-moment]"))
    mark.addEventListener("click", () => pauseAt({snap: motion.snap, throw: motion.throw, arrival: arrival()}[mark.dataset.moment]));
  for (const button of document.querySelectorAll("[data-target]"))
    button.addEventListener("click", () => choose(Number(button.dataset.target)));
  for (const box of document.querySelectorAll("[data-show]"))
    box.addEventListener("change", () => { shown[box.dataset.show] = box.checked; draw(); });
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input, select")) return;
    if (event.key === " " && !event.target.matches("button, a")) { event.preventDefault(); play(); }
    if (event.key === "ArrowLeft") pauseAt(Math.round(now) - 1);
    if (event.key === "ArrowRight") pauseAt(Math.round(now) + 1);
    const button = document.querySelectorAll("[data-target]")[Number(event.key) - 1];
    if (button) choose(Number(button.dataset.target));
  });
  addEventListener("hashchange", follow);
  addEventListener("resize", build);
  onThemeChange(build);
  follow().then(() => {
    document.documentElement.dataset.viewer = "ready";
    if (rated && !matchMedia("(prefers-reduced-motion: reduce)").matches) play();
  });
})();
