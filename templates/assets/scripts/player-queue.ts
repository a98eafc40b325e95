/** Beats that the server has not judged yet, in this browser's IndexedDB: they outlive a reload and a crash. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export type Mode = "visible" | "picture_in_picture" | "audio_only" | "hidden";

export interface KeptBeat {
  session: string;
  sequence: number;
  start_ms: number;
  end_ms: number;
  mode: Mode;
  /** The server's time at which its watching ended. */
  at: number;
}

interface KeptSession {
  session: string;
  token: string;
}

interface Shelves extends DBSchema {
  sessions: { key: string; value: KeptSession };
  beats: { key: [string, number]; value: KeptBeat };
}

const NAME = "watching";
/** The server takes nothing that is older. */
const LATE_MS = 7 * 24 * 3600 * 1000;

export interface Left {
  session: string;
  token: string;
  beats: KeptBeat[];
}

/** Without IndexedDB (some private windows) all of this does nothing: beats wait in memory alone. */
export class BeatQueue {
  private readonly database: Promise<IDBPDatabase<Shelves> | null>;

  constructor() {
    this.database = openDB<Shelves>(NAME, 1, {
      upgrade(database) {
        database.createObjectStore("sessions", { keyPath: "session" });
        database.createObjectStore("beats", { keyPath: ["session", "sequence"] });
      },
    }).catch(() => null);
  }

  async keepSession(session: string, token: string): Promise<void> {
    await this.write("sessions", (store) => void store.put({ session, token }));
  }

  /** Committed at once: the page may be gone in a moment. */
  async keep(beat: KeptBeat): Promise<void> {
    await this.write("beats", (store) => void store.put(beat));
  }

  /** The server has judged these. */
  async drop(session: string, sequences: number[]): Promise<void> {
    await this.write("beats", (store) => sequences.forEach((number) => void store.delete([session, number])));
  }

  /** A session is over and has nothing left. */
  async forget(session: string): Promise<void> {
    await this.write("sessions", (store) => void store.delete(session));
  }

  /** What pages have left behind, by session; what is too old for the server is thrown away. */
  async left(now: number): Promise<Left[]> {
    try {
      const database = await this.database;
      if (!database) return [];
      const sessions = await database.getAll("sessions");
      const found: Left[] = [];
      for (const { session, token } of sessions) {
        const range = IDBKeyRange.bound([session, 0], [session, Number.MAX_SAFE_INTEGER]);
        const beats = await database.getAll("beats", range);
        if (beats.every((beat) => now - beat.at > LATE_MS)) {
          await database.delete("beats", range);
          if (beats.length) await database.delete("sessions", session);
        }
        found.push({ session, token, beats: beats.filter((beat) => now - beat.at <= LATE_MS) });
      }
      return found;
    } catch {
      return [];
    }
  }

  private async write<Name extends "sessions" | "beats">(
    name: Name,
    change: (store: {
      put(value: Shelves[Name]["value"]): unknown;
      delete(key: Shelves[Name]["key"]): unknown;
    }) => void,
  ): Promise<void> {
    try {
      const database = await this.database;
      if (!database) return;
      const transaction = database.transaction(name, "readwrite", { durability: "relaxed" });
      change(transaction.objectStore(name));
      transaction.commit();
      await transaction.done;
    } catch {
      // A full disk or a closed database: beats still wait in memory.
    }
  }
}
