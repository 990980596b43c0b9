// The face check: the camera's frames go out in small signed batches, and one instruction at a time comes back.
"use strict";
{
  const PERIOD = 100;
  const BATCH = 3;
  const MOST = 6;
  const SIDE = 640;
  const QUALITY = 0.85;
  const PATIENCE = 10000;
  const SLOW = 1500;
  const STEADY = 600;
  const MAC = 32;

  const root = document.querySelector(".tx-face");
  const { visit, begin, frames, leave } = root.dataset;
  const guard = root.querySelector("[name=csrf_token]").value;
  const video = root.querySelector("video");
  const canvas = document.createElement("canvas");
  const say = root.querySelector(".tx-face-say");
  const sign = root.querySelector(".tx-face-sign");
  const bar = root.querySelector("progress");
  const find = (name) => root.querySelector(`[data-${name}]`);
  const encoder = new TextEncoder();

  // What is under way: {stream, key, number, queue, timer, told, heard, sending, fresh}.
  let run = null;

  const post = (address, type, body, more) =>
    fetch(address, {
      method: "POST",
      headers: { "Content-Type": type, "X-CSRFToken": guard },
      body,
      redirect: "error",
      ...more,
    });

  const show = (name) => {
    for (const each of root.querySelectorAll("[data-state]")) each.hidden = each.dataset.state !== name;
    root.querySelector(`[data-state="${name}"] [tabindex]`)?.focus();
  };

  const end = (name, { freed } = {}) => {
    if (!run) return;
    const { stream, timer, key } = run;
    run = null;
    clearInterval(timer);
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    window.speechSynthesis?.cancel();
    // The seat is freed at once for whoever comes next.
    if (key && !freed) post(leave, "text/plain", "", { keepalive: true }).catch(() => {});
    show(name);
  };

  const tell = (code, action) => {
    const wanted = code === "act" ? action : code;
    const sentence = root.querySelector(`[data-say="${wanted}"]`)?.textContent;
    const now = performance.now();
    // What flickers cannot be read; a new action is told at once.
    if (!sentence || sentence === say.textContent) return;
    if (code !== "act" && now - run.told < STEADY) return;
    run.told = now;
    say.textContent = sentence;
    sign.toggleAttribute("data-shown", code === "act");
    for (const path of sign.children) path.classList.toggle("tx-shown", path.dataset.sign === wanted);
    if (!document.getElementById("voice").checked || !("speechSynthesis" in window)) return;
    const words = new SpeechSynthesisUtterance(sentence);
    words.lang = document.documentElement.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  };

  const finish = ({ end: how, next, advice, left }) => {
    if (how === "passed") {
      end("passed", { freed: true });
      return location.replace(next);
    }
    for (const each of root.querySelectorAll("[data-advice]")) {
      each.hidden = !(advice ?? []).includes(each.dataset.advice);
    }
    find("left").textContent = left;
    end(how === "failed" && left === 0 ? "spent" : how, { freed: true });
  };

  // A slow camera's frame is sent once: the same one again would look like a film.
  const awaitFrame = (mine) => {
    if (!video.requestVideoFrameCallback) return;
    mine.fresh = false;
    video.requestVideoFrameCallback(() => { mine.fresh = true; });
  };

  const capture = () => {
    const mine = run;
    if (video.readyState < 2 || !mine.fresh) return;
    awaitFrame(mine);
    const scale = SIDE / Math.max(video.videoWidth, video.videoHeight);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    const at = performance.now();
    canvas.toBlob(async (blob) => {
      if (!blob || run !== mine) return;
      run.queue.push({ at, jpeg: new Uint8Array(await blob.arrayBuffer()) });
      if (run !== mine) return;
      run.queue.splice(0, run.queue.length - MOST);
      if (run.queue.length >= BATCH && !run.sending) send();
    }, "image/jpeg", QUALITY);
  };

  // The number; then of each frame its age in milliseconds, its length, and the JPEG; before it all the HMAC.
  const pack = async (number, batch, key) => {
    const now = performance.now();
    const size = batch.reduce((sum, { jpeg }) => sum + 6 + jpeg.length, 4);
    const body = new Uint8Array(MAC + size);
    const view = new DataView(body.buffer);
    view.setUint32(MAC, number);
    let place = MAC + 4;
    for (const { at, jpeg } of batch) {
      view.setUint16(place, Math.min(2000, Math.round(now - at)));
      view.setUint32(place + 2, jpeg.length);
      body.set(jpeg, place + 6);
      place += 6 + jpeg.length;
    }
    const head = encoder.encode(`${visit}\n`);
    const signed = new Uint8Array(head.length + size);
    signed.set(head);
    signed.set(body.subarray(MAC), head.length);
    body.set(new Uint8Array(await crypto.subtle.sign("HMAC", key, signed)));
    return body;
  };

  const send = async () => {
    const mine = run;
    mine.sending = true;
    // Pictures are packed side by side, and a later one may be ready first.
    const batch = mine.queue.splice(0).sort((one, other) => one.at - other.at);
    mine.number += 1;
    // What takes longer is the decision after the last step, or the way there.
    const slow = setTimeout(() => run === mine && tell("checking"), SLOW);
    try {
      const body = await pack(mine.number, batch, mine.key);
      const reply = await post(frames, "application/octet-stream", body, { signal: AbortSignal.timeout(PATIENCE) });
      const told = reply.ok ? await reply.json() : null;
      if (run !== mine) return;
      mine.heard = performance.now();
      if (!told) return end({ 409: "gone", 403: "gone" }[reply.status] ?? "down");
      if (told.end) return finish(told);
      bar.value = told.progress;
      find("seconds").textContent = Math.ceil(told.seconds);
      tell(told.code, told.action);
    } catch {
      if (run !== mine) return;
      tell("unsteady");
    } finally {
      clearTimeout(slow);
      mine.sending = false;
    }
  };

  const watch = () => {
    if (performance.now() - run.heard > PATIENCE) return end("offline");
    capture();
  };

  const open = async () => {
    if (!navigator.mediaDevices?.getUserMedia || !crypto.subtle) return show("unsupported");
    show("asking");
    let stream;
    try {
      const wanted = { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15 } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch ({ name }) {
      const known = { NotAllowedError: "denied", SecurityError: "denied", NotReadableError: "taken", AbortError: "taken" };
      return show(known[name] ?? "absent");
    }
    const mine = (run = { stream, queue: [], number: 0, told: -STEADY, sending: false, fresh: true });
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => run === mine && end("absent"));
    video.srcObject = stream;
    try {
      await video.play();
      const asked = { camera: track.label, unhurried: document.getElementById("unhurried").checked };
      const reply = await post(begin, "application/json", JSON.stringify(asked), { signal: AbortSignal.timeout(PATIENCE) });
      const told = await reply.json();
      if (run !== mine) return;
      if (!told.key) return end(told.problem ?? "gone");
      mine.key = await crypto.subtle.importKey(
        "raw", encoder.encode(told.key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    } catch {
      return run === mine && end(navigator.onLine ? "down" : "offline");
    }
    bar.value = 0;
    say.textContent = "";
    find("seconds").textContent = "";
    show("running");
    tell("look_straight");
    mine.heard = performance.now();
    mine.timer = setInterval(watch, PERIOD);
  };

  root.addEventListener("click", ({ target }) => {
    if (target.closest("[data-start]") && !run) open();
    if (target.closest("[data-stop]")) end("ready");
  });
  document.addEventListener("visibilitychange", () => document.hidden && end("hidden"));
  addEventListener("pagehide", () => end("hidden"));
}
