/** The watch page: plays a lecture, and reports what really played, ten seconds at a time. */
import { Interruptions } from "./interruption";
import { Beats, type BeatsState, type Problem } from "./player-beats";
import { PresenceChecks } from "./player-checks";
import { ServerClock } from "./player-clock";
import { readPlayerData, type PlayerData, type Source } from "./player-data";
import { Meter, type Stretch } from "./player-meter";
import { Modes } from "./player-modes";
import type { Mode } from "./player-queue";
import { Questions } from "./player-questions";
import { ELSEWHERE, freshSource, openSession } from "./player-sessions";
import { Status } from "./player-status";
import { watchSharing } from "./share-moment";
import { Transcript } from "./player-transcript";
import type { Player } from "./player-video";
import "video.js/dist/video-js.css";
import "../styles/player.css";

type Video = typeof import("./player-video");

const BEAT_MS = 10_000;
/** The first beat after a pause comes sooner: another device may have taken over meanwhile. */
const FIRST_BEAT_MS = 2_000;
const RENEW_BEFORE_SECONDS = 600;
const OPEN_AGAIN_MS = 5_000;
/** Refusals after which the session is over; a new one is opened, but never taken back unasked. */
const REOPEN = new Set(["session_expired", "session_closed"]);
const RELOAD = new Set(["token_invalid", "foreign_sign_in", "signed_out"]);

class WatchPage {
  private readonly player: Player;
  private readonly meter: Meter;
  private readonly status: Status;
  private readonly transcript: Transcript;
  private readonly modes: Modes;
  private readonly stops: Interruptions;
  private readonly checks: PresenceChecks;
  private readonly questions: Questions;
  private readonly beats: Beats | null;
  private mode: Mode = "visible";
  private source: Source;
  /** Where to start once the recording is there: where the reader left, or where he pressed before it was. */
  private startMs: number;
  private opening = false;
  private isTakenOver = false;
  /** The reader has said that he wants to continue here, whatever plays elsewhere. */
  private isSure = false;
  private lastBeatAt = 0;
  private maxRate = 1.5;
  private renewedAt = 0;
  private spacingMs = 0;
  /** Watched since the server answered last. */
  private unheardMs = 0;

  constructor(
    private readonly data: PlayerData,
    private readonly video: Video,
    element: HTMLVideoElement,
  ) {
    this.source = data.source;
    this.startMs = data.startMs;
    this.player = video.makePlayer(element, data.source, data.background.includes("picture_in_picture"));
    this.meter = new Meter(data.durationMs);
    this.status = new Status(data.texts);
    this.transcript = new Transcript(data.texts, (mediaMs) => this.goTo(mediaMs));
    this.modes = new Modes(data.background);
    this.stops = new Interruptions(this.player);
    const urls = { show: data.urls.showCheck, answer: data.urls.answerCheck };
    this.checks = new PresenceChecks(this.stops, urls, data.texts, (length) => this.status.lengthOf(length));
    this.questions = new Questions(data.questions, this.stops, data.urls.answerQuestion, data.texts, (completed) =>
      this.status.completed(completed),
    );
    this.beats = data.earns ? this.makeBeats() : null;
    this.watchPlayer();
    this.offerSound();
    if (this.beats) this.watchPage();
    this.renewBefore(data.source.good_for_seconds);
  }

  private makeBeats(): Beats {
    return new Beats(this.data.urls.beats, new ServerClock(this.data.nowMs), {
      onState: (state) => this.judged(state),
      onRefused: (problem) => this.refused(problem),
      onQueue: (waiting, isFailing) => this.status.know({ waiting, isFailing }),
      onContact: () => {
        this.unheardMs = 0;
        this.status.know({ isTooLongOffline: false });
      },
    });
  }

  private get mediaMs(): number {
    return (this.player.currentTime() ?? 0) * 1000;
  }

  private watchPlayer(): void {
    const { player, data } = this;
    player.one("loadedmetadata", () => {
      if (this.startMs > 0) player.currentTime(this.startMs / 1000);
      if (data.playAtOnce) void player.play()?.catch(() => undefined);
    });
    player.on("play", () => void this.open());
    player.on(["playing", "timeupdate"], () => this.tick());
    player.on("pause", () => this.end(this.meter.stop(this.mediaMs)));
    player.on("ended", () => this.end(this.meter.stop(this.data.durationMs)));
    player.on("waiting", () => this.end(this.meter.stop(this.mediaMs)));
    // While seeking the place is already the new one: what counts ended at the last place that was played.
    player.on("seeking", () => this.end(this.meter.stop()));
    player.on("error", () => void this.recover());
  }

  private watchPage(): void {
    const changed = (): void => {
      this.end(this.meter.stop(this.mediaMs));
      this.mode = this.modes.now();
      if (document.visibilityState === "hidden") this.beats?.flush();
      if (!this.player.paused() && !this.modes.counts(this.mode)) this.status.know({ hindrance: this.uncounted() });
    };
    document.addEventListener("visibilitychange", changed);
    this.player.on(["enterpictureinpicture", "leavepictureinpicture"], changed);
    addEventListener("pagehide", () => {
      this.end(this.meter.stop(this.mediaMs));
      this.beats?.flush();
    });
    addEventListener("online", () => {
      if (!this.player.paused()) void this.open();
    });
    document.getElementById("take-back")?.addEventListener("click", () => {
      this.isTakenOver = false;
      this.isSure = true;
      this.showTakenOver(false);
      void this.player.play();
    });
    document.getElementById("rewatch")?.addEventListener("click", (event) => {
      if (event.currentTarget instanceof HTMLElement) this.goTo(Number(event.currentTarget.dataset["startMs"]));
    });
    this.status.takenBack(this.data.takenBack);
  }

  /** Why what is watched in the present mode does not count. */
  private uncounted(): string {
    const { texts } = this.data;
    if (this.mode === "picture_in_picture") return texts.smallWindow;
    return this.mode === "audio_only" ? texts.listening : texts.hidden;
  }

  /** The picture moved: count it, if it plays by itself and somebody can see it (or may listen to it). */
  private tick(): void {
    this.transcript.at(this.mediaMs);
    if (!this.player.seeking()) this.questions.at(this.mediaMs);
    if (!this.beats || this.isTakenOver || this.stops.isOpen) return;
    if (this.player.paused() || this.player.seeking() || !this.modes.counts(this.mode)) return;
    const rate = this.player.playbackRate() ?? 1;
    if (rate > this.maxRate) {
      this.end(this.meter.stop());
      this.status.know({ hindrance: this.data.texts.tooFast });
      return;
    }
    const now = performance.now();
    if (!this.meter.isRunning) {
      this.lastBeatAt = now - BEAT_MS + FIRST_BEAT_MS;
      if (this.beats.token) this.status.know({ hindrance: "" });
    }
    this.end(this.meter.playing(this.mediaMs, now, rate));
    if (now - this.lastBeatAt >= BEAT_MS) {
      this.lastBeatAt = now;
      this.end(this.meter.cut());
    }
  }

  private end(stretch: Stretch | null): void {
    if (!stretch || !this.beats) return;
    const length = stretch.endMs - stretch.startMs;
    // No check can come without a network: what may wait for one is bounded, here as on the server.
    if (this.spacingMs && this.unheardMs + length > this.spacingMs) {
      this.status.know({ isTooLongOffline: true });
      return;
    }
    this.unheardMs += length;
    this.beats.add(stretch, this.mode);
    this.status.rewatched(stretch.startMs, stretch.endMs);
  }

  private async open(): Promise<void> {
    if (!this.beats || this.beats.token || this.opening || this.isTakenOver || this.stops.isOpen) return;
    this.opening = true;
    this.status.idle(this.data.texts.starting);
    try {
      const opened = await openSession(this.data, !this.isSure);
      if ("code" in opened) {
        this.beats.dropEarly();
        if (opened.code === ELSEWHERE) this.takenOver(opened.detail);
        else this.refused(opened);
        return;
      }
      this.isSure = false;
      this.maxRate = opened.max_rate;
      this.spacingMs = opened.check_spacing_ms;
      this.unheardMs = 0;
      this.modes.use(opened.background);
      this.beats.use(opened.session, opened.token);
      this.status.takenBack(opened.taken_back);
      this.status.share(opened);
      this.status.know({ hasSession: true, hindrance: "", refusal: "" });
      if (opened.check) void this.ask();
    } catch {
      this.beats.dropEarly();
      this.status.know({ hindrance: this.data.texts.noSession });
      setTimeout(() => {
        if (!this.player.paused()) void this.open();
      }, OPEN_AGAIN_MS);
    } finally {
      this.opening = false;
    }
  }

  private judged(state: BeatsState): void {
    const refused = state.results.find((each) => each.status === "refused" && each.code !== "repeated");
    if (state.session === "taken_over") this.takenOver();
    else this.status.know({ refusal: refused?.detail ?? "" });
    // What was completed or taken back is said last, so that it is what is heard.
    this.status.share(state);
    if (state.taken_back) this.status.takenBack(state.taken_back);
    if (state.check && !this.isTakenOver) void this.ask();
  }

  private refused(problem: Problem & Partial<BeatsState>): void {
    if (problem.code === "repeated") {
      this.status.know({ refusal: "" });
    } else if (problem.code === "taken_over") {
      this.takenOver();
    } else if (REOPEN.has(problem.code)) {
      this.beats?.leave();
      if (!this.player.paused()) void this.open();
    } else {
      this.status.know({ refusal: problem.detail });
      if (RELOAD.has(problem.code)) this.beats?.leave();
    }
    if (problem.check && !this.isTakenOver) void this.ask();
  }

  /** A presence check waits: ask, and go on as it ends. */
  private async ask(): Promise<void> {
    const token = this.beats?.token;
    if (!token) return;
    this.status.know({ isAsked: true, refusal: "" });
    const ending = await this.checks.run(token);
    if (!ending) return;
    this.status.know({ isAsked: false });
    if (ending.how === "answered") {
      this.status.share(ending.progress);
    } else if (ending.how === "ended") {
      const { problem } = ending;
      if (problem.taken_back) this.status.takenBack(problem.taken_back);
      this.refused(problem);
    }
  }

  private takenOver(text = this.data.texts.takenOver): void {
    if (this.isTakenOver) return;
    this.isTakenOver = true;
    this.beats?.leave();
    this.meter.stop();
    this.player.pause();
    // The reason stands over the picture, with the way back.
    this.status.know({ isTakenOver: true });
    const told = document.getElementById("taken-over-text");
    if (told) told.textContent = text;
    this.showTakenOver(true);
  }

  private showTakenOver(isShown: boolean): void {
    if (isShown && this.player.isFullscreen()) void this.player.exitFullscreen();
    const notice = document.getElementById("taken-over");
    if (notice) notice.hidden = !isShown;
    if (isShown) document.getElementById("take-back")?.focus();
    else this.status.know({ isTakenOver: false });
  }

  private goTo(mediaMs: number): void {
    this.startMs = mediaMs;
    this.player.currentTime(mediaMs / 1000);
    void this.player.play()?.catch(() => undefined);
  }

  /** The sound alone is a playlist of its own: less data, and it goes on behind a dark screen. */
  private offerSound(): void {
    const button = document.getElementById("listen");
    if (!button || !this.source.audio_url) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      this.modes.byEar = !this.modes.byEar;
      button.setAttribute("aria-pressed", String(this.modes.byEar));
      const text = button.querySelector("[data-text]");
      if (text) text.textContent = this.modes.byEar ? this.data.texts.watch : this.data.texts.listen;
      const wasPlaying = !this.player.paused();
      const at = this.player.currentTime() ?? 0;
      this.end(this.meter.stop(this.mediaMs));
      this.video.load(this.player, this.source, at, this.modes.byEar);
      if (wasPlaying) void this.player.play()?.catch(() => undefined);
    });
  }

  /** Addresses expire: take fresh ones in a pause before that, or after an error. */
  private renewBefore(seconds: number): void {
    setTimeout(() => {
      if (this.player.paused()) void this.recover();
    }, Math.max(60, seconds - RENEW_BEFORE_SECONDS) * 1000);
  }

  private async recover(): Promise<void> {
    const now = performance.now();
    if (now - this.renewedAt < 30_000 && this.renewedAt > 0) return;
    this.renewedAt = now;
    const wasPlaying = !this.player.paused();
    try {
      const at = this.player.currentTime() ?? 0;
      this.source = await freshSource(this.data);
      this.video.load(this.player, this.source, at, this.modes.byEar);
      if (wasPlaying) void this.player.play()?.catch(() => undefined);
      this.renewBefore(this.source.good_for_seconds);
    } catch {
      this.status.know({ hindrance: this.data.texts.failed });
    }
  }
}

declare global {
  interface Window {
    VIDEOJS_NO_DYNAMIC_STYLE?: boolean;
  }
}

watchSharing();

const data = readPlayerData();
const element = document.getElementById("video");
if (data && element instanceof HTMLVideoElement) {
  // Read when video.js is loaded, hence the late import: the site's policy allows no <style> elements.
  window.VIDEOJS_NO_DYNAMIC_STYLE = true;
  void import("./player-video").then((video) => new WatchPage(data, video, element));
}
