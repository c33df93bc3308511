// Tells the course system (SCORM 1.2) where in the film the reader is, whether it has been seen, and the score.
(() => {
  "use strict";
  const ENOUGH = 0.9; // of the film: who saw as much has seen it
  const OFTEN = 20; // seconds of the reader's time between two reports

  const upwards = (from) => {
    for (let place = from; place; place = place.parent) {
      if (place.API) return place.API;
      if (place.parent === place) break;
    }
    return null;
  };
  const find = () => {
    try {
      return upwards(window) ?? upwards(window.opener) ?? upwards(window.top.opener);
    } catch {
      return null; // a frame of another site may not be looked into
    }
  };
  const api = find();
  if (!api || String(api.LMSInitialize("")) !== "true") return;

  const get = (name) => api.LMSGetValue(`cmi.${name}`);
  const set = (name, value) => api.LMSSetValue(`cmi.${name}`, String(value));
  const video = document.querySelector("video");
  const began = performance.now();

  // What was seen of the film, as stretches [start, end] in seconds, in order; kept as "0.0-12.5 30.0-41.0".
  // Not the film's own `played`: for Chromium a film that goes on where it was left has been played till there.
  const merged = (stretches) => {
    const joined = [];
    for (const [start, end] of stretches.sort(([one], [other]) => one - other)) {
      const last = joined.at(-1);
      if (last && start <= last[1] + 0.5) last[1] = Math.max(last[1], end);
      else joined.push([start, end]);
    }
    return joined;
  };
  const before = get("suspend_data").split(" ").map((stretch) => stretch.split("-").map(Number));
  let seen = merged(before.filter(([start, end]) => start < end));
  let start = null; // of the stretch that is being seen now
  const see = () => {
    if (start !== null && !video.seeking && video.currentTime > start) {
      seen = merged([...seen, [start, video.currentTime]]);
    }
  };
  const begin = () => (start = video.currentTime);
  video.addEventListener("play", begin);
  video.addEventListener("seeking", () => (start = null));
  video.addEventListener("seeked", begin);
  video.addEventListener("timeupdate", see);

  let isCompleted = ["completed", "passed"].includes(get("core.lesson_status"));
  if (!isCompleted) set("core.lesson_status", "incomplete");
  set("core.exit", "suspend");
  const place = Number(get("core.lesson_location"));
  if (place > 0 && video.currentTime === 0) video.currentTime = place;

  const elapsed = () => {
    const seconds = (performance.now() - began) / 1000;
    const digits = (number) => String(Math.floor(number)).padStart(2, "0");
    return `${digits(seconds / 3600).padStart(4, "0")}:${digits((seconds / 60) % 60)}:${digits(seconds % 60)}`;
  };
  let reported = -Infinity;
  const report = () => {
    reported = performance.now();
    see();
    const seconds = seen.reduce((sum, [start, end]) => sum + end - start, 0);
    set("suspend_data", seen.map((ends) => ends.map((end) => end.toFixed(1)).join("-")).join(" "));
    set("core.lesson_location", video.ended ? 0 : video.currentTime.toFixed(1));
    set("core.session_time", elapsed());
    if (!isCompleted && seconds >= ENOUGH * video.duration) {
      isCompleted = true;
      set("core.lesson_status", "completed");
    }
    api.LMSCommit("");
  };
  document.addEventListener("storyreel:progress", () => {
    if (performance.now() - reported > OFTEN * 1000) report();
  });
  document.addEventListener("storyreel:ended", report);
  video.addEventListener("pause", report);

  // The best score counts: whoever opens the page again begins the questions anew.
  document.addEventListener("storyreel:score", ({ detail: { right, asked } }) => {
    const percent = Math.round((10000 * right) / asked) / 100;
    const best = get("core.score.raw");
    if (best !== "" && percent <= Number(best)) return;
    set("core.score.min", 0);
    set("core.score.max", 100);
    set("core.score.raw", percent);
    report();
  });
  addEventListener("pagehide", () => {
    report();
    api.LMSFinish("");
  });
})();
