// The film and what goes with it: chapters, transcript, search, speed, and links to a moment of the film.
(() => {
  "use strict";
  const video = document.querySelector("video");
  const transcript = document.querySelector(".transcript .text");
  const chapters = [...document.querySelectorAll(".chapters a")];
  const sentences = [...document.querySelectorAll(".transcript .text a")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // Seconds of `?t=83`, `?t=1:23` or `?t=1:02:03.5`; NaN where there is no such time.
  const timeIn = (query) => {
    const text = new URLSearchParams(query).get("t");
    return text ? text.split(":").reduce((sum, part) => 60 * sum + Number(part), 0) : NaN;
  };
  const chapterAt = (hash) => chapters.find((link) => link.getAttribute("href") === hash);
  const startOf = (link) => Number(link.dataset.start);

  // From a server without range requests a film can be wound only when all of it is here: it plays on until
  // then, and the page says so.
  const isReachable = (seconds) => {
    const { seekable } = video;
    return seekable.length > 0 && seconds <= seekable.end(seekable.length - 1);
  };
  let whole = null;
  let wanted = 0; // the second that was chosen last
  const loadWhole = async () => {
    const film = await (await fetch(video.currentSrc)).blob();
    const isPlaying = !video.paused;
    video.src = URL.createObjectURL(film);
    if (isPlaying) video.play();
  };
  const seek = (seconds) => {
    if (video.readyState === HTMLMediaElement.HAVE_NOTHING) {
      video.addEventListener("loadedmetadata", () => seek(seconds), { once: true });
      return;
    }
    wanted = Math.min(seconds, video.duration);
    const isHere = isReachable(wanted);
    document.querySelector(".notice p").hidden = isHere;
    if (isHere) video.currentTime = wanted + 0.001; // between two frames browsers may show the earlier one
    else if (!whole) (whole = loadWhole()).then(() => seek(wanted), () => {});
  };

  // The address always leads back to what was chosen last.
  const setAddress = (address) => {
    try {
      history.replaceState(null, "", location.pathname + address);
    } catch {} // not allowed in a frame that has its text from an attribute
  };
  for (const link of [...chapters, ...sentences]) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab or window
      event.preventDefault();
      seek(startOf(link));
      setAddress(link.getAttribute("href"));
    });
  }
  const land = () => {
    const time = timeIn(location.search);
    const chapter = chapterAt(location.hash);
    if (time >= 0) seek(time);
    else if (chapter) seek(startOf(chapter));
  };
  addEventListener("hashchange", () => {
    const chapter = chapterAt(location.hash);
    if (chapter) seek(startOf(chapter));
  });
  land();

  // What is being told now.
  const latest = (links, seconds) => links.findLast((link) => startOf(link) <= seconds + 0.002);
  let readBy = 0; // until then the reader moves about in the transcript, and it stays where it is
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    transcript.addEventListener(kind, () => (readBy = performance.now() + 6000), { passive: true });
  }
  const mark = (links, link) => {
    const before = links.find((other) => other.hasAttribute("aria-current"));
    if (before === link) return false;
    before?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    return Boolean(link);
  };
  let second = -1;
  const follow = () => {
    mark(chapters, latest(chapters, video.currentTime));
    const sentence = latest(sentences, video.currentTime);
    if (mark(sentences, sentence) && performance.now() > readBy) {
      const down = sentence.getBoundingClientRect().top - transcript.getBoundingClientRect().top;
      const top = transcript.scrollTop + down - transcript.clientHeight / 3;
      transcript.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
    }
    if (second !== Math.floor(video.currentTime)) {
      second = Math.floor(video.currentTime);
      tell("progress", { seconds: video.currentTime, of: video.duration });
    }
  };
  const tell = (kind, detail) => document.dispatchEvent(new CustomEvent(`storyreel:${kind}`, { detail }));
  for (const kind of ["timeupdate", "seeking", "seeked"]) video.addEventListener(kind, follow);
  video.addEventListener("ended", () => tell("ended", { seconds: video.duration, of: video.duration }));

  // Speed, and languages by their own names.
  const speed = document.querySelector(".speed select");
  document.querySelector(".speed").hidden = false;
  speed.addEventListener("change", () => (video.playbackRate = Number(speed.value)));
  video.addEventListener("ratechange", () => (speed.value = String(video.playbackRate)));
  for (const track of document.querySelectorAll("track[kind=captions]")) {
    try {
      track.label = new Intl.DisplayNames([track.srclang], { type: "language" }).of(track.srclang);
    } catch {} // a private language code keeps itself as its name
  }

  // Search: only the sentences that have the words are left, the words marked where the browser can.
  const search = document.querySelector(".search input");
  const found = document.querySelector(".search output");
  const plain = (text) => text.toLowerCase();
  const find = () => {
    const words = plain(search.value.trim());
    const ranges = [];
    let count = 0;
    for (const link of sentences) {
      const text = link.firstChild;
      const place = plain(text.data).indexOf(words);
      link.hidden = place < 0;
      count += place >= 0;
      if (place < 0 || !words) continue;
      const range = new Range();
      range.setStart(text, place);
      range.setEnd(text, Math.min(place + words.length, text.length));
      ranges.push(range);
    }
    for (const part of transcript.querySelectorAll("section")) {
      part.hidden = Boolean(words) && !part.querySelector("a:not([hidden])");
    }
    found.value = words ? storyreelWords.count(count, "sentence", "sentences") : "";
    if (globalThis.Highlight) CSS.highlights.set("found", new Highlight(...ranges));
  };
  document.querySelector(".search").hidden = false;
  search.addEventListener("input", find);
  addEventListener("beforeprint", () => {
    search.value = "";
    find();
  });
})();
