/** The watch page: plays a lecture, and reports what really played, ten seconds at a time. */
import { Beats, type Problem } from "./player-beats";
import { readPlayerData, type PlayerData } from "./player-data";
import { Meter, type Stretch } from "./player-meter";
import { freshSource, openSession } from "./player-sessions";
import { Status } from "./player-status";
import { Transcript } from "./player-transcript";
import type { Player } from "./player-video";
import "video.js/dist/video-js.css";
import "../styles/player.css";

type Video = typeof import("./player-video");

const BEAT_MS = 10_000;
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
  private readonly beats: Beats | null;
  private opening = false;
  private isTakenOver = false;
  private lastBeatAt = 0;
  private maxRate = 1.5;
  private renewedAt = 0;

  constructor(
    private readonly data: PlayerData,
    private readonly video: Video,
    element: HTMLVideoElement,
  ) {
    this.player = video.makePlayer(element, data.source);
    this.meter = new Meter(data.durationMs);
    this.status = new Status(data.texts);
    this.transcript = new Transcript(data.texts, (mediaMs) => this.goTo(mediaMs));
    this.beats = data.earns ? this.makeBeats() : null;
    this.watchPlayer();
    if (this.beats) this.watchPage();
    this.renewBefore(data.source.good_for_seconds);
  }

  private makeBeats(): Beats {
    return new Beats(this.data.urls.beats, {
      onState: (state) => {
        this.status.share(state);
        if (state.completed) this.status.completed(state.completed);
        const refused = state.results.find((each) => each.status === "refused" && each.code !== "repeated");
        if (state.session === "taken_over") this.takenOver();
        else if (refused) this.status.notCounting(refused.detail ?? "");
        else this.status.saved();
      },
      onRefused: (problem) => this.refused(problem),
      onWaiting: (isWaiting) => {
        if (isWaiting) this.status.waiting();
      },
    });
  }

  private get mediaMs(): number {
    return (this.player.currentTime() ?? 0) * 1000;
  }

  private watchPlayer(): void {
    const { player, data } = this;
    player.one("loadedmetadata", () => {
      if (data.startMs > 0) player.currentTime(data.startMs / 1000);
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
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        this.end(this.meter.stop(this.mediaMs));
        this.beats?.flush();
        if (!this.player.paused()) this.status.notCounting(this.data.texts.hidden);
      }
    });
    addEventListener("pagehide", () => {
      this.end(this.meter.stop(this.mediaMs));
      this.beats?.flush();
    });
    document.getElementById("take-back")?.addEventListener("click", () => {
      this.isTakenOver = false;
      this.showTakenOver(false);
      void this.player.play();
    });
  }

  /** The picture moved: count it, if it plays by itself and somebody can see it. */
  private tick(): void {
    this.transcript.at(this.mediaMs);
    if (!this.beats || this.isTakenOver) return;
    if (this.player.paused() || this.player.seeking() || document.visibilityState !== "visible") return;
    const rate = this.player.playbackRate() ?? 1;
    if (rate > this.maxRate) {
      this.end(this.meter.stop());
      this.status.notCounting(this.data.texts.tooFast);
      return;
    }
    const now = performance.now();
    if (!this.meter.isRunning) this.lastBeatAt = now;
    this.end(this.meter.playing(this.mediaMs, now, rate));
    if (now - this.lastBeatAt >= BEAT_MS) {
      this.lastBeatAt = now;
      this.end(this.meter.cut());
    }
  }

  private end(stretch: Stretch | null): void {
    if (stretch) this.beats?.add(stretch);
  }

  private async open(): Promise<void> {
    if (!this.beats || this.beats.hasSession || this.opening || this.isTakenOver) return;
    this.opening = true;
    this.status.idle(this.data.texts.starting);
    try {
      const opened = await openSession(this.data);
      if ("code" in opened) {
        this.refused(opened);
        return;
      }
      this.maxRate = opened.max_rate;
      this.beats.use(opened.session, opened.token);
      this.status.share(opened);
      this.status.saved();
    } catch {
      this.status.waiting();
      setTimeout(() => {
        if (!this.player.paused()) void this.open();
      }, OPEN_AGAIN_MS);
    } finally {
      this.opening = false;
    }
  }

  private refused(problem: Problem): void {
    if (problem.code === "repeated") {
      this.status.saved();
    } else if (problem.code === "taken_over") {
      this.takenOver();
    } else if (REOPEN.has(problem.code)) {
      this.beats?.leave();
      if (!this.player.paused()) void this.open();
    } else {
      this.status.notCounting(problem.detail);
      if (RELOAD.has(problem.code)) this.beats?.leave();
    }
  }

  private takenOver(): void {
    if (this.isTakenOver) return;
    this.isTakenOver = true;
    this.beats?.leave();
    this.meter.stop();
    this.player.pause();
    // The reason stands over the picture, with the way back.
    this.status.notCounting("");
    this.showTakenOver(true);
  }

  private showTakenOver(isShown: boolean): void {
    if (isShown && this.player.isFullscreen()) void this.player.exitFullscreen();
    const notice = document.getElementById("taken-over");
    if (notice) notice.hidden = !isShown;
    if (isShown) document.getElementById("take-back")?.focus();
  }

  private goTo(mediaMs: number): void {
    this.player.currentTime(mediaMs / 1000);
    void this.player.play()?.catch(() => undefined);
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
      const source = await freshSource(this.data);
      this.video.load(this.player, source, at);
      if (wasPlaying) void this.player.play()?.catch(() => undefined);
      this.renewBefore(source.good_for_seconds);
    } catch {
      this.status.notCounting(this.data.texts.failed);
    }
  }
}

declare global {
  interface Window {
    VIDEOJS_NO_DYNAMIC_STYLE?: boolean;
  }
}

const data = readPlayerData();
const element = document.getElementById("video");
if (data && element instanceof HTMLVideoElement) {
  // Read when video.js is loaded, hence the late import: the site's policy allows no <style> elements.
  window.VIDEOJS_NO_DYNAMIC_STYLE = true;
  void import("./player-video").then((video) => new WatchPage(data, video, element));
}
