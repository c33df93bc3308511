// Records a lesson beat by beat: microphone, level, trimming, WAV, and saving.
(() => {
  "use strict";
  const FRAME = 0.02; // seconds
  const MARGIN = 0.25; // seconds of silence that stay at both ends
  const QUIET = 0.02; // of full scale: a voice whose loud frames are below is too quiet
  const CLIPPED = 0.985; // of full scale
  const SHORTEST = 0.3; // seconds

  const find = (selector) => document.querySelector(selector);
  const beats = JSON.parse(find("#beats").textContent);
  const [record, play, save, back, skip] = ["record", "play", "save", "back", "skip"].map((id) => find(`#${id}`));
  const message = find(".message");
  const player = new Audio();
  let at = Math.max(0, beats.findIndex((beat) => !beat.isRecorded));
  let microphone = null; // what records: its context, the blocks so far, whether it is recording
  let wav = null; // what was recorded and is not saved
  let isBusy = false;

  function tell(text, isFault = false) {
    message.textContent = text;
    message.classList.toggle("fault", isFault);
  }

  function show() {
    const beat = beats[at];
    const state = beat.isRecorded ? "recorded" : "not recorded yet";
    find(".where").textContent = `${beat.chapter}: ${at + 1} of ${beats.length}, ${beat.file}, ${state}`;
    find(".text").replaceChildren(
      ...beat.texts.map(([speaker, text]) => {
        const line = document.createElement("p");
        if (speaker) {
          const name = document.createElement("b");
          name.textContent = `${speaker}: `;
          line.append(name);
        }
        line.append(text);
        return line;
      }),
    );
    const isRecording = Boolean(microphone?.isRecording);
    record.textContent = isRecording ? "Stop" : "Record";
    record.classList.toggle("recording", isRecording);
    record.disabled = isBusy;
    play.disabled = isBusy || isRecording || !(wav || beat.isRecorded);
    save.disabled = isBusy || isRecording || !wav;
    back.disabled = isBusy || isRecording || at === 0;
    skip.disabled = isBusy || isRecording || at === beats.length - 1;
  }

  function go(place) {
    if (place < 0 || place >= beats.length) return;
    player.pause();
    at = place;
    wav = null;
    show();
  }

  async function opened() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    const context = new AudioContext();
    await context.audioWorklet.addModule("recorder.js");
    const recorder = new AudioWorkletNode(context, "recorder", { channelCount: 1, channelCountMode: "explicit" });
    const made = { context, blocks: [], isRecording: false };
    recorder.port.onmessage = ({ data }) => {
      const peak = data.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      find(".level").style.transform = `scaleX(${Math.min(1, Math.sqrt(peak))})`;
      if (made.isRecording) made.blocks.push(data);
    };
    context.createMediaStreamSource(stream).connect(recorder);
    return made;
  }

  async function start() {
    player.pause();
    wav = null;
    tell("");
    try {
      microphone ??= await opened();
    } catch (error) {
      tell(`There is no microphone that may be used: ${error.message}`, true);
      return;
    }
    await microphone.context.resume();
    microphone.blocks.length = 0;
    microphone.isRecording = true;
    show();
  }

  function stop() {
    microphone.isRecording = false;
    const rate = microphone.context.sampleRate;
    const sound = joined(microphone.blocks);
    const [fault, first, last] = checked(sound, rate);
    if (last > first) wav = encoded(sound.subarray(first, last), rate);
    tell(fault || `${((last - first) / rate).toFixed(1)} s; listen to it, or save it.`, Boolean(fault));
    show();
  }

  function joined(blocks) {
    const whole = new Float32Array(blocks.reduce((length, block) => length + block.length, 0));
    blocks.reduce((offset, block) => (whole.set(block, offset), offset + block.length), 0);
    return whole;
  }

  // What is wrong with a recording, if anything, and from which sample to which it is kept.
  function checked(sound, rate) {
    const size = Math.round(FRAME * rate);
    const levels = [];
    for (let offset = 0; offset + size <= sound.length; offset += size) {
      const frame = sound.subarray(offset, offset + size);
      levels.push(Math.sqrt(frame.reduce((sum, sample) => sum + sample * sample, 0) / size));
    }
    const sorted = levels.toSorted((one, other) => one - other);
    const [noise, loud] = [0.05, 0.95].map((part) => sorted[Math.floor(part * sorted.length)] ?? 0);
    const least = Math.min(Math.max(2 * noise, loud / 50), loud / 3);
    const isLoud = (level) => level > least;
    const [first, last] = [levels.findIndex(isLoud), levels.findLastIndex(isLoud)];
    if (first < 0 || (last - first) * FRAME < SHORTEST) return ["Nothing was heard; is it the right microphone?", 0, 0];
    const margin = MARGIN * rate;
    const kept = [Math.max(0, first * size - margin), Math.min(sound.length, (last + 1) * size + margin)].map(Math.round);
    const clipped = sound.reduce((count, sample) => count + (Math.abs(sample) >= CLIPPED), 0);
    if (clipped > 3) return ["It is too loud and distorted: speak more quietly, or turn the microphone down.", ...kept];
    if (loud < QUIET) return ["It is too quiet: come closer, or turn the microphone up.", ...kept];
    if (noise > loud / 5) return ["There is much noise: find a quieter room.", ...kept];
    return ["", ...kept];
  }

  // A WAV file of one channel and 16 bits.
  function encoded(sound, rate) {
    const view = new DataView(new ArrayBuffer(44 + 2 * sound.length));
    const write = (offset, text) => [...text].forEach((sign, i) => view.setUint8(offset + i, sign.charCodeAt(0)));
    write(0, "RIFF");
    view.setUint32(4, 36 + 2 * sound.length, true);
    write(8, "WAVEfmt ");
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, 1, true);
    view.setUint32(24, rate, true);
    view.setUint32(28, 2 * rate, true);
    view.setUint16(32, 2, true);
    view.setUint16(34, 16, true);
    write(36, "data");
    view.setUint32(40, 2 * sound.length, true);
    sound.forEach((sample, i) => view.setInt16(44 + 2 * i, Math.round(Math.max(-1, Math.min(1, sample)) * 32767), true));
    return new Blob([view], { type: "audio/wav" });
  }

  async function saved() {
    const [beat, content] = [beats[at], wav];
    isBusy = true;
    tell("Saving, and comparing with the text …");
    show();
    let answer;
    try {
      const response = await fetch(`sound/${at}`, {
        method: "POST",
        headers: { "Content-Type": "audio/wav" },
        body: content,
      });
      answer = response.ok ? await response.json() : { file: null, problem: response.statusText };
    } catch {
      answer = { file: null, problem: "the program `storyreel record` has ended" };
    }
    isBusy = false;
    if (answer.file) {
      beat.isRecorded = true;
      wav = null;
    }
    if (answer.problem) {
      tell(`${answer.file ? "Saved, but listen to it again" : "Not saved"}: ${answer.problem}`, true);
      show();
      return;
    }
    const missing = beats.filter((one) => !one.isRecorded).length;
    tell(missing ? `Saved. ${missing} to go.` : "Saved. All is recorded.");
    if (at < beats.length - 1) go(at + 1);
    else show();
  }

  function played() {
    player.src = wav ? URL.createObjectURL(wav) : `sound/${at}?${Date.now()}`;
    player.play().catch(() => tell("This beat has no file of its own; its chapter has.", true));
  }

  record.addEventListener("click", () => (microphone?.isRecording ? stop() : start()));
  play.addEventListener("click", played);
  save.addEventListener("click", saved);
  back.addEventListener("click", () => go(at - 1));
  skip.addEventListener("click", () => go(at + 1));
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { r: record, p: play, Enter: save, ArrowLeft: back, ArrowRight: skip };
    const button = keys[event.key];
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  });
  show();
})();
